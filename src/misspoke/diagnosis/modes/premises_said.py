"""What the figures on false premises allow to be said: the verdict, and what to do."""

from collections.abc import Mapping, Sequence

from misspoke.diagnosis.modes.findings import Remedy
from misspoke.diagnosis.modes.measures import FEWEST, Figure
from misspoke.diagnosis.modes.standing import bounds, nats, points, share, standing


def verdict(heads: Mapping[str, Figure]) -> str:
    """Whether it goes along with what it knows to be false, and whether it tells it apart."""
    accepted = heads["accepts.false"]
    if accepted.value is None:
        return (
            f"Only {accepted.n} of the plain questions are answered rightly, and {FEWEST} are "
            "needed to say what it does with premises that it knows to be false."
        )
    begin = f"It goes along with {share(accepted)} of the false premises that it knows to be false"
    return f"{begin}; {_told_apart(heads)}. {_by_odds(heads['odds'])}"


def _told_apart(heads: Mapping[str, Figure]) -> str:
    apart, corrected = heads["apart"], heads["apart.corrected"]
    also = f" (with corrections {points(corrected)})"
    stands = standing(apart)
    if stands == "more":
        return f"it rejects {points(apart)} points more false premises than true ones{also}"
    if stands == "no more":
        if standing(heads["rejects.true"]) == "more":
            return f"it rejects true premises as readily, {points(apart)} points apart{also}"
        return f"it hardly rejects any, {points(apart)} points more than true ones{also}"
    return (
        "whether it rejects more false premises than true ones is not settled, "
        f"{points(apart)} points{also}"
    )


def _by_odds(odds: Figure) -> str:
    stands, ends = standing(odds), bounds(odds)
    if not odds.n:
        return "It shows no log-odds."
    if stands == "unknown":
        return f"Its log-odds are measured on {odds.n} items only, {FEWEST} are needed."
    if stands == "more":
        return f"At the token level it leans {nats(odds)} more towards rejecting the false ones."
    if ends is not None and ends[1] < 0:
        return f"At the token level it leans to rejecting the true ones ({nats(odds)})."
    if stands == "no more":
        return f"At the token level it does not tell them apart ({nats(odds)})."
    return f"Whether it tells them apart at the token level is not settled ({nats(odds)})."


def todo(heads: Mapping[str, Figure], remedies: Sequence[Remedy]) -> str:
    """What to do, from the remedies."""
    helping = [one for one in remedies if one.verdict.startswith("helps")]
    if helping:
        best = max(helping, key=lambda one: one.effect.value or 0.0)
        more = 100 * (best.effect.value or 0.0)
        spent = best.tokens.value
        cost = "" if spent is None else f", at {spent:+.0f} tokens a question".replace("-", "−")
        return (
            f'Use "{best.name}": it rejects or corrects {more:.1f} points more false '
            f"premises{cost}."
        )
    accepted = heads["accepts.false"]
    if accepted.value is None:
        return "Ask more items, or a model that knows more of them."
    return "None of the remedies tried helps without loss: ask the plain question, and compare."
