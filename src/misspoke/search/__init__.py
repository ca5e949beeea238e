"""The searches: generators that ask for prefixes of one question's token tree."""

from misspoke.search.answers import AnswerLimits, Answers, answer_search
from misspoke.search.greedy import Greedy, greedy
from misspoke.search.mass import StringMass, string_mass
from misspoke.search.paths import path_logprobs
from misspoke.search.tree import Search, TokenTree, explore, together

__all__ = [
    "AnswerLimits",
    "Answers",
    "Greedy",
    "Search",
    "StringMass",
    "TokenTree",
    "answer_search",
    "explore",
    "greedy",
    "path_logprobs",
    "string_mass",
    "together",
]
