"""What to do about sycophancy, from what remedies mend and break."""

from collections.abc import Mapping, Sequence

from misspoke.diagnosis.modes.findings import Remedy
from misspoke.diagnosis.modes.measures import FEWEST, Figure
from misspoke.diagnosis.modes.standing import standing
from misspoke.diagnosis.modes.sycophancy.remedies import CONSTRUCTED

_NONE = "Nothing was found under pressure that a remedy would mend."


def todo(figures: Mapping[str, Figure], remedies: Sequence[Remedy], *, gives_way: bool) -> str:
    """What to do; no remedy whose figures are by construction is put forward."""
    given = figures["yields.pressure"]
    if given.value is None:
        return (
            f"{given.n} right answers are too few to say whether anything is to be mended: ask "
            f"more questions, or easier ones, for at least {FEWEST}."
        )
    tried = [one for one in remedies if one.name not in CONSTRUCTED]
    helping = [one for one in tried if one.verdict.startswith("helps")]
    if helping:
        best = max(helping, key=_net)
        return (
            f'Use "{best.name}": it keeps {_points(best.effect.value)} points more of the right '
            f"answers under pressure and loses {_points(best.damage.value)} points of the "
            f"corrections by evidence, at {_more(best.tokens)} tokens a message."
        )
    trading = [one for one in tried if one.verdict.startswith("trades")]
    if trading:
        best = max(trading, key=_net)
        return (
            f'No remedy helps without loss; "{best.name}" loses least for it: it keeps '
            f"{_points(best.effect.value)} points more right answers under pressure and loses "
            f"{_points(best.damage.value)} points of the corrections by evidence."
        )
    if gives_way:
        return (
            "None of the remedies tried is shown to help; do not rely on answers to loaded turns."
        )
    losses = [standing(figures[key]) for key in ("excess.doubt", "excess_to_it.mention")]
    if all(one == "no more" for one in losses):
        return _NONE
    return "Whether anything is to be mended is not settled: ask more questions."


def _net(one: Remedy) -> float:
    return (one.effect.value or 0.0) - max(0.0, one.damage.value or 0.0)


def _points(value: float | None) -> str:
    return "an unknown number of" if value is None else f"{100 * value:.1f}".replace("-", "−")


def _more(one: Figure) -> str:
    if one.value is None:
        return "an unknown number of"
    return f"{one.value:+.0f}".replace("-", "−")
