"""The surface forms of an answer: the spellings under which it may be written.

Each rule proposes other spellings of a form; the key of the answer disposes: a proposal that would
be another answer is dropped. The rules are listed, with examples, in docs/surface-forms.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from misspoke.concepts.equivalence import key
from misspoke.concepts.folding import has_content
from misspoke.concepts.spellings import RULES, Rule
from misspoke.concepts.text import strip_openers, tidy

__all__ = ["MOST_FORMS", "RULES", "Form", "Rule", "closure", "surface_forms"]

MOST_FORMS = 96
"""The most forms of one answer; those that take the fewest rules are kept."""


@dataclass(frozen=True, slots=True)
class Form:
    """A spelling of an answer, and the rules that led to it from the spelling given."""

    text: str
    rules: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def closure(answer: str) -> tuple[Form, ...]:
    """Give the surface forms of an answer, the answer itself first.

    They are the fixpoint of all rules but `case`, and the cases of each of its forms: a form that
    was put in another case is not changed again ("USA" gives no "Usa" by way of "usa"). Forms come
    in order of the number of rules that they take, and at most `MOST_FORMS` of them. They are
    distinct, without openers or newlines, and have the answer's key. An answer without a letter, a
    digit or a symbol has none.
    """
    first = tidy(answer)
    if not has_content(first):
        return ()
    forms = [Form(first)]
    seen = {first}
    for form in forms:
        for name, rule in RULES.items():
            if name != "case" and len(forms) < MOST_FORMS:
                forms += _accepted(form, name, rule, seen, key(first))
    for form in tuple(forms):
        forms += _accepted(form, "case", RULES["case"], seen, key(first))
    return tuple(sorted(forms, key=lambda form: len(form.rules))[:MOST_FORMS])


def _accepted(form: Form, name: str, rule: Rule, seen: set[str], wanted: str) -> list[Form]:
    """Give the new forms that a rule proposes and that are spellings of the same answer."""
    accepted: list[Form] = []
    for proposal in rule(form.text):
        text = " ".join(proposal.split())
        if text not in seen:
            seen.add(text)
            if key(text) == wanted and strip_openers(text) == text and has_content(text):
                accepted.append(Form(text, (*form.rules, name)))
    return accepted


def surface_forms(answers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Give the texts of the surface forms of each answer, in the order of `closure`."""
    return {answer: tuple(form.text for form in closure(answer)) for answer in answers}
