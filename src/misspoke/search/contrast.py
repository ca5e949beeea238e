"""Greedy decoding under a contrast: what one prompt makes likelier than another, step by step.

The reply grows behind two prompts in step, say one with an instruction and one without. Each token
is the argmax of log p + w (log p - log q) among those that p itself finds plausible, with p behind
the first prompt and q behind the second. Two forwards a token: both trees count theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from misspoke.lm.protocol import Beside, Path, Want
from misspoke.records import UserError
from misspoke.search.tree import Inquiry, Place


@dataclass(frozen=True, slots=True)
class Contrasted:
    """What was emitted under the contrast, the token that ended it included."""

    tokens: Path
    logprobs: tuple[float, ...]
    """Of each token behind the first prompt, without the contrast."""
    kls: tuple[float, ...]
    """KL(p ‖ q) in nats before each token."""


def beside(here: Place, there: Place, weight: float = 0.0) -> tuple[Beside, Mapping[Place, Want]]:
    """What asks for the distribution at one place beside that at another, and its key there.

    Both places are asked for, so that each tree counts its own tokens.
    """
    tree, path = there
    key = Beside(tree.context, path, weight)
    return key, {there: Want(), here: Want(beside=frozenset({key}))}


def contrast_greedy(
    here: Place,
    there: Place,
    weight: float,
    stop: Callable[[Path], bool],
    max_tokens: int,
) -> Inquiry[Contrasted]:
    """Emits until the text ends, `stop` says so of what was emitted, or `max_tokens`.

    Weight 0 is plain greedy decoding. Raises UserError where the model does not show whole
    distributions.
    """
    (tree, start), (other, begin) = here, there
    path: Path = ()
    logprobs: list[float] = []
    kls: list[float] = []
    while len(path) < max_tokens:
        place = (*start, *path)
        key, ask = beside((tree, place), (other, (*begin, *path)), weight)
        yield ask
        found = tree[place].beside.get(key)
        if found is None:
            raise UserError(
                "a contrast needs whole distributions, and this model shows only its most "
                "probable tokens; leave the contrast out, or use a model that runs here"
            )
        path = (*path, found.token)
        logprobs.append(found.logprob)
        kls.append(found.kl)
        if not tree.token_bytes[found.token] or stop(path):
            break
    return Contrasted(path, tuple(logprobs), tuple(kls))
