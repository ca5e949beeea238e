"""A stored run's rows with more names of the right answers: judged anew, or observed anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from misspoke.concepts.equivalence import contains
from misspoke.concepts.surface import closure
from misspoke.lm import LanguageModel
from misspoke.observing.detecting import Extras
from misspoke.observing.diagnose import Observed, Observer
from misspoke.observing.observe import Limits
from misspoke.observing.rejudging import rejudge
from misspoke.observing.said import closing
from misspoke.prompts import HEADERS
from misspoke.records import Question, UserError
from misspoke.records.observation import Observation
from misspoke.runs.patch import Patch
from misspoke.runs.reading import Run
from misspoke.search import AnswerLimits

Groups = tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Renaming:
    """A run, and the wider right answers of the rows that a patch touches, by id."""

    run: Run
    touched: Mapping[str, Groups]
    unsettled: list[str] = field(default_factory=list)
    """Rows judged anew whose stored tokens do not settle if the answer is right."""
    left: list[str] = field(default_factory=list)
    """Rows left as they were: an example in their prompt shows a new name, so it would change."""

    @property
    def settings(self) -> dict[str, Any]:
        """What the run's rows were made with."""
        found: dict[str, Any] = self.run.manifest["settings"]
        return found

    def rejudged(self) -> Iterator[Observed]:
        """All rows in their order, those that are touched judged anew, without the model."""
        limits = self.settings["limits"]
        closers = closing(self.run.observations()) if self.touched else frozenset()
        for row, states in self._stored():
            groups = self.touched.get(row.id)
            if groups is None:
                yield Observed(row, states)
            elif _shown(row.prompt, groups, row.gold):
                self.left.append(row.id)
                yield Observed(row, states)
            else:
                found = rejudge(row, groups, closers, limits["answer_tokens"], limits["epsilon"])
                if not found.settled:
                    self.unsettled.append(row.id)
                yield Observed(found.row, states)

    def refreshed(
        self, lm: LanguageModel, questions: Sequence[Question], stored: frozenset[str] = frozenset()
    ) -> Iterator[Observed]:
        """All rows but those of the ids `stored`; those that are touched observed anew.

        Raises:
            UserError: the model or the questions are not the run's.
        """
        observer = self._observer(lm)
        asked = {question.id: question for question in questions}
        if missing := [name for name in self.touched if name not in asked]:
            raise UserError(
                f"{self.run.folder}: the questions given lack {missing[0]!r}; give those of the run"
            )
        anew = (
            _renamed(asked[name], groups)
            for name, groups in self.touched.items()
            if name not in stored
        )
        for row, states in self._stored():
            if row.id not in self.touched and row.id not in stored:
                yield Observed(row, states)
        yield from observer.observe(anew)

    def _stored(self) -> Iterator[tuple[Observation, npt.NDArray[np.float32] | None]]:
        """The stored rows with their hidden states."""
        states = self.run.states()
        for place, row in enumerate(self.run.observations()):
            of_row = None if states is None else np.asarray(states[place], dtype=np.float32)
            yield row, of_row if of_row is not None and of_row.any() else None

    def _observer(self, lm: LanguageModel) -> Observer:
        """The run's model and settings; raises UserError where the model is another."""
        model, style, limits = (self.settings[key] for key in ("model", "style", "limits"))
        given = lm.description()
        for part in ("fingerprint", "dtype", "reveals"):
            if given.get(part) != model.get(part):
                raise UserError(
                    f"{self.run.folder}: was made with another {part} of {model['name']} "
                    f"({model.get(part)}, not {given.get(part)}); refresh it where those weights "
                    "are, or leave out --refresh"
                )
        detectors = self.settings["detectors"]
        return Observer.of(
            lm,
            style=style["form"],
            shots=style["shots"],
            limits=Limits(**{**limits, "answers": AnswerLimits(**limits["answers"])}),
            extras=Extras(
                samples=detectors["samples"],
                truth=detectors["truth"],
                layers=None if detectors["layers"] is None else tuple(detectors["layers"]),
                seed=detectors["seed"],
            ),
        )


def plan(run: Run, patch: Patch) -> Renaming:
    """Find the rows that a patch's accepted lines touch, and their wider right answers.

    Raises:
        UserError: a line names a question that the run lacks, or a right answer that it lacks, or
            leaves open which of several it joins; the text names the file and the line.
    """
    names: dict[str, list[tuple[int, str | None, str]]] = {}
    for number, line in patch.accepted:
        for row_id in line.ids:
            names.setdefault(row_id, []).append((number, line.joins, line.alias))
    touched: dict[str, Groups] = {}
    for batch in run.batches(["id", "gold"]):
        for row_id, gold in batch.iter_rows():
            groups = tuple(map(tuple, gold))
            for number, joins, alias in names.pop(row_id, ()):
                place = _place(groups, joins, f"{patch.path}:{number}", row_id)
                if not _is_right(groups, alias):
                    wider = (*groups[place], alias)
                    groups = (*groups[:place], wider, *groups[place + 1 :])
            if groups != tuple(map(tuple, gold)):
                touched[row_id] = groups
    for row_id, [(number, _, _), *_] in names.items():
        raise UserError(
            f"{patch.path}:{number}: the run has no question {row_id!r}; mend the id or delete the "
            "line"
        )
    return Renaming(run, touched)


def _place(groups: Groups, joins: str | None, where: str, row_id: str) -> int:
    """The group that an alias joins."""
    if joins is None and len(groups) == 1:
        return 0
    places = [place for place, group in enumerate(groups) if joins in group]
    if len(places) == 1:
        return places[0]
    spellings = ", ".join(repr(group[0]) for group in groups)
    if joins is None:
        why = f"question {row_id!r} has several right answers"
    elif places:
        why = f"question {row_id!r} has several right answers called {joins!r}"
    else:
        why = f"question {row_id!r} has no right answer {joins!r}"
    raise UserError(f"{where}: {why}; say in 'joins' which one it is: {spellings}")


def _is_right(groups: Groups, alias: str) -> bool:
    """Whether all forms of a name are right already, of any answer."""
    had = {form.text for group in groups for name in group for form in closure(name)}
    return all(form.text in had for form in closure(alias))


def _shown(prompt: str, groups: Groups, had: Groups) -> bool:
    """Whether an example in a prompt holds one of the new names: another would be chosen."""
    old = {name for group in had for name in group}
    fresh = [name for group in groups for name in group if name not in old]
    return any(
        contains(f"{example.question} {example.answer}", name)
        for examples in HEADERS
        for example in examples
        if example.question in prompt
        for name in fresh
    )


def _renamed(question: Question, groups: Groups) -> Question:
    """A question with wider right answers; a distractor that is one of them is none."""
    right = {name for group in groups for name in group}
    return Question(
        question.question,
        groups,
        id=question.id,
        relation=question.relation,
        stem=question.stem,
        distractors=tuple(name for name in question.distractors if name not in right),
        wordings=question.wordings,
    )
