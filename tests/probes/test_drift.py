"""The drift probe on models whose drift is written down: what they do is what is found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from math import log

import pytest
from scripted import ScriptedModel

from misspoke.diagnosis.modes.drift import findings
from misspoke.diagnosis.modes.drift.found import _says
from misspoke.diagnosis.modes.drift.reading import Talks
from misspoke.diagnosis.modes.findings import Findings
from misspoke.lm.protocol import NextTokens, Request
from misspoke.lm.table import END
from misspoke.probes.drift import ARMS, DriftProber, Plan
from misspoke.probes.drift.unit import BASE
from misspoke.questions.topics import topics
from misspoke.records import Interval, UserError
from misspoke.records.drift import DriftArm, DriftRow, TurnProbe
from misspoke.records.instruction import Instruction
from misspoke.runs.schema import from_row, to_row

UNITS = 30
HOLDS = (1, 3, 7, 99)
"""For how many turns an instruction works in a model that forgets, in turn."""
PLAIN = "ok"


def phrase(k: int) -> str:
    return f"R{k}."


def instruction(k: int) -> Instruction:
    text = f"Begin every reply with: {phrase(k)}"
    return Instruction(f"i{k}", "start", text, f"Begin with: {phrase(k)}", "begins", (phrase(k),))


def instructions(count: int = UNITS) -> list[Instruction]:
    return [instruction(k) for k in range(count)]


class Talk:
    """What a scripted model reads off the text so far."""

    def __init__(self, text: str) -> None:
        self.said = re.findall(r"<(system|user|assistant)>(.*?)(?=\n<|\Z)", text, re.DOTALL)
        self.turn = sum(role == "assistant" for role, _ in self.said)
        self.reply = self.said[-1][1]
        told = [
            (turn, int(found))
            for turn, part in enumerate(text.split("<assistant>")[:-1], start=1)
            for found in re.findall(r"egin \w*\s*\w*\s*with: R(\d+)\.", part)
        ]
        self.told = told[-1][0] if told else None
        """The last turn in which the instruction was said; the system's is the first."""
        self.unit = told[-1][1] if told else None
        replies = [said for role, said in self.said if role == "assistant"]
        self.before = replies[-2] if len(replies) > 1 else None
        marks = re.findall(r"<assistant>R(\d+)\.", text)
        self.seen = int(marks[-1]) if marks else None


def model(heeds, chat: bool = True, units: int = UNITS) -> ScriptedModel:
    """`heeds(talk)`: the probability that a reply begins as asked."""

    def say(text: str) -> Mapping[str, float]:
        talk = Talk(text if chat else as_chat(text))
        if talk.reply.strip():
            return {END: 1.0} if chat else {"\n": 1.0}
        unit = talk.seen if talk.unit is None else talk.unit
        chance = 0.0 if unit is None else heeds(talk)
        lead = "" if chat else " "
        if not chance:
            return {lead + PLAIN: 1.0}
        return {lead + phrase(unit): chance, lead + PLAIN: 1 - chance}

    texts = [PLAIN, " " + PLAIN, "\n", "<assistant>", "<user>", BASE]
    texts += [lead + phrase(k) for k in range(units) for lead in ("", " ")]
    texts += [said for topic in topics() for said in (topic.question, " " + topic.reply)]
    texts += [f" {instruction(k).text}" for k in range(units)]
    return ScriptedModel(say, texts, chat=chat)


def as_chat(text: str) -> str:
    system, *rest = text.split("\n\nUser: ")
    turns = [
        f"<user>{part.replace(chr(10) + 'Assistant:', chr(10) + '<assistant>')}" for part in rest
    ]
    return "<system>" + system + "\n" + "\n".join(turns)


def probe(lm: ScriptedModel, plan: Plan, units: int = UNITS) -> list[DriftRow]:
    return list(DriftProber.of(lm, plan=plan).probe(instructions(units)))


def judged(rows: Sequence[DriftRow], plan: Plan) -> Findings:
    return findings(rows, {"plan": plan.settings()})


def value(found: Findings, key: str) -> float | None:
    [one] = [f for s in found.sections for f in s.figures if f.key == key]
    return one.value


def some(*names: str, turns: int = 16) -> Plan:
    plan = Plan.of(turns)
    kept = ("default", "floor", "ceiling", *names)
    arms = tuple(arm for arm in plan.arms if arm.name in kept)
    return replace(plan, arms=arms, horizon=3)


def probes_of(row: DriftRow, name: str) -> tuple[TurnProbe, ...]:
    [arm] = [arm for arm in row.arms if arm.arm == name]
    return arm.probes


def test_a_model_that_never_drifts_is_said_to_be_one() -> None:
    plan = some("compliant", "removed", turns=4)
    rows = probe(model(lambda talk: 0.9 if talk.unit is not None else 0.0), plan)
    found = judged(rows, plan)
    assert value(found, "first") == value(found, "last") == 1
    assert value(found, "lost") == 0
    assert value(found, "scaled.last") == pytest.approx(1)
    assert value(found, "survival.last") == pytest.approx(0.9)
    assert value(found, "heeded.floor") == 0
    assert value(found, "heeded.removed") == 0
    assert "No drift is settled" in found.verdict
    assert found.todo.startswith("No reminder") or "too few" in found.todo


def forgets(talk: Talk) -> float:
    """Heeds for so many turns after it was last told, by unit."""
    if talk.told is None or talk.unit is None:
        return 0.0
    return 0.9 if talk.turn - talk.told < HOLDS[talk.unit % len(HOLDS)] else 0.1


def test_a_known_decay_is_measured_and_reminders_bring_it_back() -> None:
    plan = some("every 1", "every 4", "every 8", "triggered", "compliant")
    rows = probe(model(forgets), plan)
    found = judged(rows, plan)
    share = {
        turn: sum(turn <= HOLDS[k % 4] for k in range(UNITS)) / UNITS for turn in plan.probe_at
    }
    [curve] = [curve for curve in found.curves if curve.key == "history"]
    default = next(series for series in curve.series if series.name == "default")
    assert {int(turn): one.value for turn, one in default.points} == pytest.approx(share)
    assert value(found, "lost") == pytest.approx(1 - share[16])
    assert "It drifts" in found.verdict
    assert value(found, "heeded.every-1") == 1
    # a reminder in turns 5, 9 and 13: probes at 2 and 4, 8 and 16 are up to 3 turns behind one
    expected = [
        min(turn - 1, (turn - 1) % 4) < HOLDS[k % 4] for k in range(UNITS) for turn in (2, 4, 8, 16)
    ]
    assert value(found, "heeded.every-4") == pytest.approx(sum(expected) / len(expected))
    every = next(remedy for remedy in found.remedies if remedy.name == "every 1")
    assert every.verdict.startswith("helps")
    assert every.effect.value == pytest.approx(
        1 - sum(share[t] for t in (2, 4, 8, 16)) / 4, abs=1e-9
    )
    assert "Remind" in found.todo
    assert value(found, "heeded.compliant") == pytest.approx(value(found, "heeded.default"))


def test_what_drifts_by_imitating_itself_is_held_up_by_compliant_replies() -> None:
    def imitates(talk: Talk) -> float:
        if talk.unit is None:
            return 0.0
        if talk.before is None:
            return 0.9
        slip = talk.turn == 3 and "R" not in talk.said[1][1]
        return 0.9 if re.match(r"R\d+\.", talk.before) and not slip else 0.1

    plan = some("compliant", "violating", turns=4)
    rows = probe(model(imitates), plan)
    found = judged(rows, plan)
    assert value(found, "heeded.compliant") == 1
    assert value(found, "heeded.violating") == 0
    assert value(found, "first") == 1
    assert value(found, "last") == 0
    notes = " ".join(found.sections[1].notes)
    assert "earlier compliance is imitated" in notes


def test_instructions_that_are_never_heeded_are_on_no_scale() -> None:
    plan = some("every 1", turns=4)
    rows = probe(model(lambda _: 0.1), plan)
    found = judged(rows, plan)
    assert value(found, "scaled.last") is None
    assert found.sure.startswith(f"0 of {UNITS} instructions are heeded more when said last")
    assert "nothing that could drift" in found.verdict
    assert "Repeating will not help" in found.todo


class _Counting(ScriptedModel):
    """Counts what it forwards, and the distinct prefixes that it is asked for, by prompt tree."""

    def __init__(self, inner: ScriptedModel) -> None:
        self.__dict__.update(inner.__dict__)
        self.forwarded = 0
        self.prefixes: dict[object, set[int]] = {}

    def next_tokens(self, requests: Sequence[Request]) -> Sequence[NextTokens]:
        for request in requests:
            mine = self.prefixes.setdefault(request.context, set())
            mine.update(accumulate(request.context.suffix + request.path, lambda *two: hash(two)))
        found = super().next_tokens(requests)
        self.forwarded += sum(one.forwarded for one in found)
        return found


def test_no_turn_of_a_conversation_is_computed_twice() -> None:
    lm = _Counting(model(forgets, units=2))
    plan = replace(Plan.of(9), horizon=3)
    rows = probe(lm, plan, units=2)
    told = sum(row.forward_tokens for row in rows)
    assert told == lm.forwarded == sum(len(found) for found in lm.prefixes.values())
    assert told == sum(arm.forward_tokens for row in rows for arm in row.arms)
    # one tree for each conversation: the default's also holds the ceiling, a contrast has two
    assert len(lm.prefixes) == 2 * (len(ARMS) - 1 + 1)


def test_rows_go_through_storage() -> None:
    plan = replace(Plan.of(4), horizon=3)
    [row] = probe(model(forgets, units=1), plan, units=1)
    assert from_row(to_row(row), DriftRow) == row


def test_a_transcript_is_probed_line_by_line() -> None:
    plan = some("first message", turns=4)
    rows = probe(model(forgets, chat=False, units=3), plan, units=3)
    for k, row in enumerate(rows):
        heeded = [probe.complied for probe in probes_of(row, "default")]
        assert heeded == [turn <= HOLDS[k] for turn in (1, 2, 4)]
        assert all(probe.ended for probe in probes_of(row, "default"))
        mass = probes_of(row, "default")[0].compliance_mass
        assert mass is not None
        assert 0.9 in Interval(mass.lower - 1e-9, mass.upper + 1e-9)
        assert mass.width < 0.01
        assert row.prompt.endswith("\nAssistant:")


def test_a_budget_drops_arms_from_the_last_on() -> None:
    plan = Plan.of(16)
    less = plan.within(int(plan.expected_tokens(40) * 0.6), 40)
    assert less.arms == plan.arms[: len(less.arms)]
    assert less.dropped == tuple(arm.name for arm in reversed(plan.arms[len(less.arms) :]))
    assert less.expected_tokens(40) <= plan.expected_tokens(40) * 0.6


def test_every_arm_differs_from_the_default_in_one_factor() -> None:
    default, *others = ARMS
    for arm in others:
        differs = [
            name
            for name in ("place", "history", "filler", "contrast", "behind", "short")
            if getattr(arm, name) != getattr(default, name)
        ]
        reminds = bool(arm.every) + bool(arm.below)
        assert len([n for n in differs if n not in ("behind", "short")]) + reminds == 1, arm.name


def test_filler_is_as_long_as_wished_and_paid_for() -> None:
    usual, longer = Plan.of(16), Plan.of(16, filler=100)
    assert [arm.filler for arm in longer.arms if arm.filler] == [100]
    assert longer.settings() != usual.settings()
    assert longer.expected_tokens(1) - usual.expected_tokens(1) > 15 * 60
    with pytest.raises(UserError, match="--filler 0"):
        Plan.of(16, filler=0)


def told_apart(within: float, without: float) -> ScriptedModel:
    """A model of one unit: the phrase has these probabilities with and without the instruction."""

    def say(text: str) -> Mapping[str, float]:
        if not text.endswith("<assistant>"):
            return {END: 1.0}
        chance = within if "egin" in text else without
        return {phrase(0): chance, PLAIN: 1 - chance}

    texts = [PLAIN, "<assistant>", "<user>", BASE, phrase(0)]
    texts += [topic.question for topic in topics()]
    return ScriptedModel(say, texts, chat=True)


def test_what_the_instruction_changes_is_told_in_nats() -> None:
    plan = some("removed", turns=4)
    [row] = probe(told_apart(0.9, 0.2), plan, units=1)
    expected = 0.9 * log(0.9 / 0.2) + 0.1 * log(0.1 / 0.8)
    assert [one.kl for one in probes_of(row, "default")] == pytest.approx([expected] * 3)
    assert all(one.kl is None for one in probes_of(row, "removed"))
    assert not any(one.complied for one in probes_of(row, "removed"))


def test_a_contrast_brings_out_what_the_instruction_makes_likelier() -> None:
    """0.4² / 0.1 for the phrase is more than 0.6² / 0.9 for the plain reply."""
    plan = some("contrast", turns=4)
    [row] = probe(told_apart(0.4, 0.1), plan, units=1)
    assert not any(one.complied for one in probes_of(row, "default"))
    assert all(one.complied for one in probes_of(row, "contrast"))
    [arm] = [arm for arm in row.arms if arm.arm == "contrast"]
    assert all(one.complied for one in arm.exchanges)
    assert arm.added_tokens > 0


def test_a_trigger_reminds_after_a_reply_that_broke_it() -> None:
    plan = some("triggered", turns=8)
    [row] = [row for row in probe(model(forgets, units=2), plan, units=2) if row.id == "i1"]
    [arm] = [arm for arm in row.arms if arm.arm == "triggered"]
    # held for 3 turns: broken in the 4th, reminded in the 5th, broken again in the 8th
    assert [one.complied for one in arm.exchanges] == [True, True, True, False, True, True, True]
    assert [one.reminded for one in arm.exchanges] == [False] * 4 + [True] + [False] * 2
    assert [one.complied for one in arm.probes] == [True, True, False, False]
    reminder = DriftProber.of(model(forgets), plan=plan).talker.lm.tokenizer
    assert arm.added_tokens == len(reminder.encode(f"\n\n{instruction(1).text}"))


def test_a_trigger_reminds_also_where_the_text_alone_broke_it() -> None:
    """Most of the probability is on beginnings that may comply, and the reply does not."""

    def say(text: str) -> Mapping[str, float]:
        if not text.endswith("<assistant>"):
            return {END: 1.0}
        return {PLAIN: 0.4, phrase(0): 0.3, "R": 0.3}

    texts = [PLAIN, "R", "<assistant>", "<user>", BASE, phrase(0)]
    texts += [topic.question for topic in topics()]
    [row] = probe(ScriptedModel(say, texts, chat=True), some("triggered", turns=4), units=1)
    [arm] = [arm for arm in row.arms if arm.arm == "triggered"]
    assert [one.kept_open for one in arm.exchanges] == pytest.approx([0.6] * 3)
    assert [one.reminded for one in arm.exchanges] == [False, True, True]


def test_a_model_that_hides_probabilities_is_probed_by_its_text_alone() -> None:
    lm = model(forgets, units=2)
    lm.reveals = 5
    rows = probe(lm, some("contrast", "removed", turns=4), units=2)
    for row in rows:
        assert [arm.arm for arm in row.arms] == ["default", "floor", "ceiling", "removed"]
        for one in probes_of(row, "default"):
            assert one.survival is None
            assert one.kl is None
        assert next(one.complied for one in probes_of(row, "default"))


def test_instructions_that_no_token_breaks_are_counted() -> None:
    plan = some(turns=2)
    rows = probe(model(lambda _: 0.1), plan)

    def unbroken(arm: DriftArm) -> DriftArm:
        return replace(arm, probes=tuple(replace(one, hazards=(0.01, 0.0)) for one in arm.probes))

    safe = [replace(row, arms=tuple(map(unbroken, row.arms))) for row in rows[:7]]
    notes = " ".join(judged([*safe, *rows[7:]], plan).sections[2].notes)
    assert f"7 of {UNITS} instructions stay above 0.95 though they were never said" in notes
    assert "stay above" not in " ".join(judged(rows, plan).sections[2].notes)


def test_of_few_instructions_nothing_is_claimed() -> None:
    plan = some("every 1", turns=4)
    found = judged(probe(model(forgets, units=3), plan, units=3), plan)
    assert found.verdict == "3 instructions count, and a figure needs 30: nothing is claimed."
    assert all(figure.value is None for section in found.sections for figure in section.figures)
    assert found.remedies[0].verdict == "not settled: only 3 instructions count"
    assert judged([], plan).units == 0


def test_a_reply_stays_as_the_tokens_that_wrote_it() -> None:
    """The model writes "ok" as two tokens, and a tokenizer would as one."""

    def say(text: str) -> Mapping[str, float]:
        return {END: 1.0} if text.endswith("ok") else {"k" if text.endswith("o") else "o": 1.0}

    texts = [PLAIN, "o", "k", "<assistant>", "<user>", BASE]
    lm = ScriptedModel(say, texts, chat=True)
    [row] = probe(lm, some(turns=4), units=1)
    tokens = row.heard[-1].prompt_tokens
    assert lm.tokenizer.token(END) not in tokens
    written = tuple(map(lm.tokenizer.token, ("<assistant>", "o", "k")))
    assert sum(tokens[at : at + 3] == written for at in range(len(tokens))) == 3


def made(name: str, **heeded: Sequence[bool | None]) -> DriftRow:
    """A row by hand: whether each arm's probes at turns 1, 2 and 4 comply."""
    arms = []
    for arm, values in heeded.items():
        probes = tuple(
            TurnProbe(turn, "", "", True, one, True, None, (), None, None, None, 0, False)
            for turn, one in zip((1, 2, 4), values, strict=True)
        )
        arms.append(DriftArm(arm, (), probes, 0, 0))
    return DriftRow(name, "start", "", "", (), "", "", tuple(arms), (), 0)


def test_heeding_is_scaled_from_floor_to_ceiling() -> None:
    yes, no = True, False
    rows = [
        made("a", default=[yes, yes, no], floor=[yes, no, no], ceiling=[yes, yes, yes]),
        made("b", default=[no, no, no], floor=[no, no, no], ceiling=[no, None, yes]),
        made("off", default=[yes, no, yes], floor=[yes, yes, yes], ceiling=[yes, yes, yes]),
        made("cut", default=[yes, no, None], floor=[None, None, None], ceiling=[yes, yes, yes]),
    ]
    talks = Talks.of(rows)
    assert talks.unscaled() == 2
    parts = {
        part.id: (part.top, part.bottom) for part in talks.scaled("", "", "default", (1,)).parts
    }
    assert parts["a"] == pytest.approx((1 - 1 / 3, 2 / 3))
    assert parts["b"] == pytest.approx((0, 1 / 2))
    assert parts["off"] == parts["cut"] == (0, 0)
    lost = {p.id: (p.top, p.bottom) for p in talks.lost("", "", "default", (1, 4)).parts}
    assert lost == {"a": (1, 1), "b": (0, 1), "off": (0, 1), "cut": (0, 0)}
    given = {p.id: (p.top, p.bottom) for p in talks.given_up("", "", "default").parts}
    assert given == {"a": (1, 1), "b": (0, 0), "off": (0, 1), "cut": (0, 0)}
    taken = talks.given_up("", "", "default", taken=True).parts
    assert {p.id: p.bottom for p in taken} == {"a": 0, "b": 1, "off": 0, "cut": 0}


@pytest.mark.parametrize(("ends_at", "complied", "count"), [(50, True, 50), (99, None, 64)])
def test_a_reply_that_is_not_decided_goes_on_as_long_again(
    ends_at: int, complied: bool | None, count: int
) -> None:
    """The instruction asks for an end, which comes after 50 words or too late."""

    def say(text: str) -> Mapping[str, float]:
        words = text.split("<assistant>")[-1].count(" so")
        if text.endswith("fin"):
            return {END: 1.0}
        return {"fin" if words == ends_at - 2 else " so": 1.0}

    lm = ScriptedModel(say, [" so", "fin", BASE, "<assistant>", "<user>"], chat=True)
    asked = Instruction("end", "end", "End with: fin", "End: fin", "ends", ("fin",))
    plan = some(turns=2)
    [row] = DriftProber.of(lm, plan=plan).probe([asked])
    [first, _] = probes_of(row, "default")
    assert (first.complied, first.ended) == (complied, complied is True)
    assert len(row.heard[0].tokens) == count
    assert plan.probe_tokens == 32
    found = judged([row], plan)
    notes = " ".join(found.sections[0].notes)
    assert ("6 of 6 replies to probes were cut off" in notes) == (complied is None)


def test_a_manifest_tells_plans_apart_and_older_ones_are_read() -> None:
    plan = Plan.of(8)
    others = [replace(arm, every=2) if arm.name == "every 4" else arm for arm in plan.arms]
    assert plan.settings() != replace(plan, arms=tuple(others)).settings()
    kept = plan.settings()["arms"]
    assert isinstance(kept, dict)
    older = {"arms": {arm.name: arm.says for arm in plan.arms}}
    assert _says({"arms": kept}) == _says(older) == older["arms"]
