"""How a reply to an instruction is read, kept, and held against a compliant one."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from scripted import ScriptedModel

from misspoke.concepts import Vocabulary
from misspoke.concepts.instructions import comply, instructions
from misspoke.lm import Path
from misspoke.lm.table import END
from misspoke.probes.drift import Plan
from misspoke.probes.drift.measuring import Spot, _attention, _written
from misspoke.probes.drift.thread import Asked
from misspoke.probes.drift.unit import Unit
from misspoke.probes.talk import Talker
from misspoke.questions.topics import topics
from misspoke.records.instruction import Instruction

SAID = (" Blue", " sky", ".", ".\n\n", "\n", " it", " was", " blue.")


def unit(asked: Instruction, *texts: str, chat: bool = False, horizon: int = 12) -> Unit:
    def say(_: str) -> Mapping[str, float]:
        return {END: 1.0}

    lm = ScriptedModel(say, [*SAID, *texts], chat=chat)
    plan = Plan(turns=2, probe_at=(1, 2), horizon=horizon)
    return Unit.of(Talker.of(lm), Vocabulary(lm.tokenizer.token_bytes), plan, asked)


def plain(check: str, *values: str) -> Instruction:
    return Instruction("one", "family", "Do so.", "So.", check, values)


@pytest.mark.parametrize("last", [".\n\n", "\n"])
def test_a_newline_ends_a_reply_and_takes_no_character_with_it(last: str) -> None:
    asked = unit(plain("ends", "."))
    [(*reply,)] = asked.talker.lm.tokenizer.encode_plain([" Blue sky."])
    if last == ".\n\n":
        reply.pop()
    end = asked.talker.lm.tokenizer.token(last)
    said = (*reply, end)
    assert asked.ended(said)
    assert asked.read(said) == "Blue sky."
    assert asked.read(asked.spoken(said)) == "Blue sky."
    assert asked.spoken(tuple(reply)) == tuple(reply)


def test_a_reply_along_which_hazards_are_read_includes_its_end() -> None:
    """A word too many is the only thing that breaks "at most one word", and comes behind it."""
    asked = unit(plain("at most", "1"), chat=True)
    sets = asked.violations()
    assert asked.whole
    assert len(sets) == len(asked.compliant) + 1
    words = {
        data.decode() for data in (asked.vocabulary.token_bytes[i] or b"" for i in sets[-1].ids)
    }
    assert words == {" Blue", " sky", " it", " was", " blue."}
    short = unit(plain("at most", "1"), chat=True, horizon=1)
    assert not short.whole
    assert len(short.violations()) == 1


IDS = [topic.id for topic in topics()]


@pytest.mark.parametrize("id", IDS)
def test_a_reply_is_on_its_topic_if_it_says_something_of_it(id: str) -> None:
    [topic] = [topic for topic in topics() if topic.id == id]
    asked = unit(plain("at most", "1"))
    held = Unit(*(topic if name == "probe" else getattr(asked, name) for name in Unit.__slots__))
    for instruction in instructions():
        assert held.on_topic(comply(instruction, topic)), instruction.id
    for vague in ("", "Sure, I can help you with that.", "I am sorry, I cannot say.", "Yes?"):
        assert held.on_topic(vague) == (vague == "Yes?" and topic.word == "Yes.")


def test_a_word_of_the_same_stem_is_on_the_topic() -> None:
    [topic] = [topic for topic in topics() if "magnet" in topic.reply.casefold()]
    asked = unit(plain("at most", "1"))
    held = Unit(*(topic if name == "probe" else getattr(asked, name) for name in Unit.__slots__))
    assert held.on_topic("It uses magnetism.")


class Looked:
    """A tree in which the attention of every path was read."""

    def __getitem__(self, path: Path) -> SimpleNamespace:
        return SimpleNamespace(shares={(1, 4): 0.5, (1, 2): 0.2})


def test_attention_is_the_instructions_share_of_what_is_written() -> None:
    """Half of the attention rests on the token that begins the text: it counts nowhere."""
    asked = unit(plain("at most", "1"), chat=True)
    [(blue, sky, stop)] = asked.talker.lm.tokenizer.encode_plain([" Blue sky."])
    tokens = tuple(int(token) for token in (next(iter(asked.vocabulary.ends.ids)), blue, sky, stop))
    place: Any = (Looked(), ())
    spot = Spot(1, Asked(place, "", tokens, ""), False, span=(1, 2))
    looking = _attention(asked, spot)
    [want] = next(looking).values()
    assert want.shares == {(1, 4), (1, 2)}
    with pytest.raises(StopIteration) as end:
        next(looking)
    assert end.value.value == pytest.approx((0.4, 1 / 3))


def test_attention_is_counted_on_tokens_that_write_something() -> None:
    asked = unit(plain("at most", "1"), chat=True)
    [(blue, sky, stop)] = asked.talker.lm.tokenizer.encode_plain([" Blue sky."])
    end = next(iter(asked.vocabulary.ends.ids))
    tokens = (end, blue, sky, end, end, stop)
    assert _written(asked, tuple(int(token) for token in tokens)) == [(1, 3), (5, 6)]
