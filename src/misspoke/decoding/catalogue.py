"""The decoders by name, as the command line knows them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches

from misspoke.decoding.asking import ByAsking, PTrue
from misspoke.decoding.channel import Channel
from misspoke.decoding.concept import LIMITS, Concept
from misspoke.decoding.decoder import Abstaining, Decoder
from misspoke.decoding.entailment import ByEntailment, load_entailment
from misspoke.decoding.first_token import FirstToken
from misspoke.decoding.greedy import Greedy
from misspoke.decoding.paraphrases import Paraphrased
from misspoke.decoding.pmi import Pmi
from misspoke.decoding.rescoring import Rescored, Scorer
from misspoke.decoding.sameness import ByText
from misspoke.decoding.samples import Adaptive, SamplePooling, SelfConsistency
from misspoke.records import UserError

SMALL = replace(LIMITS, nodes=16)
"""A third of the usual nodes: about what ten samples read."""


def _rescored(decoder: Decoder, addition: str, *scorers: Scorer) -> Rescored:
    return Rescored(f"{decoder.name}+{addition}", decoder, scorers)


DECODERS: Mapping[str, Callable[[], Decoder]] = {
    "greedy": Greedy,
    "first-token": FirstToken,
    "string": lambda: Concept("string", ByText()),
    "concept": Concept,
    "concept@16": lambda: Concept("concept@16", limits=SMALL),
    "concept-asked": lambda: Concept("concept-asked", ByAsking(), early=False),
    "concept+pmi": lambda: _rescored(Concept(early=False), "pmi", Pmi()),
    "concept+ptrue": lambda: _rescored(Concept(early=False), "ptrue", PTrue()),
    "concept+channel": lambda: _rescored(Concept(early=False), "channel", Channel()),
    "concept@16+channel": lambda: _rescored(
        Concept("concept@16", limits=SMALL, early=False), "channel", Channel()
    ),
    "self-consistency": SelfConsistency,
    "asc": lambda: SelfConsistency("asc", Adaptive()),
    "sample-pooling": SamplePooling,
    "paraphrases": Paraphrased,
    "paraphrases+channel": lambda: _rescored(Paraphrased(), "channel", Channel()),
}
"""Each decoder's name and how it is made; anything else is composed in Python."""


def by_name(name: str) -> Decoder:
    """The decoder of a name; raises UserError for one that is not known."""
    if name not in DECODERS:
        near = get_close_matches(name, DECODERS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(DECODERS)}"
        raise UserError(f"{name}: no such decoder; {hint}")
    return DECODERS[name]()


def chosen(names: str, *, abstain: float | None = None, nli: str | None = None) -> list[Decoder]:
    """The decoders of names with commas between them, or of `all`; greedy first.

    With `abstain` all but greedy say nothing where their belief is not known to reach it. `nli` is
    the model of one more decoder, which joins answers by entailment.
    """
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    asked = DECODERS if wanted == ["all"] else dict.fromkeys(["greedy", *wanted])
    every = [by_name(name) for name in asked]
    if nli is not None:
        load_entailment(nli)  # a wrong one is found out before a long run
        every.append(Concept("concept-nli", ByEntailment(nli), early=False))
    if abstain is None:
        return every
    return [every[0], *(Abstaining(decoder, abstain) for decoder in every[1:])]
