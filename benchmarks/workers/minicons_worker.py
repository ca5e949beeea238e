"""minicons: `IncrementalLMScorer.conditional_score`; run as `python minicons_worker.py FOLDER`."""

import sys
from importlib.metadata import version

from serving import Channel, Encoded, Items

BATCH = 16


def main(folder: str) -> None:
    channel = Channel()
    import torch
    from minicons.scorer import IncrementalLMScorer

    torch.set_num_threads(1)
    lm = IncrementalLMScorer(folder, "cpu", dtype=torch.float32)

    def score(items: Items) -> list[list[float]]:
        found: list[float] = []
        pairs = [(prompt, form) for prompt, forms in items for form in forms]
        for start in range(0, len(pairs), BATCH):
            prompts, forms = zip(*pairs[start : start + BATCH], strict=True)
            found += lm.conditional_score(
                list(prompts), [bare(form) for form in forms], reduction=lambda x: x.sum(0).item()
            )
        values = iter(found)
        return [[next(values) for _ in forms] for _, forms in items]

    def tokens(items: Items) -> Encoded:
        return [[split(prompt, form) for form in forms] for prompt, forms in items]

    def split(prompt: str, form: str) -> tuple[list[int], list[int]]:
        encoded, (before,) = lm.prime_text([prompt], [bare(form)])
        ids = encoded["input_ids"][0].tolist()
        return ids[: before + 1], ids[before + 1 :]

    facts = {"version": version("minicons"), "transformers": version("transformers")}
    channel.serve({**facts, "batch": BATCH}, {"score": score, "tokens": tokens})


def bare(form: str) -> str:
    """The form without the space that minicons puts there itself."""
    return form.removeprefix(" ")


if __name__ == "__main__":
    main(sys.argv[1])
