"""lm-polygraph: its calculators and estimators; run as `python lm_polygraph_worker.py FOLDER`.

Its calculators are called directly, as its manager calls them, without what the estimators here do
not read: attention weights, hidden states of the greedy answer, and classes by an entailment model.
"""

import random
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from serving import Channel

BATCH = 16
Asked = Sequence[tuple[str, Any]]
Numbers = dict[str, float]


def main(folder: str) -> None:
    channel = Channel()
    import torch
    from lm_polygraph.estimators import (
        MaximumSequenceProbability,
        MeanTokenEntropy,
        Perplexity,
        PTrue,
        SemanticEntropy,
    )
    from lm_polygraph.stat_calculators import (
        EntropyCalculator,
        GreedyProbsCalculator,
        PromptCalculator,
        SamplingGenerationCalculator,
    )
    from lm_polygraph.utils.generation_parameters import GenerationParameters
    from lm_polygraph.utils.model import WhiteboxModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    plain = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="sdpa"
    ).eval()
    parameters = GenerationParameters(top_k=0)
    model = WhiteboxModel(plain, tokenizer, folder, generation_parameters=parameters)
    of_answers = [MaximumSequenceProbability(), Perplexity(), MeanTokenEntropy()]
    answer = [GreedyProbsCalculator(output_attentions=False), EntropyCalculator()]
    truth, draw = PromptCalculator(), SamplingGenerationCalculator()

    def calculated(texts: Sequence[str], tokens: int, calculators: Sequence[Any]) -> dict[str, Any]:
        stats: dict[str, Any] = {"input_texts": list(texts)}
        for calculator in calculators:
            stats.update(calculator(stats, list(texts), model, max_new_tokens=tokens))
        return stats

    def batches(items: Asked) -> Any:
        for start in range(0, len(items), BATCH):
            part = items[start : start + BATCH]
            yield [text for text, _ in part], part[0][1]

    def greedy(items: Asked) -> list[dict[str, Any]]:
        """Of each prompt and longest answer: the answer as it comes, its scores and steps."""
        found = []
        for texts, tokens in batches(items):
            stats = calculated(texts, tokens, [*answer, truth])
            scores = {str(one): one(stats) for one in (*of_answers, PTrue())}
            for place, said in enumerate(stats["greedy_tokens"]):
                line = {name: float(values[place]) for name, values in scores.items()}
                steps = {
                    "logprobs": [float(x) for x in stats["greedy_log_likelihoods"][place]],
                    "entropies": [float(x) for x in stats["entropy"][place]],
                }
                text = stats["greedy_texts"][place]
                asked = truth.prompt.format(q=texts[place], a=text)
                found.append(
                    {"tokens": said, "text": text, "scores": line, "truth_prompt": asked, **steps}
                )
        return found

    def estimates(items: Asked) -> list[Numbers]:
        """The estimators' values on given steps: log-probabilities and entropies."""
        found = []
        for _, (logprobs, entropies) in items:
            stats = {"greedy_log_likelihoods": [logprobs], "entropy": [entropies]}
            found.append({str(one): float(one(stats)[0]) for one in of_answers})
        return found

    def truths(items: Asked) -> list[tuple[float, str]]:
        """PTrue of given questions and answers, and the text that asks for it."""
        found = []
        for question, said in items:
            stats = {"input_texts": [question], "greedy_texts": [said]}
            [value] = PTrue()(truth(stats, [question], model)).tolist()
            found.append((value, truth.prompt.format(q=question, a=said)))
        return found

    def sampled(items: Asked) -> list[float]:
        """The log-probability of given tokens behind a prompt, by the plain model."""
        found = []
        for prompt, tokens in items:
            before = tokenizer(prompt)["input_ids"]
            with torch.inference_mode():
                logits = model(input_ids=torch.tensor([before + tokens])).logits
            steps = torch.log_softmax(logits[0, len(before) - 1 : -1], dim=-1)
            found.append(float(steps[torch.arange(len(tokens)), tokens].sum()))
        return found

    def semantic(items: Asked) -> list[dict[str, float]]:
        """SemanticEntropy of given samples: texts, log-probabilities and classes 0, 1, …"""
        found = []
        for _, (texts, logprobs, classes) in items:
            members = [
                [place for place, one in enumerate(classes) if one == number]
                for number in range(max(classes) + 1)
            ]
            stats = {
                "sample_texts": [texts],
                "sample_log_probs": [logprobs],
                "semantic_classes_entail": {
                    "class_to_sample": [members],
                    "sample_to_class": [classes],
                },
            }
            usual = SemanticEntropy()(stats)
            unique = SemanticEntropy(use_unique_responses=True)(stats)
            found.append({"usual": float(usual[0]), "unique": float(unique[0])})
        return found

    def whole(items: Asked) -> int:
        """All that is timed: the greedy answer, its four scores, and ten samples."""
        parameters.stop_strings = ["\n"]
        done = 0
        for texts, tokens in batches(items):
            stats = calculated(texts, tokens, [*answer, truth, draw])
            scores = [one(stats) for one in (*of_answers, PTrue())]
            assert all(len(values) == len(texts) for values in scores)
            done += sum(map(len, stats["sample_texts"]))
        parameters.stop_strings = None
        return done

    random.seed(0)
    torch.manual_seed(0)
    facts = {"version": version("lm-polygraph"), "transformers": version("transformers")}
    actions = {
        "greedy": greedy,
        "estimates": estimates,
        "truths": truths,
        "sampled": sampled,
        "semantic": semantic,
        "whole": whole,
    }
    channel.serve({**facts, "batch": BATCH}, actions)


if __name__ == "__main__":
    main(sys.argv[1])
