"""One verb: decode."""

from misspoke.decoding.concept import Concept
from misspoke.decoding.decoder import Decoder
from misspoke.decoding.desk import Desk
from misspoke.decoding.speaker import Speaker
from misspoke.lm import LanguageModel, run_jobs
from misspoke.records.decoding import Asked, Decoded
from misspoke.search import explore


def decode(
    lm: LanguageModel,
    prompt: str | Asked,
    decoder: Decoder | None = None,
    *,
    style: str = "auto",
    shots: int | None = None,
) -> Decoded:
    """Answers a prompt by a decoder; without one, by concept decoding.

    A text is taken as the exact prompt that an answer follows; a question in `Asked` is put in the
    model's own way, as `style` and `shots` say. No argument can hold right answers. Raises
    UserError for a prompt that is empty or does not fit the model's window.
    """
    speaker = Speaker.of(lm, style=style, shots=shots)
    desk = (
        Desk.of(speaker, prompt) if isinstance(prompt, Asked) else Desk.of_prompt(speaker, prompt)
    )
    [found] = run_jobs(lm, iter([explore((decoder or Concept()).decode(desk))]), 1)
    return found
