"""The event's automaton, against a regular expression, and its scan against the naive way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import in_closed, in_event
from tables import FORMS, PIECES, form_lists

from misspoke.concepts import Event, Scanner, Vocabulary
from misspoke.concepts.event import State

texts = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)


def read(event: Event, text: str) -> State:
    return event.end(event.advance(event.start, text.encode()))


@settings(max_examples=600)
@given(texts, form_lists)
def test_event_is_what_its_definition_says(text: str, forms: list[str]) -> None:
    event = Event(forms)
    state = read(event, text)
    assert (event.accepted(state) is not None) == in_event(text, forms)
    assert event.closed(state) == in_closed(text, forms)


@settings(max_examples=400)
@given(texts, form_lists, form_lists)
def test_gold_comes_before_the_emitted_class(text: str, gold: list[str], rival: list[str]) -> None:
    event = Event(gold, rival)
    form = event.accepted(read(event, text))
    if in_event(text, gold):
        assert form is not None
        assert form < len(event.gold)
    elif in_event(text, rival):
        assert form is not None
        assert form >= len(event.gold)
    else:
        assert form is None


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (" Paris", True),
        (' the "Paris".', True),
        ("Paris, France", True),
        ("Parisian", False),
        ("Paris's", True),
        ("\nParis", False),
        ("Paris\u0301", False),
        ("theParis", False),
        ("**Paris**", True),
        ("Not Paris", False),
    ],
)
def test_the_event_on_texts_that_models_say(text: str, right: bool) -> None:
    assert (Event(["Paris"]).holds(text) is not None) == right


@pytest.mark.parametrize(
    ("form", "text", "right"),
    [
        ("1", "1.5", False),
        ("1", "1. Then", True),
        ("1", "1,000", False),
        ("Guinea", "Guinea-Bissau", False),
        ("Guinea", "Guinea - Bissau", True),
        ("東京", "東京都", True),
        ("US", "US.", True),
    ],
)
def test_boundaries(form: str, text: str, right: bool) -> None:
    assert (Event([form]).holds(text) is not None) == right


def test_a_shorter_form_owns_what_a_longer_one_adds() -> None:
    event = Event(["Paris, France", "Paris"])
    assert event.forms[event.holds("Paris, France") or 0] == "Paris"


def test_a_partial_character_keeps_the_reading_open() -> None:
    event = Event(["Paris"])
    state = event.advance(event.start, b"Paris" + "é".encode()[:1])
    assert event.accepted(state) is None
    assert state
    assert not event.advance(state, "é".encode()[1:])


VOCABULARY = Vocabulary(
    [None, *(piece.encode() for piece in dict.fromkeys(PIECES)), *(bytes([b]) for b in range(256)),
     *(f" Paris{tail}".encode() for tail in (".", ",", "-", " H", "ian", "\n", ". ", '"')), b"", None]  # noqa: E501
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(texts, form_lists, st.lists(st.sampled_from(FORMS), max_size=3, unique=True))
def test_a_scan_says_what_each_token_does(text: str, gold: list[str], rival: list[str]) -> None:
    event = Event(gold, rival)
    state = event.advance(event.start, text.encode())
    if event.decided(state):
        return
    scan = Scanner(VOCABULARY).scan(event, state)
    for token, data in enumerate(VOCABULARY.token_bytes):
        after = event.advance(state, data) if data else event.end(state)
        if token in scan.live:
            assert scan.live[token] == after
            continue
        form, closed = _told(scan, token)
        assert event.decided(after)
        assert form == event.accepted(after)
        if form is not None and form < len(event.gold):
            assert closed == event.closed(after)


def _told(scan: object, token: int) -> tuple[int | None, bool]:
    from misspoke.concepts import Scan

    assert isinstance(scan, Scan)
    if token in scan.final:
        return scan.final[token]
    for tokens, form, closed in scan.sets:
        if token in tokens:
            mark = scan.otherwise
            return (form if mark is None else mark), closed
    return scan.otherwise, False
