"""Topics and filler: what conversations are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misspoke.questions.topics import filler, topics
from misspoke.records.instruction import Topic

LANGUAGES = ["French", "German", "Spanish", "Italian"]


def texts(topic: Topic) -> list[str]:
    replies = [text for _, text in topic.replies]
    return [topic.question, topic.reply, topic.brief, topic.word, *replies]


def test_there_are_enough_and_they_differ() -> None:
    assert len(topics()) >= 24
    everything = [text for topic in topics() for text in texts(topic)]
    assert len(set(everything)) == len(everything)
    assert len({topic.id for topic in topics()}) == len(topics())


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.id)
def test_a_topic_is_as_it_should_be(topic: Topic) -> None:
    assert topic.question.endswith("?")
    assert 12 <= len(topic.reply.split()) <= 25
    assert topic.reply.count(".") == 2
    assert topic.reply.endswith(".")
    assert topic.reply.isascii()
    assert not set(topic.reply) & set('0123456789"()[]<>{}\\;:!?')
    assert 1 < len(topic.brief.split()) <= 5
    assert len(topic.word.split()) == 1
    assert [language for language, _ in topic.replies] == LANGUAGES
    for language, text in topic.replies:
        assert topic.in_language(language) == text
        assert 8 <= len(text.split()) <= 25
    assert all(text == " ".join(text.split()) for text in texts(topic))


@given(st.integers(1, 300), st.integers(0, 2000))
def test_filler_has_so_many_words_and_is_the_same_again(words: int, skip: int) -> None:
    text = filler(words, skip)
    assert len(text.split()) == words
    assert text == filler(words, skip)
    assert text.endswith(".")
    assert filler(words, skip + words) != text


def test_filler_goes_on_where_it_stopped_and_asks_for_nothing() -> None:
    assert filler(0) == ""
    assert filler(4).split() + filler(4, 4).split() == [
        *["The", "road", "to", "the."],
        *["village", "runs", "along", "a."],
    ]
    prose = filler(816)
    assert not set(prose) & set('0123456789"()[]<>{}\\;:!?')
    told = ["reply", "answer", "capital", "French", "German", "Spanish", "Italian"]
    assert not set(prose.replace(".", "").replace(",", "").split()) & set(told)
