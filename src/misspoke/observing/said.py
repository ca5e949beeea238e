"""The text of a stored row's greedy answer, as far as its tokens tell, held against an event."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from misspoke.concepts import Event
from misspoke.concepts.boundary import Phase
from misspoke.records.observation import Observation

_UNREAD = "\ufffd"


@dataclass(frozen=True, slots=True)
class Said:
    """What a row's greedy decoder wrote, from the answer step on."""

    row: Observation
    texts: tuple[str, ...]
    """Of the tokens from the answer step on; the last one's may be missing."""
    known: bool
    """Whether the texts of all tokens but the last are known."""

    def judged(self, event: Event, closers: Set[int], most: int) -> tuple[bool, bool]:
        """Whether the emitted text lies in an event, and whether its stored tokens settle that.

        With another event the decoder might have gone on until it is settled. `closers` are as
        `closing` gives them; a decoder stops at `most` tokens.
        """
        row = self.row
        text = row.answer if not self.known or self._cut_within else "".join(self.texts)
        if self.known and self._cut_within:
            text = self._lead + text
        state = event.advance(event.start, text.encode())
        right = event.accepted(event.end(state)) is not None
        if not self.known:
            return right, False
        if event.decided(state) or (self._whole and len(row.answer_tokens) >= most):
            return right, True
        if not self._whole and self._ended_last and row.answer_tokens[-1] in closers:
            complete = any(_behind_form(item) for item in state)
            return right or complete, complete
        return right, False

    def lost(self, event: Event) -> int | None:
        """The step, from 1, whose token left the last right path; None if none was begun."""
        step, count = self._content, len(self.row.answer_tokens)
        if not self.known or step >= count or not self._on_path(event, step + 1):
            return None
        at = step + 1
        while at < count and self._on_path(event, at + 1):
            at += 1
        return at + 1

    def is_gold(self, event: Event) -> bool:
        """Whether a right form can still follow the first content token."""
        return self._on_path(event, self._content + 1)

    def entropy(self, event: Event, count: int) -> float | None:
        """The entropy after `count` content tokens, all on a right path."""
        at = self._content + count
        if at >= len(self.row.answer_entropies) or not self._on_path(event, at):
            return None
        return self.row.answer_entropies[at]

    def ends_behind(self, event: Event) -> bool:
        """Whether the last token came right behind a complete form, and ended the answer."""
        before = self.texts[:-1] if self._whole else self.texts
        state = event.advance(event.start, "".join(before).encode())
        return self._ended_last and len(state) == 1 and all(map(_behind_form, state))

    @property
    def _content(self) -> int:
        """The place of the first content token; behind the last one where all are openers."""
        step = self.row.content_step - 1
        if self._whole and step == len(self.row.answer_tokens) - 1:
            opening = Event(())
            if opening.at_root(opening.advance(opening.start, self.texts[-1].encode())):
                return step + 1
        return step

    @property
    def _root(self) -> int:
        return self.row.answer_step - 1

    @property
    def _whole(self) -> bool:
        """Whether the last token's text is known too."""
        return self.known and len(self.texts) == len(self.row.answer_tokens) - self._root

    @property
    def _ended_last(self) -> bool:
        """Whether the last token is all that ended the answer."""
        row = self.row
        before = self.texts[:-1] if self._whole else self.texts
        ended = row.answer_end == len(row.answer_tokens)
        return self.known and ended and "".join(before).strip() == row.answer

    @property
    def _cut_within(self) -> bool:
        """Whether the last token, whose text is missing, wrote a part of the answer."""
        ends_there = self.row.answer_end == len(self.row.answer_tokens)
        return not self._whole and ends_there and not self._ended_last

    @property
    def _lead(self) -> str:
        text = "".join(self.texts)
        return text[: len(text) - len(text.lstrip())]

    def _on_path(self, event: Event, count: int) -> bool:
        """Whether right forms can be reached behind the first `count` emitted tokens."""
        inside = min(count, len(self.row.answer_tokens)) - self._root
        text = "".join(self.texts[:inside])
        missing = inside > len(self.texts)
        if missing and self._cut_within:
            text = self._lead + self.row.answer
        state = event.advance(event.start, text.encode())
        if missing and not self._cut_within and not event.decided(state):
            return False  # what ended the answer goes on with no form
        return bool(event.reach(state))


def read_said(row: Observation) -> Said:
    """Reads the texts of a row's emitted tokens off its tree."""
    places = {(node.parent, node.token): place for place, node in enumerate(row.nodes)}
    by_token = {node.token: node.text for node in row.nodes}
    texts: list[str] = []
    at: int | None = -1
    known = True
    root, count = row.answer_step - 1, len(row.answer_tokens)
    shown = {root: row.winner_token}
    for step, token in enumerate(row.answer_tokens):
        at = None if at is None else places.get((at, token))
        text = by_token.get(token) if at is None else row.nodes[at].text
        text = shown.get(step) if text is None else text
        if not text:
            known = step == count - 1
            break
        if step >= root:
            texts.append(text)
    return Said(row, tuple(texts), known and not any(_UNREAD in text for text in texts))


def closing(rows: Iterable[Observation]) -> frozenset[int]:
    """The tokens that are known to settle a complete form: those that ended right answers.

    Behind a right answer the decoder stops only once it is settled. So a token that ended one right
    behind its form is the end of the text, a line end or the like, and no mere full stop.
    """
    found: set[int] = set()
    for row in rows:
        if not row.correct or row.answer_end != len(row.answer_tokens):
            continue
        said = read_said(row)
        if said.known and said.ends_behind(Event(row.forms)):
            found.add(row.answer_tokens[-1])
    return frozenset(found)


def _behind_form(item: object) -> bool:
    """Whether a place of the reading is right behind a complete form."""
    return isinstance(item, tuple) and item[0][0] is Phase.BOUNDARY
