"""The page and the terminal's table of a run of decoders."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from reports.drawing import drawn
from reports.report_rows import HOSTILE, a_run, row
from reports.test_html import Page
from rich.cells import cell_len
from trial_rows import DECODERS, a_run_of_decoders, some_trials, trial

from misspoke.diagnosis import Verdicts, judge
from misspoke.diagnosis.decoders import KINDS
from misspoke.records import UserError
from misspoke.records.trial import Trial
from misspoke.reports import decoder_examples, decoders_table, write_decoders_report
from misspoke.reports import decoders_html as page_room
from misspoke.reports.decoder_figures import (
    changes,
    p_value,
    points_text,
    reading,
    signed,
    tokens,
)
from misspoke.reports.page_parts import SHELL, safe, script_text

KINDS_TITLE = "Recovered, by the kind of greedy's error"
NAMES = ("greedy", *(f"decoder-{number}" for number in range(11)))
CASES = {
    "six": some_trials(150),
    "greedy alone": some_trials(30, decoders=("greedy",)),
    "twelve": some_trials(60, decoders=NAMES),
    "only primed": [replace(one, primed=True) for one in some_trials(5)],
    "none": [],
    "no relations": some_trials(40, relations=0),
}


def page(folder: Path, rows: list[Trial], **settings: str) -> tuple[str, Verdicts]:
    a_run_of_decoders(folder, rows, **settings)
    verdicts = judge(rows, resamples=100)
    path = write_decoders_report(folder, verdicts, iter(rows))
    assert path == folder / "report.html"
    return path.read_text(), verdicts


def cells(text: str, section: str) -> list[list[str]]:
    """The texts of the rows of a section's table."""
    within = text.split(f"<h2>{safe(section)}</h2>")[1].split("</section>")[0]
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", within.split("<tbody>")[1], flags=re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in lines]
    return [[unescape(re.sub(r"<[^>]*>", "", cell)) for cell in line] for line in found]


@pytest.mark.parametrize("case", CASES)
def test_every_run_has_a_page(tmp_path: Path, case: str) -> None:
    text, verdicts = page(tmp_path, CASES[case])
    parsed = Page(text)
    assert "Decoders: tiny on made" in parsed.text
    assert "versions.misspoke" in parsed.text
    assert safe(reading(verdicts)) in text
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in text
    outside = text.replace(script_text(SHELL), "").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\(|@import|<link|src=", outside)


def test_the_page_is_the_same_every_time(tmp_path: Path) -> None:
    rows = CASES["six"]
    first, verdicts = page(tmp_path, rows)
    assert write_decoders_report(tmp_path, verdicts, rows).read_text() == first


def test_numbers_are_those_of_the_verdicts(tmp_path: Path) -> None:
    text, verdicts = page(tmp_path, CASES["six"])
    main = cells(text, "What each decoder gains, and what it costs")
    for shown, verdict in zip(main, verdicts.decoders, strict=True):
        assert verdict.accuracy.value is not None
        assert shown[0] == verdict.decoder
        assert shown[1].startswith(f"{100 * verdict.accuracy.value:.1f}% [")
        if verdict.decoder != "greedy":
            assert shown[2:4] == [f"{verdict.recovered}", f"{verdict.damaged}"]
            assert verdict.net_per_question.value is not None
            net = float(shown[4].split()[0].replace("−", "-"))
            assert net == pytest.approx(100 * verdict.net_per_question.value, abs=0.051)
            assert shown[5] == p_value(verdict.holm_p)
        assert verdict.beyond_prompt.value is not None
        assert shown[6].startswith(f"{tokens(verdict.beyond_prompt.value)} [")
        assert shown[8] == f"{verdict.ratio:.1f}×"
    kinds = cells(text, KINDS_TITLE)
    counts = [one.recovered for one in verdicts.decoders[1].by_kind if one.recovered.denominator]
    assert [int(re.findall(r"(\d+) of", line[1])[0]) for line in kinds] == [
        one.numerator for one in counts
    ]
    room = verdicts.headroom
    shares = (room.found, room.leads, room.leads_surely)
    for line, share in zip(cells(text, "Headroom"), shares, strict=True):
        assert f"({share.numerator} of {share.denominator})" in line[1]
    control = verdicts.merges
    for line, tally in zip(
        cells(text, "Is it the meaning?"),
        (control.string, control.random, control.meaning),
        strict=True,
    ):
        found = [float(re.split(r"[ \[]", cell)[0].replace("−", "-")) for cell in line[1:]]
        assert found == pytest.approx([tally.recovered, tally.damaged, tally.net], abs=0.051)
    relations = cells(text, "By relation")
    for line, net in zip(relations, verdicts.decoders[1].by_relation, strict=True):
        expected = f"{signed(net.net).removesuffix('.0')} ({net.recovered}, {net.damaged})"
        assert line[:3] == [str(net.relation), f"{net.n}", expected]


def test_no_rate_is_claimed_of_few(tmp_path: Path) -> None:
    rows = [
        trial(f"q{i}", (False, i < 7), outcome="commitment_failure", cause=cause)
        for i in range(60)
        for cause in [("split_vote" if i < 49 else "minority_belief")]
    ]
    text, verdicts = page(tmp_path, rows)
    split = verdicts.decoders[1].by_kind[KINDS.index("split_vote")]
    assert not split.claim
    shown = {line[0]: line[1] for line in cells(text, KINDS_TITLE)}
    assert shown == {"split vote": "7 of 49", "minority belief": "0 of 11"}
    assert "fewer than 50 questions" in text


def test_answers_that_changed_are_listed_and_long_lists_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_room, "LISTED", 3)
    rows = [trial(f"q{i}", (False, True), question=f"Question {i}?") for i in range(5)]
    rows += [trial("q5", (True, False), question="Question 5?")]
    rows += [trial("q6", (False, True), question="Question 6?", primed=True)]
    text, _ = page(tmp_path, rows)
    assert "concept: 5 recovered, 1 damaged" in text
    assert "Recovered: the first 3 of 5" in text
    listed = re.findall(r"Question \d\?", text)
    assert listed == [f"Question {i}?" for i in (0, 1, 2, 5)]
    found = changes(rows, 3)["concept"]
    assert [(one.greedy, one.answer, one.gold) for one in found.damaged] == [
        ("Persian", "Arabic", "Persian")
    ]


def hostile_rows(texts: list[str]) -> list[Trial]:
    rows = []
    for number, text in enumerate(texts):
        one = trial(f"q{number}", (False, True, False), question=text, gold=(text,), relation=text)
        greedy, *others = one.decodings
        others = [replace(other, answer=f"now {text}") for other in others]
        rows.append(replace(one, decodings=(replace(greedy, answer=text), *others)))
        rows.append(replace(one, id=f"r{number}", decodings=(replace(greedy, right=True), *others)))
    return rows


def test_texts_do_not_act(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if "\ud800" not in text]
    rows = hostile_rows(texts)
    text, verdicts = page(tmp_path, rows, model="".join(texts), **{'"><script>': "</footer>"})
    parsed = Page(text)
    assert parsed.scripts == [None]
    assert not any(name.startswith("on") for _, attrs in parsed.tags for name in attrs)
    assert all(char.isprintable() or char == "\n" for char in text)
    for hostile in texts:
        for part in (hostile, f"now {hostile}"):
            assert f"<bdi>{safe(part)}</bdi>" in text
    settings = {"settings": {"model": "[red]\x1b[31m", "questions": "made"}}
    table = drawn(decoders_table(verdicts, settings))
    shown = table + "".join(drawn(decoder_examples([one], verdicts)) for one in rows)
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert r"[red]\x1b[31m on made" in shown
    assert "[red]bold[/red]" in " ".join(shown.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_decoders_do_not_act(tmp_path: Path, text: str) -> None:
    rows = some_trials(20, decoders=("greedy", text.replace("\ud800", "")))
    found, verdicts = page(tmp_path, rows)
    assert Page(found).scripts == [None]
    shown = drawn(decoders_table(verdicts, {})) + drawn(decoder_examples(rows, verdicts))
    assert all(char.isprintable() or char == "\n" for char in shown + found)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("width", "encoding"), [(40, "ascii"), (80, "utf-8"), (120, "utf-8")])
def test_the_table_fits_every_console(case: str, width: int, encoding: str) -> None:
    verdicts = judge(CASES[case], resamples=50)
    text = drawn(decoders_table(verdicts, {}), width, encoding)
    text += drawn(decoder_examples(CASES[case], verdicts), width, encoding)
    assert all(cell_len(line) <= width for line in text.splitlines())


def test_the_table_says_what_matters(tmp_path: Path) -> None:
    run = a_run_of_decoders(tmp_path, CASES["six"])
    verdicts = judge(run.trials(), resamples=100)
    text = " ".join(drawn(decoders_table(verdicts, run.manifest), 100).split())
    concept = verdicts.decoders[1]
    assert "tiny on made, 135 questions; 15 left out: their prompts hold a right answer" in text
    assert concept.accuracy.value is not None
    net = points_text(concept.net_per_question)
    for part in (
        f"concept {100 * concept.accuracy.value:.1f}% {concept.recovered} {concept.damaged} {net}",
        "right meaning leads",
        "merges by meaning",
        f"concept recovers {concept.recovered} answers and damages {concept.damaged}",
    ):
        assert part in text
    examples = drawn(decoder_examples(run.trials(), verdicts), 120)
    assert "concept recovered" in examples
    assert "→ greedy “" in examples


@pytest.mark.parametrize(
    ("rights", "text"),
    [
        (
            [(False, True)] * 9 + [(True, True)],
            "concept recovers 9 answers and damages 0, +90.0 points",
        ),
        (
            [(False, True)] * 3 + [(True, False)],
            "No decoder gains significantly on greedy. The best: ",
        ),
        ([(True, False)] * 9, "Significantly worse than greedy: concept (−100.0 points)."),
        ([(False,)], "Only greedy was asked: there is nothing to compare."),
        ([], "No question was judged: there is nothing to compare."),
    ],
)
def test_the_verdict_in_words(rights: list[tuple[bool, ...]], text: str) -> None:
    rows = [trial(f"q{place}", right) for place, right in enumerate(rights)]
    assert text in reading(judge(rows, resamples=50))


def test_further_gains_are_named() -> None:
    rows = [trial(f"q{i}", (False, True, i > 0, False)) for i in range(12)]
    text = reading(judge(rows, resamples=50))
    assert text.startswith("concept recovers 12 answers and damages 0, +100.0 points of accuracy, ")
    assert "significant (McNemar, corrected by Holm: p = 0.001)" in text
    assert text.endswith("Significant gains too: first-token (+91.7 points).")


def test_numbers_as_texts() -> None:
    assert [signed(x) for x in (2.04, -0.04, 0.0, -3.0)] == ["+2.0", "0.0", "0.0", "−3.0"]
    assert [p_value(p) for p in (0.0, 0.0004, 0.012, 0.0996, 0.25, 1.0)] == [
        *("<0.001", "<0.001", "0.012", "0.10", "0.25", "1.00")
    ]
    assert [tokens(x) for x in (0.44, 99.94, 1234.5)] == ["0.4", "99.9", "1,234"]


def test_a_diagnosis_is_refused(tmp_path: Path) -> None:
    a_run(tmp_path, [row()])
    with pytest.raises(UserError, match="not of `misspoke decode`"):
        write_decoders_report(tmp_path, judge([]), [])
    assert not (tmp_path / "report.html").exists()


def test_decoders_of_the_rows_are_named_in_the_order_of_the_run() -> None:
    assert [v.decoder for v in judge(CASES["six"], resamples=50).decoders] == list(DECODERS)
