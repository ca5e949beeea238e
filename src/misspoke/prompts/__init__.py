"""How a question is put to a model: as text or in the model's chat template, with examples."""

from misspoke.prompts.headers import HEADERS, Example, is_example
from misspoke.prompts.styles import Style, render

__all__ = ["HEADERS", "Example", "Style", "is_example", "render"]
