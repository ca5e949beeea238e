"""Real models: the tree agrees with the plain path, rows are sound, and a kill loses little."""

import math
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import torch
from cli.command_line import rows_in, started
from cli.comparing import assert_same_rows

from misspoke import api
from misspoke.lm import Context, Request, Want
from misspoke.lm.plain import PlainModel
from misspoke.lm.treemodel import TreeModel
from misspoke.observing.audit import audit
from misspoke.questions import load as load_questions
from misspoke.records import Interval
from misspoke.records.observation import Observation
from misspoke.runs import Run

pytestmark = pytest.mark.weights

NAMES = ["smollm2-135m-instruct", "gemma3-270m"]
NEAR = 1e-4
TOLD = ("fetching ", "dequantising ", "loading ")
KILL_AT = (1, 3, 6)
ASKED = 10


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other take many times as long where others work beside them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def loaded(name: str) -> TreeModel:
    said: list[str] = []
    lm = api.load(name, dtype="float32", device="cpu", notice=said.append)
    assert isinstance(lm, TreeModel)
    assert all(line.startswith(TOLD) for line in said)
    return lm


@pytest.fixture(scope="module")
def models() -> dict[str, TreeModel]:
    """The catalogue's models, each loaded when it is first asked for."""

    class Loading(dict[str, TreeModel]):
        def __missing__(self, name: str) -> TreeModel:
            self[name] = loaded(name)
            return self[name]

    return Loading()


@pytest.fixture(scope="module", params=NAMES)
def observed(
    request: pytest.FixtureRequest,
    models: dict[str, TreeModel],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[TreeModel, Run]:
    """Six questions of the atlas, one of each of several relations."""
    lm = models[request.param]
    out = tmp_path_factory.mktemp(request.param)
    return lm, api.diagnose(lm, load_questions("atlas", n=6), out).folder


def test_loading_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    loaded(NAMES[0])
    assert capfd.readouterr() == ("", "")


def test_the_audit_finds_nothing(observed: tuple[TreeModel, Run]) -> None:
    lm, run = observed
    by_size = sorted(run.observations(), key=lambda row: len(row.nodes))
    rows = by_size[:2]  # the plain path takes a tenth of a second for each of their prefixes
    found = list(audit(PlainModel(lm.checkpoint), rows))
    assert sum(row.nodes for row in found) > 30
    assert max(row.logprob for row in found) < NEAR
    assert max(row.first_token for row in found) < NEAR
    assert [row.outside for row in found] == [0.0] * 2


def test_rows_are_sound(observed: tuple[TreeModel, Run]) -> None:
    lm, run = observed
    for row in run.observations():
        _assert_sound(lm, row)


def _assert_sound(lm: TreeModel, row: Observation) -> None:
    for name in ("p_mass", "p_mass_closed", "gold_mass", "emitted_mass"):
        mass: Interval = getattr(row, name)
        assert 0 <= mass.lower <= mass.upper <= 1 + 1e-6
    assert row.budget_spent or row.p_mass.upper - row.p_mass.lower <= 0.005 + 1e-6
    assert row.p_mass_closed.lower <= row.p_mass.upper + 1e-6
    assert row.gold_mass.lower <= row.p_mass.upper + 1e-6
    assert sum(form.lower for form in row.form_masses) == pytest.approx(row.p_mass.lower, abs=1e-6)

    assert row.candidates
    assert sum(c.prob for c in row.candidates) + row.residual == pytest.approx(1, abs=1e-6)
    assert 0 <= row.p_mass_first <= row.p_mass_first_upper <= 1 + 1e-6
    assert row.p_mass_first_literal == pytest.approx(min(1.0, sum(row.first_token_probs)))

    assert (row.cause is not None) == (row.outcome == "commitment_failure")
    assert row.cause in (None, "minority_belief", "split_vote", "greedy_miss", "undetermined")
    assert (row.outcome == "correct") == row.correct
    assert not (row.correct and (row.lost_midway or row.alias_gap))

    token_bytes = lm.tokenizer.token_bytes
    assert lm.tokenizer.encode(row.prompt) == row.prompt_tokens
    assert len(row.answer_tokens) == len(row.answer_logprobs) == len(row.trajectory)
    emitted = b"".join(token_bytes[token] or b"" for token in row.answer_tokens)
    assert row.answer in emitted.decode(errors="replace")
    assert 1 <= row.answer_step <= len(row.answer_tokens)

    probs = [entry.prob for entry in row.top_tokens]
    assert probs == sorted(probs, reverse=True)
    assert len(probs) == 100
    assert sum(probs) <= 1 + 1e-6
    assert row.winner_prob == pytest.approx(probs[0])
    assert row.token_entropy is not None
    assert 0 <= row.token_entropy <= math.log(len(token_bytes))
    assert all(node.parent < place for place, node in enumerate(row.nodes))
    assert row.forward_tokens >= len(row.nodes)


def test_trees_beyond_gemmas_window(models: dict[str, TreeModel]) -> None:
    """The prompt is longer than what the sliding layers see, in the header and behind it."""
    lm = models["gemma3-270m"]
    window = lm.checkpoint.model.config.get_text_config().sliding_window
    story = "The old town by the river has a market, a library and nine bridges. " * 60
    tokens = lm.tokenizer.encode(f"{story}\nQuestion: How many bridges are there?\nAnswer:")
    assert len(tokens) > max(600, window + 50)
    [nine, digit, many] = lm.tokenizer.encode_plain([" nine bridges", " 9", " There are nine"])
    paths = [(), digit, nine, many]
    plain = PlainModel(lm.checkpoint)
    wanted = [plain.distribution(Context((), tokens), path) for path in paths]
    for cut in (0, window + 20):
        context = Context(tokens[:cut], tokens[cut:])
        want = Want(top=20, tokens=frozenset([*nine, *digit, *many]))
        found = [
            answer
            for some in (paths[:2], paths[2:])  # the tree grows in rounds
            for answer in lm.next_tokens([Request(context, path, want) for path in some])
        ]
        lm.release([context])
        for answer, logprobs in zip(found, wanted, strict=True):
            for token, value in [*answer.top, *answer.logprobs.items()]:
                assert value == pytest.approx(float(logprobs[token]), abs=NEAR)


def test_killed_three_times_and_resumed(models: dict[str, TreeModel], tmp_path: Path) -> None:
    command = ["run", "-m", NAMES[0], "-q", "atlas", "-n", ASKED, "--dtype", "float32"]
    folders = {count: tmp_path / f"kill{count}" for count in KILL_AT}
    one = {**os.environ, "OMP_NUM_THREADS": "1"}
    command += ["--device", "cpu", "-o"]
    running = {count: started([*command, folders[count]], env=one) for count in KILL_AT}
    kept = {}
    while running:
        time.sleep(0.01)
        for count, process in list(running.items()):
            if rows_in(folders[count]) >= count or process.poll() is not None:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                kept[count] = rows_in(folders[count])
                del running[count]
    assert all(count <= kept[count] < ASKED for count in KILL_AT)

    lm, questions = models[NAMES[0]], load_questions("atlas", n=ASKED)
    api.diagnose(lm, questions, tmp_path / "undisturbed")
    wanted = pl.read_parquet(tmp_path / "undisturbed" / "answers.parquet")
    for count, folder in folders.items():
        done: list[tuple[int, int]] = []
        api.diagnose(lm, questions, folder, progress=lambda *state, to=done: to.append(state))
        assert done == [(rows, ASKED) for rows in range(kept[count], ASKED + 1)]
        assert_same_rows(pl.read_parquet(folder / "answers.parquet"), wanted)
