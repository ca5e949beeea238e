"""Texts of questions and models, and numbers, as people read them."""

from collections.abc import Sequence
from unicodedata import category

from misspoke.records import Interval

_JOINERS = frozenset("\u200c\u200d")
"""Format characters that Persian, Indic scripts and emoji need, and that only join letters."""


_SPARKS = "▁▂▃▄▅▆▇█"


def visible(text: str) -> str:
    """The text on one line, with characters that cannot be seen as escapes.

    Control characters, line ends, lone surrogates and format characters (marks that turn the
    direction of text among them) are written as in Python: the text cannot act on what shows it.
    """
    return "".join(_escaped(char) if _is_hidden(char) else char for char in text)


def visible_token(token: str) -> str:
    """A token's text with its outer blanks shown; a token without text ends the answer."""
    if not token:
        return "(end)"
    core = token.strip(" ")
    before = len(token) - len(token.lstrip(" "))
    after = len(token) - before - len(core)
    return "␣" * before + visible(core) + "␣" * after


def shortened(text: str, width: int) -> str:
    """The text cut to `width` characters, with an ellipsis where something was cut."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def quoted(text: str, width: int = 60) -> str:
    """An answer within a sentence: on one line, in quotation marks, not too long."""
    return f"“{shortened(visible(text), width)}”"


def probability(value: float) -> str:
    """A probability with two decimals; what would read 0.00 though there is some is `<0.01`."""
    return "<0.01" if 0 < value < 0.005 else f"{value:.2f}"


def interval(mass: Interval) -> str:
    """A mass by its bounds; once, where two decimals do not tell them apart."""
    low, high = probability(mass.lower), probability(mass.upper)
    if low == high or high.startswith("<"):
        return high
    return f"{low}–{high}"


def percent(value: float) -> str:
    """A share in whole per cent; what would read 0% though there is some is `<1%`."""
    return "<1%" if 0 < value < 0.005 else f"{100 * value:.0f}%"


def percent_between(low: float, high: float) -> str:
    """A share by its bounds, in whole per cent; once, where they do not differ."""
    first, last = percent(low), percent(high)
    if first == last or last.startswith("<"):
        return last
    return f"{first[:-1]}–{last}"


def percent_spread(spread: Sequence[float] | None) -> str:
    """A 95% interval of a share, in brackets; an empty string where there is none.

    None of the resamples of what always or never happens differs: that interval says nothing.
    """
    if spread is None or (spread[0] == spread[1] and spread[0] in (0, 1)):
        return ""
    return f"[{100 * spread[0]:.0f}–{percent(spread[1])}]"


def signed(value: float) -> str:
    """A difference with its sign, to two decimals; `0.00` has none."""
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text[1:] == "0.00" else text


def signed_spread(spread: Sequence[float] | None) -> str:
    """A 95% interval of a difference, in brackets behind a blank; nothing where there is none."""
    return "" if spread is None else f" [{signed(spread[0])}, {signed(spread[1])}]"


def sparks(values: Sequence[float], most: float) -> str:
    """Values as a line of small columns, a character each; `most` has the highest."""
    top = len(_SPARKS) - 1
    return "".join(_SPARKS[round(top * value / most) if most > 0 else 0] for value in values)


def counted(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 answer, 2 answers."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _is_hidden(char: str) -> bool:
    kind = category(char)
    return (kind[0] == "C" and char not in _JOINERS) or kind in ("Zl", "Zp")


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
