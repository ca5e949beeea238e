"""lm-evaluation-harness: `HFLM.loglikelihood`; run as `python lm_eval_worker.py MODEL_FOLDER`."""

import sys
from importlib.metadata import version

from serving import Channel, Encoded, Items

BATCH = 16


def main(folder: str) -> None:
    channel = Channel()
    import torch
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    torch.set_num_threads(1)
    lm = HFLM(pretrained=folder, device="cpu", dtype="float32", batch_size=BATCH)

    def score(items: Items) -> list[list[float]]:
        pairs = [(prompt, form) for prompt, forms in items for form in forms]
        requests = [
            Instance(request_type="loglikelihood", doc={}, arguments=pair, idx=place)
            for place, pair in enumerate(pairs)
        ]
        found = iter(lm.loglikelihood(requests, disable_tqdm=True))
        return [[next(found)[0] for _ in forms] for _, forms in items]

    def tokens(items: Items) -> Encoded:
        return [[lm._encode_pair(prompt, form) for form in forms] for prompt, forms in items]

    facts = {"version": version("lm-eval"), "transformers": version("transformers")}
    channel.serve({**facts, "batch": BATCH}, {"score": score, "tokens": tokens})


if __name__ == "__main__":
    main(sys.argv[1])
