"""The documentation agrees with the code: columns, links, commands; and tells nobody's paths."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from misspoke.cli.app import app
from misspoke.decoding import channel, pmi
from misspoke.diagnosis.scores import DETECTORS
from misspoke.questions import load
from misspoke.records.trial import Trial
from misspoke.runs import answers_schema

ROOT = Path(__file__).parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
_MACHINE_PATH = re.compile(r"(?<![\w.])(?:/(?:home|root|tmp|work|Users|mnt|usr|opt|var)/|[A-Z]:\\)")


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def commands(text: str) -> list[str]:
    """The lines of code blocks that begin with `misspoke`, continued lines put together."""
    blocks = "\n".join(_BLOCK.findall(text)).replace("\\\n", " ")
    return [line.strip() for line in blocks.splitlines() if re.match(r"\s*misspoke\s", line)]


def test_the_columns_are_those_of_the_schema() -> None:
    text = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    assert _ROW.findall(section(text, "answers.parquet")) == list(answers_schema())


def test_the_columns_of_a_run_of_decoders_are_those_of_its_schema() -> None:
    text = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \|", section(text, "Rows of `misspoke decode`"), re.MULTILINE)
    told = [name.strip("` ") for row in rows for name in row.split(",")]
    assert sorted(told) == sorted(answers_schema(Trial))


def test_every_detector_is_explained_in_order() -> None:
    text = (ROOT / "docs" / "detectors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \|", section(text, "The detectors"), re.MULTILINE)
    assert [name.strip("` ") for row in rows for name in row.split(",")] == list(DETECTORS)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    links = [link.split("#")[0] for link in _LINK.findall(path.read_text(encoding="utf-8"))]
    local = [link for link in links if link and not link.startswith(("http://", "https://"))]
    assert [link for link in local if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_commands_parse(path: Path) -> None:
    program = get_command(app)
    for line in commands(path.read_text(encoding="utf-8")):
        _, name, *arguments = shlex.split(line, comments=True)
        assert name in program.commands, line
        command = program.commands[name]
        if name == "probe":
            name, *arguments = arguments
            assert name in command.commands, line
            command = command.commands[name]
        command.make_context(name, arguments)


def test_the_readme_shows_commands() -> None:
    assert len(commands((ROOT / "README.md").read_text(encoding="utf-8"))) >= 5


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_no_machine_path(path: Path) -> None:
    assert _MACHINE_PATH.findall(path.read_text(encoding="utf-8")) == []


def test_the_readme_quotes_the_results() -> None:
    """Its table holds the rounded rates of docs/results.md, row by row."""
    table = section((ROOT / "README.md").read_text(encoding="utf-8"), "What two small models show")
    quoted = re.findall(r"^\| (\S.*?), (\S+) \| ([\d,]+) \| (.+) \|$", table, re.MULTILINE)
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    assert len(quoted) == 6
    for model, questions, wrong, cells in quoted:
        line = next(
            line
            for line in page.splitlines()
            if re.match(rf"- \*\*{model.split()[0]}\S* on {_plain(questions)}", line, re.IGNORECASE)
        )
        assert f"of {wrong} wrong answers" in line
        masses = re.split(r" by the (?:literal first tokens|first content token|string mass)", line)
        rates = [re.findall(r"([\d.]+)% \[([\d.]+), ([\d.]+)\]", part)[0] for part in masses[:3]]
        rounded = [f"{float(a):.0f}% [{float(b):.0f}–{float(c):.0f}]" for a, b, c in rates]
        assert cells.split(" | ") == rounded, line
    total = re.search(r"Of all ([\d,]+) failures .*? does not confirm ([\d,]+) \(([\d.]+)%", page)
    assert total is not None
    all_of, apart, share = total.groups()
    said = " ".join(table.split())
    assert f"Of {all_of} failures" in said
    assert f"does not confirm {apart} ({float(share):.0f}%)" in said


def test_the_readme_quotes_the_ceiling() -> None:
    """Recall of gaps and failures by each detector, on atlas, and what it costs."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = section(readme, "What can be caught without the answer")
    quoted = re.findall(r"^\| (\S.*?) \| ([\d, ]+) \| (.+%) \|$", told, re.MULTILINE)
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    runs = [
        re.split(rf"^### {model}\S* on atlas: .*wrong and", page, flags=re.MULTILINE)[1]
        for model in ("smollm2", "gemma3")
    ]
    assert len(quoted) == 8
    for name, costs, cells in quoted:
        found: list[str] = []
        spent: list[str] = []
        for run in runs:
            quality, kinds, *_ = re.findall(
                rf"^\| {re.escape(name)} \| (.*) \|$", run, re.MULTILINE
            )
            spent.append(f"{float(quality.split(' | ')[0]):.0f}")
            shares = re.findall(r"([\d.]+)% \[", kinds)[:2]
            found += [f"{float(share):.0f}%" for share in shares]
        assert cells.split(" | ") == found, name
        assert costs.split(", ") == list(dict.fromkeys(spent)), name


def test_the_readme_quotes_how_many_failures_there_are() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    counts = re.findall(
        r"^### \S+ on atlas: .*? wrong and .*?\(([\d,]+)\) \| commitment failure \(([\d,]+)\)",
        page,
        re.MULTILINE | re.DOTALL,
    )
    assert len(counts) == 2
    [failures] = {failures for _, failures in counts}
    assert f"({failures} failures in each model" in readme


def test_the_readme_quotes_the_peer_of_detectors() -> None:
    """A seventh and a fifth of its time, and the largest aligned difference of a score."""
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    part = page.split("<!-- bench:detectors -->")[1].split("<!-- /bench:detectors -->")[0]
    ratios = re.findall(
        r"^\| (text|chat), .*? \| ([\d.]+) \([\d.–]+\)× \| .*?×", part, re.MULTILINE
    )
    parts = {7: "a seventh", 5: "a fifth"}
    told = " and ".join(f"{parts[round(float(ratio))]} ({form})" for form, ratio in ratios)
    assert len(ratios) == 2
    assert told in readme
    scores = re.findall(
        r"^\| (?:text|chat) \|[^|]*\|[^|]*\| \d+ \| (\S+) \| (\S*) *\|$", part, re.M
    )
    assert len(scores) == 17
    largest = max(float(aligned or plain) for plain, aligned in scores if "e" in plain)
    assert f"agrees with it to {largest:.1e}".replace("e-0", "e-") in readme


def test_the_readme_quotes_the_contests() -> None:
    """Net points of decoders; a star where docs/results.md has p < 0.05 after correction."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = re.findall(
        r"^\| (\S.*?), (\S+)( \(primary\))? \| ([\d,]+) \| ([\d.]+)% \| (.+) \|$",
        section(readme, "What decoding wins back"),
        re.MULTILINE,
    )
    page = section(
        (ROOT / "docs" / "results.md").read_text(encoding="utf-8"), "What can decoding win back?"
    )
    contests = re.findall(r"^### ([^\n]+?): ([\d,]+) questions\n(.*?)(?=^##|\Z)", page, re.M | re.S)
    assert len(quoted) == len(contests) >= 7
    changes: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for model, questions, primary, n, greedy, cells in quoted:
        [(asked, rows)] = [
            (count, rows)
            for title, count, rows in contests
            if re.match(rf"{model.split()[0]}\S* on {_plain(questions)}", title, re.IGNORECASE)
            and bool(primary) == ("primary" in title)
        ]
        first = rows.split("\nHeadroom")[0]
        table = dict(re.findall(r"^\| (\S+) \| (.+) \|$", first, re.MULTILINE))
        changes[model, questions, primary] = {
            name: row.split(" | ")[1:3] for name, row in table.items()
        }
        assert asked == n
        assert table["greedy"].startswith(f"{greedy}%")
        for name, cell in zip(
            ("self-consistency", "concept", "concept+channel"), cells.split(" | "), strict=True
        ):
            if cell == "–":
                assert name not in table
                continue
            points, p = table[name].split(" | ")[3:5]
            assert points.split()[0] == cell.rstrip("*")
            assert cell.endswith("*") == (float(p.lstrip("<")) < 0.05)
    said = " ".join(section(readme, "What decoding wins back").split())
    rescored = changes["Gemma 3", "atlas", ""]["concept+channel"]
    assert f"Gemma on atlas: {rescored[0]} recovered, {rescored[1]} damaged" in said
    pooled = changes["SmolLM2", "atlas", ""]["concept"]
    assert f"SmolLM2 on atlas: {pooled[0]} and {pooled[1]}" in said
    primary_found = changes["Gemma 3", "EntityQuestions", " (primary)"]["concept+channel"]
    assert f"{primary_found[0]} are recovered and {primary_found[1]} damaged" in said


def test_the_readme_quotes_the_probes() -> None:
    """Its rows are rows of docs/results.md, without the numbers of units."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    _, *quoted = re.findall(
        r"^\| (\w.+?) \| (.+?) \| (.+?) \|$",
        section(readme, "What other contexts do"),
        re.MULTILINE,
    )
    assert len(quoted) >= 10
    for label, *cells in quoted:
        rows = re.findall(
            rf"^\| {re.escape(label)} \| (.+?) \| [\d,]+ \| (.+?) \| [\d,]+ \|$", page, re.MULTILINE
        )
        assert rows, label
        assert tuple(cells) == rows[0], label
    [(won, tokens)] = re.findall(r"helps there, \+([\d.]+)\spoints for (\d+) tokens", readme)
    row = rf"^\| concept \| \+([\d.]+) .*? \| \+([\d.]+) .*? \| {tokens}\.\d \|"
    [(mends, breaks)] = re.findall(row, page, re.MULTILINE)
    assert float(won) == pytest.approx(float(mends) - float(breaks), abs=0.06)


def test_the_weights_in_use_are_those_that_the_page_fitted() -> None:
    page = (ROOT / "docs" / "decoding.md").read_text(encoding="utf-8")
    fitted = {
        name: float(best)
        for name, best in re.findall(
            r"^\| (channel|pmi, floor [\d.e-]+) \|.+\| ([\d.]+) \|$", page, re.MULTILINE
        )
    }
    assert fitted["channel"] == channel.WEIGHT
    assert fitted[f"pmi, floor {pmi.FLOOR:g}"] == pmi.WEIGHT
    assert f"channel {channel.WEIGHT:g} and PMI {pmi.WEIGHT:g} with a floor of 1e-4" in page
    assert pmi.FLOOR == 1e-4


def _plain(name: str) -> str:
    """A set's name in the README as a pattern for its file's name."""
    return {"EntityQuestions": "entity_questions", "NQ-Open": "nq_open"}.get(name, name)


def test_the_readme_quotes_the_peers() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    ratios = {
        name: [f"{float(ratio):.0f}" for ratio in re.findall(r"([\d.]+)×", line)]
        for name in ("lm-eval", "minicons")
        for line in page.splitlines()
        if line.startswith(f"| {name} ")
    }
    (a, b), (c, d) = ratios["lm-eval"], ratios["minicons"]
    assert f"{a} and {b} times as fast as with lm-evaluation-harness" in readme
    assert f"{c} and {d} times as fast as with minicons" in readme


def test_the_number_of_labelled_pairs_is_the_one_told() -> None:
    pairs = (ROOT / "tests" / "concepts" / "answer_pairs.tsv").read_text(encoding="utf-8")
    told = f"{len(pairs.splitlines()) - 1:,} labelled pairs"
    assert told in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_number_of_bundled_questions_is_the_one_told() -> None:
    told = f"{len(load('atlas').questions):,}"
    for name in ("README.md", "CHANGELOG.md", "docs/atlas.md"):
        assert told in (ROOT / name).read_text(encoding="utf-8"), name
