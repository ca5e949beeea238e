"""The reference: the plain transformers model in float64, each text forwarded whole and alone."""

import sys

from serving import Channel, Items


def main(folder: str) -> None:
    channel = Channel()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(1)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def one(prompt: str, form: str) -> float:
        before = tokenizer(prompt)["input_ids"]
        path = tokenizer(form, add_special_tokens=False)["input_ids"]
        with torch.inference_mode():
            logits = model(torch.tensor([before + path]), logits_to_keep=len(path) + 1).logits
        logprobs = torch.log_softmax(logits[0, :-1], dim=-1)
        return float(logprobs[torch.arange(len(path)), path].sum())

    def score(items: Items) -> list[list[float]]:
        return [[one(prompt, form) for form in forms] for prompt, forms in items]

    channel.serve({}, {"score": score})


if __name__ == "__main__":
    main(sys.argv[1])
