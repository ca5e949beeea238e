"""The decoders by name, as the command line knows them."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from misspoke.decoding.asking import ByAsking, PTrue
from misspoke.decoding.concept import Concept
from misspoke.decoding.decoder import Decoder
from misspoke.decoding.first_token import FirstToken
from misspoke.decoding.greedy import Greedy
from misspoke.decoding.paraphrases import Paraphrased
from misspoke.decoding.pmi import Pmi
from misspoke.decoding.rescoring import Rescored
from misspoke.decoding.sameness import ByText
from misspoke.decoding.samples import Adaptive, SamplePooling, SelfConsistency
from misspoke.records import UserError

DECODERS: Mapping[str, Callable[[], Decoder]] = {
    "greedy": Greedy,
    "first-token": FirstToken,
    "string": lambda: Concept("string", ByText()),
    "concept": Concept,
    "concept-asked": lambda: Concept("concept-asked", ByAsking(), early=False),
    "concept+pmi": lambda: Rescored("concept+pmi", Concept(early=False), (Pmi(),)),
    "concept+ptrue": lambda: Rescored("concept+ptrue", Concept(early=False), (PTrue(),)),
    "self-consistency": SelfConsistency,
    "asc": lambda: SelfConsistency("asc", Adaptive()),
    "sample-pooling": SamplePooling,
    "paraphrases": Paraphrased,
}
"""Each decoder's name and how it is made; anything else is composed in Python."""


def by_names(names: Sequence[str]) -> list[Decoder]:
    """The decoders of these names, greedy first; raises UserError for one that is not known."""
    for name in names:
        if name not in DECODERS:
            near = get_close_matches(name, DECODERS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(DECODERS)}"
            raise UserError(f"{name}: no such decoder; {hint}")
    return [DECODERS[name]() for name in dict.fromkeys(["greedy", *names])]
