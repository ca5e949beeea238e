"""Whether the tree backend gives what the plain one gives for a model: tried before its use."""

import torch

from misspoke.lm.checkpoint import Checkpoint
from misspoke.lm.plain import PlainModel
from misspoke.lm.protocol import Context, Request, Want
from misspoke.lm.treemodel import TreeModel

_PROBE = (
    "Question: What is the capital of France?\nAnswer: Paris\n\n",
    "Question: Who wrote Hamlet?\nAnswer:",
    (" William Shakespeare", " William Blake", " Shakespeare", " The"),
)


def tree_is_exact(checkpoint: Checkpoint) -> bool:
    """Whether a small tree gives what the plain path gives: a model that cannot serve it fails.

    In bfloat16 both are rough, so only gross differences count there.
    """
    tolerance = 1e-3 if checkpoint.model.dtype == torch.float32 else 1.0
    tokenizer = checkpoint.tokenizer
    header = tokenizer.encode(_PROBE[0])
    suffix, *paths = tokenizer.encode_plain([_PROBE[1], *_PROBE[2]])
    split, whole = Context(header, suffix), Context((), header + suffix)
    places = [(), *paths]
    requests = [
        Request(context, path, Want(top=3)) for context in (split, whole) for path in places
    ]
    try:
        found = TreeModel(checkpoint, batch_tokens=64).next_tokens(requests)
    except (RuntimeError, TypeError, ValueError, AttributeError, KeyError, IndexError):
        return False
    pairs = list(zip(places, found[: len(places)], found[len(places) :], strict=True))
    named = [frozenset(t for t, _ in (*one.top, *other.top)) for _, one, other in pairs]
    plain = PlainModel(checkpoint).next_tokens(
        [Request(whole, path, Want(tokens=n)) for path, n in zip(places, named, strict=True)]
    )
    return all(
        abs(logprob - reference.logprobs[token]) < tolerance
        for (_, one, other), reference in zip(pairs, plain, strict=True)
        for token, logprob in (*one.top, *other.top)
    )
