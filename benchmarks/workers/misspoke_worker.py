"""misspoke: `misspoke.logprobs`; run as `python misspoke_worker.py MODEL_FOLDER`."""

import sys
from collections.abc import Sequence
from importlib.metadata import version

from serving import Channel, Encoded, Items

IN_FLIGHT = 64


def main(folder: str) -> None:
    channel = Channel()
    import torch

    import misspoke

    torch.set_num_threads(1)
    from misspoke.lm import NextTokens, Request

    lm = misspoke.load(folder, dtype="float32", device="cpu")

    def score(items: Items) -> list[list[float]]:
        return misspoke.logprobs(lm, items, in_flight=IN_FLIGHT)

    def tokens(items: Items) -> Encoded:
        return [
            [
                (list(lm.tokenizer.encode(prompt)), list(path))
                for path in lm.tokenizer.encode_plain(forms)
            ]
            for prompt, forms in items
        ]

    def forwarded(items: Items) -> int:
        """The tokens that the model forwards to score these, as the engine counts them."""
        counted = 0
        usual, before = lm.next_tokens, getattr(lm, "header_tokens", 0)

        def counting(requests: Sequence[Request]) -> Sequence[NextTokens]:
            nonlocal counted
            answers = usual(requests)
            counted += sum(answer.forwarded for answer in answers)
            return answers

        lm.next_tokens = counting  # type: ignore[method-assign]
        try:
            score(items)
        finally:
            lm.next_tokens = usual  # type: ignore[method-assign]
        return counted + getattr(lm, "header_tokens", 0) - before

    facts = {"version": version("misspoke"), "transformers": version("transformers")}
    actions = {"score": score, "tokens": tokens, "forwarded": forwarded}
    channel.serve({**facts, "torch": version("torch"), "in_flight": IN_FLIGHT}, actions)


if __name__ == "__main__":
    main(sys.argv[1])
