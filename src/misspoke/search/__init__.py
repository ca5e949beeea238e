"""The searches: generators that ask for prefixes of one question's token tree."""

from misspoke.search.answers import AnswerLimits, Answers, Found, answer_search
from misspoke.search.compliance import compliance_mass
from misspoke.search.contrast import Contrasted, beside, contrast_greedy
from misspoke.search.greedy import Greedy, greedy
from misspoke.search.mass import StringMass, string_mass
from misspoke.search.paths import path_logprobs
from misspoke.search.samples import Sample, chances, draw_samples
from misspoke.search.tree import Inquiry, Place, Search, TokenTree, explore, on, together

__all__ = [
    "AnswerLimits",
    "Answers",
    "Contrasted",
    "Found",
    "Greedy",
    "Inquiry",
    "Place",
    "Sample",
    "Search",
    "StringMass",
    "TokenTree",
    "answer_search",
    "beside",
    "chances",
    "compliance_mass",
    "contrast_greedy",
    "draw_samples",
    "explore",
    "greedy",
    "on",
    "path_logprobs",
    "string_mass",
    "together",
]
