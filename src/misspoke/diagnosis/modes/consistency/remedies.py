"""What can be done, held against doing nothing: the greedy answer to the question as asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from misspoke.diagnosis.modes.consistency.drawn import vote
from misspoke.diagnosis.modes.consistency.texts import points
from misspoke.diagnosis.modes.findings import Curve, Remedy, Series
from misspoke.diagnosis.modes.measures import Difference, Measure, Part, difference, figure
from misspoke.measures import holm
from misspoke.records.consistency import ConsistencyRow, Reply

Attempt = tuple[Reply, int]
"""An answer, and the tokens that it takes."""
GREEDY, VOTE, EXAMPLE = "greedy", "vote of wordings", "one more example"
FOR_AGREEMENT = f"{EXAMPLE}, for agreement"
"""The same remedy judged by agreement: its points cannot be held against mended answers."""
SAYS: Mapping[str, str] = {
    "self-consistency@10": "Draws 10 samples at temperature 0.7 and takes the most frequent.",
    "asc": "The same, but stops as soon as the leader is likely to stay ahead (Beta rule of ASC).",
    "concept": "Pools the spellings of each answer at this one wording; the control of pooling.",
    "paraphrases": "Averages the answers' probabilities over all wordings and takes the heaviest.",
    VOTE: "Asks in every wording and takes the most frequent greedy answer.",
    EXAMPLE: "Puts one more example in front of the question.",
}
"""The remedies that are judged; others stand on the curve alone."""
SURE = 0.05


def attempts(row: ConsistencyRow) -> dict[str, Attempt]:
    """What each remedy answers, greedy first."""
    first = row.wordings[0]
    found = {GREEDY: (first.reply, first.greedy_tokens)}
    found |= {one.remedy: (one.reply, one.forward_tokens) for one in row.remedies}
    for most in sorted({3, 5, len(row.wordings)}):
        asked = row.wordings[:most]
        name = VOTE if most == len(row.wordings) else f"{VOTE}@{most}"
        if most <= len(asked):
            given = vote([one.reply for one in asked])
            found[name] = given, sum(one.greedy_tokens for one in asked)
    if first.with_example is not None and first.example_tokens is not None:
        found[EXAMPLE] = first.with_example, first.example_tokens
    return found


def _names(rows: Sequence[ConsistencyRow]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in attempts(row)))


def remedy_measures(rows: Sequence[ConsistencyRow]) -> tuple[Measure, ...]:
    """The accuracy of every remedy; greedy's is `accuracy.asked`."""
    return tuple(right_by(rows, name) for name in _names(rows) if name != GREEDY)


def right_by(rows: Sequence[ConsistencyRow], name: str) -> Measure:
    """The share of right answers by a remedy."""
    return _of(rows, f"accuracy.{name}", f"right answers by {name}", name, lambda one, _: one.right)


def judged_remedies(
    rows: Sequence[ConsistencyRow],
    agreement: tuple[Measure, Measure],
    accuracy: tuple[Measure, Measure],
    seed: int,
) -> tuple[Remedy, ...]:
    """Each remedy with what it mends, breaks and costs.

    `agreement` and `accuracy` are those over all wordings, without and with one more example.
    """
    known = _names(rows)
    names = [name for name in SAYS if name in known]
    nets = [difference(right_by(rows, name), right_by(rows, GREEDY), seed) for name in names]
    found = [_remedy(rows, name, net, seed) for name, net in zip(names, nets, strict=True)]
    if EXAMPLE in names:
        found.append(_for_agreement(rows, agreement, accuracy, seed))
        nets.append(found[-1].effect)
    tested = [net.p for net in nets]
    corrected = iter(holm([p for p in tested if p is not None]))
    told = []
    for one, net in zip(found, nets, strict=True):
        p = None if net.p is None else next(corrected)
        told.append(replace(one, p=p, verdict=_verdict(one, net, p)))
    return tuple(told)


def _remedy(rows: Sequence[ConsistencyRow], name: str, net: Difference, seed: int) -> Remedy:
    mended = _of(rows, "mended", "", name, lambda one, greedy: one.right and not greedy.right)
    broken = _of(rows, "broken", "", name, lambda one, greedy: greedy.right and not one.right)
    return Remedy(
        name=name,
        says=SAYS[name],
        effect=replace(_alone(mended, seed), p=net.p),
        damage=_alone(broken, seed),
        tokens=figure(_tokens(rows, name, beyond=True), seed),
        p=None,
        verdict="",
    )


def _for_agreement(
    rows: Sequence[ConsistencyRow],
    agreement: tuple[Measure, Measure],
    accuracy: tuple[Measure, Measure],
    seed: int,
) -> Remedy:
    return Remedy(
        name=FOR_AGREEMENT,
        says=(
            "The same, judged by the pairs of wordings that get one answer; damage is right "
            "answers lost over all wordings."
        ),
        effect=difference(agreement[1], agreement[0], seed),
        damage=difference(accuracy[0], accuracy[1], seed),
        tokens=figure(_tokens(rows, EXAMPLE, beyond=True), seed),
        p=None,
        verdict="",
    )


def _verdict(one: Remedy, net: Difference, p: float | None) -> str:
    if p is None or net.value is None:
        return "not settled: too few questions"
    what = "of agreement" if one.name == FOR_AGREEMENT else "in all"
    if p >= SURE:
        return f"not settled: {points(net)} {what}"
    if net.value < 0:
        return f"harms: {points(net)} {what}"
    if one.name != FOR_AGREEMENT:
        return f"helps: {points(net)} {what}"
    broken = one.damage.interval
    if broken and broken[0] > 0:
        return f"trades: {points(net)} {what} against right answers"
    return f"steadies: {points(net)} {what}"


def accuracy_curve(rows: Sequence[ConsistencyRow], seed: int) -> Curve:
    """Accuracy against tokens, a line for each way to spend them."""
    lines: dict[str, list[str]] = {}
    for name in _names(rows):
        lines.setdefault(name.split("@")[0], []).append(name)
    series = []
    for line, names in lines.items():
        points = []
        for name in names:
            tokens = figure(_tokens(rows, name, beyond=False), seed).value
            if tokens is not None:
                points.append((tokens, figure(right_by(rows, name), seed)))
        if points:
            series.append(Series(line, tuple(sorted(points, key=lambda point: point[0]))))
    return Curve(
        key="accuracy",
        title="What tokens buy: right answers against tokens forwarded",
        across="tokens forwarded for a question",
        up="right answers",
        unit="share",
        series=tuple(series),
    )


def _alone(measure: Measure, seed: int) -> Difference:
    """A share as a difference from nothing."""
    found = figure(measure, seed)
    return Difference(found.value, found.interval, None, found.n)


def _of(
    rows: Sequence[ConsistencyRow],
    key: str,
    says: str,
    name: str,
    counts: Callable[[Reply, Reply], bool],
) -> Measure:
    """A share of the rows for which a remedy was tried, by its reply and the greedy one."""
    parts = []
    for row in rows:
        tried = attempts(row)
        if name in tried:
            top = float(counts(tried[name][0], tried[GREEDY][0]))
            parts.append(Part(row.id, row.relation, top))
    return Measure(key, says, "share", tuple(parts), "higher")


def _tokens(rows: Sequence[ConsistencyRow], name: str, *, beyond: bool) -> Measure:
    parts = []
    for row in rows:
        tried = attempts(row)
        if name in tried:
            less = tried[GREEDY][1] if beyond else 0
            parts.append(Part(row.id, row.relation, float(tried[name][1] - less)))
    return Measure(f"tokens.{name}", "tokens forwarded", "tokens", tuple(parts), "lower")
