"""misspoke's detectors: `Observer` with samples and P(True), behind prompts of one style.

    python detector_worker.py MODEL_FOLDER STYLE LONGEST_ANSWER

`run` measures all that a run does, string masses and candidates included; `alone` nearly nothing
but the greedy answer, samples and P(True): masses and candidates end with their first look.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from serving import Channel

IN_FLIGHT, SAMPLES, ENDS = 64, 10, "<|im_end|>"
Asked = Sequence[tuple[str, Any]]
Step = tuple[float, float, float]
"""A token's log-probability, the entropy, and the end token's log-probability."""


def main(folder: str, style: str, answer_tokens: str) -> None:
    channel = Channel()
    import torch

    import misspoke

    torch.set_num_threads(1)
    from misspoke.lm import Context, Job, run_jobs
    from misspoke.lm.protocol import Want
    from misspoke.measures import semantic_entropy, sequence_surprise, token_surprise
    from misspoke.observing.detecting import Extras
    from misspoke.observing.diagnose import Observer
    from misspoke.observing.observe import Limits
    from misspoke.search import TokenTree, explore, on

    lm = misspoke.load(folder, dtype="float32", device="cpu")
    limits = Limits(answer_tokens=int(answer_tokens))
    extras = Extras(samples=SAMPLES, truth=True)
    observer = Observer.of(lm, style=style, limits=limits, extras=extras, in_flight=IN_FLIGHT)
    short = replace(limits, epsilon=1.0, answers=replace(limits.answers, residual=1.0))
    hasty = Observer.of(lm, style=style, limits=short, extras=extras, in_flight=IN_FLIGHT)
    [[end]] = lm.tokenizer.encode_plain([ENDS])

    def asked(items: Asked) -> list[misspoke.Question]:
        return [misspoke.Question(text, golds, stem=stem) for text, (stem, golds) in items]

    def scores(logprobs: Sequence[float], entropies: Sequence[float]) -> dict[str, float]:
        return {
            "MaximumSequenceProbability": sequence_surprise(logprobs),
            "Perplexity": token_surprise(logprobs),
            "MeanTokenEntropy": sum(entropies) / len(entropies),
        }

    def prompts(items: Asked) -> list[tuple[str, int]]:
        """The prompt of each question, and how many tokens it has."""
        found = [observer.prompter.prompt(q, limits.answer_tokens) for q in asked(items)]
        return [(one.text, len(one.context.tokens)) for one in found]

    def run(items: Asked, by: Observer = observer) -> list[dict[str, Any]]:
        """Of each question all that is timed, and what the comparison needs of it."""
        rows = {one.row.question: one.row for one in by.observe(asked(items))}
        found = []
        for text, _ in items:
            row = rows[text]
            part = slice(row.answer_step - 1, row.answer_end)
            entropies = [float(e) for e in row.answer_entropies[part] if e is not None]
            drawn = row.samples
            meanings = [one.meaning for one in drawn]
            keys, logprobs = [one.tokens for one in drawn], [one.logprob for one in drawn]
            line = scores(row.answer_logprobs[part], entropies)
            line["SemanticEntropy"] = semantic_entropy(meanings, keys, logprobs)
            found.append(
                {
                    "prompt": row.prompt,
                    "answer": row.answer,
                    "tokens": row.answer_tokens,
                    "answer_place": [row.answer_step - 1, row.answer_end],
                    "scores": line,
                    "classes": meanings,
                    "samples": keys,
                    "sample_logprobs": logprobs,
                    "p_true": row.p_true and [row.p_true.lower, row.p_false.lower],
                    "p_true_literal": row.p_true_literal,
                }
            )
        return found

    def follow(items: Asked) -> list[list[Step]]:
        """Of each prompt and its tokens: log-probability, entropy and the end token's, by step."""

        def job(place: int) -> Job[tuple[int, list[Step]]]:
            prompt, tokens = items[place]
            tree = TokenTree(Context((), lm.tokenizer.encode(prompt)), lm.tokenizer.token_bytes)
            path = tuple(tokens)
            wants = {
                path[:at]: Want(entropy=True, tokens=frozenset({token, end}))
                for at, token in enumerate(path)
            }

            def search() -> Any:
                yield wants
                nodes = [(token, tree[path[:at]]) for at, token in enumerate(path)]
                return [(n.logprobs[t], n.entropy or 0.0, n.logprobs[end]) for t, n in nodes]

            return place, (yield from explore(on(tree, search())))

        return [steps for _, steps in sorted(run_jobs(lm, map(job, range(len(items))), IN_FLIGHT))]

    def estimates(items: Asked) -> list[dict[str, float]]:
        """Our scores of given steps: log-probabilities and entropies."""
        return [scores(logprobs, entropies) for _, (logprobs, entropies) in items]

    def literal(items: Asked) -> list[list[float]]:
        """The log-probabilities of the token "True" and of the end token behind given prompts."""
        return misspoke.logprobs(lm, [(prompt, ["True", ENDS]) for prompt, _ in items])

    actions = {
        "prompts": prompts,
        "run": run,
        "alone": lambda items: run(items, hasty),
        "follow": follow,
        "estimates": estimates,
        "literal": literal,
    }
    facts = {"version": version("misspoke"), "transformers": version("transformers")}
    channel.serve({**facts, "in_flight": IN_FLIGHT, "samples": SAMPLES}, actions)


if __name__ == "__main__":
    main(*sys.argv[1:])
