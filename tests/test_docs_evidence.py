"""Pages that tell findings in prose and tables hold them as docs/results.md has them."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"

MODELS = ("smollm2-135m-instruct", "gemma3-270m")


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def part(page: str, heading: str) -> str:
    """What stands under a heading, up to the next of its level or above."""
    level, after = re.search(rf"^(#+) {re.escape(heading)}.*\n", page, re.M), ""
    assert level is not None, heading
    after = page[level.end() :]
    return re.split(rf"^#{{1,{len(level[1])}}} ", after, maxsplit=1, flags=re.M)[0]


def row(of: str, *first: str) -> list[str]:
    """The cells of a table's row behind its first ones."""
    start = f"| {' | '.join(first)} | "
    line = next(line for line in of.splitlines() if line.startswith(start))
    return [cell.strip() for cell in line.split("|")[1 + len(first) : -1]]


@pytest.fixture(scope="module")
def results() -> str:
    return text("results.md")


def spread(results: str, model: str) -> dict[str, str]:
    """The contrast of the strongest form of a model on atlas, as the page has it."""
    of = part(results, "Is the right answer's vote spread thinner where it loses?")
    names = ("failures", "right", "difference", "d", "null", "p", "beyond")
    return dict(zip(names, row(of, f"{model} on atlas", "strongest right form"), strict=True))


def ends(cell: str) -> tuple[str, str, str]:
    """A figure and both ends of its interval."""
    figures = re.fullmatch(r"(\S+) \[(\S+), (\S+)\]", cell)
    assert figures is not None, cell
    value, low, high = figures.groups()
    return value.removeprefix("+"), low, high


def number(figure: str) -> float:
    return float(figure.replace("−", "-"))


def test_hallucination_quotes_the_dispersion_where_it_alone_is_forced(results: str) -> None:
    said, found = " ".join(text("hallucination.md").split()), spread(results, "gemma3-270m")
    n_failures, n_right = (found[name].split("(")[1].rstrip(")") for name in ("failures", "right"))
    difference, null = (ends(found[name])[0].lstrip("−") for name in ("difference", "null"))
    beyond, low, high = ends(found["beyond"])
    assert (
        f"the strongest right form of {n_failures} failures holds {difference} less than that of "
        f"{n_right} right answers"
    ) in said
    assert difference == null
    assert f"gives the same {null} (p = {found['p']})" in said
    assert f"Beyond the cap nothing is left ({beyond}, 95% interval {low} to {high})" in said
    assert number(low) < 0 < number(high)


def test_hallucination_quotes_the_dispersion_where_there_is_more(results: str) -> None:
    said, found = " ".join(text("hallucination.md").split()), spread(results, MODELS[0])
    difference, null = (ends(found[name])[0].lstrip("−") for name in ("difference", "null"))
    beyond, low, high = ends(found["beyond"])
    assert f"{difference} stands against {null} by chance (p = {found['p']})" in said
    assert f"nothing can be told from 0 either ({beyond}, {low} to {high})" in said
    assert number(low) < 0 < number(high)


def test_the_readme_quotes_the_dispersion(results: str) -> None:
    said = " ".join((DOCS.parent / "README.md").read_text(encoding="utf-8").split())
    found = [spread(results, model) for model in MODELS]
    differences, nulls = (
        [ends(one[name])[0].lstrip("−") for one in found] for name in ("difference", "null")
    )
    assert f"holds {differences[0]} (SmolLM2) and {differences[1]} (Gemma) less" in said
    assert f"among answers of like P-mass give {nulls[0]} and {nulls[1]}:" in said


def test_comparing_quotes_the_two_models_on_atlas(results: str) -> None:
    of = part(results, f"{MODELS[0]} and {MODELS[1]} on atlas")
    page = part(text("comparing.md"), "An example")
    for told, name in (
        ("accuracy", "Accuracy"),
        ("commitment failures per wrong answer", "Commitment failures per wrong answer"),
        ("wrong among the known", "Wrong among the known"),
        ("probability of a wrong winner", "Probability of a wrong winner"),
    ):
        a, b, difference, _, p = row(of, name)
        assert row(page, told) == [a, b, difference, p], told
    common, n = row(of, "Commitment failures per wrong answer")[3].split(" (n = ")
    assert row(page, f"on the {n.rstrip(')')} questions that both get wrong")[2] == common
    alone = re.search(r"([\d,]+) are right in one run alone", of)
    assert alone is not None
    assert f"{alone[1]} questions are right in one run alone" in page
    for name in ("Wrong among the known", "Commitment failures per wrong answer"):
        low, high = (number(end) for end in ends(row(of, name)[2].split(";")[0])[1:])
        assert low < 0 < high, "neither misspeaks more than the other beyond chance"


def test_comparing_quotes_the_prompts(results: str) -> None:
    of, page = part(results, "What does the prompt change?"), text("comparing.md")
    for told, model, form in (
        ("Gemma 3 270M, text", MODELS[1], "text"),
        ("SmolLM2 135M Instruct, text", MODELS[0], "text"),
        ("SmolLM2 135M Instruct, chat", MODELS[0], "chat"),
    ):
        shares = [row(of, f"{model}, {form} {shots}-shot")[0] for shots in (0, 1, 5)]
        assert row(page, told) == shares
    least, *_, most = sorted(
        number(row(of, f"{MODELS[0]}, text {k}-shot")[0][:-1]) for k in (0, 1, 5)
    )
    assert round(most / least) == 8
    assert "by a factor of eight" in " ".join(page.split())


def test_comparing_says_what_is_left_of_the_prompts_among_all_tests(results: str) -> None:
    of = part(results, "What does the prompt change?")
    lines = [line.strip("| ").split(" | ") for line in of.splitlines() if line.startswith("| ")]
    head = next(line for line in lines if line[1] == "against")
    moved = {
        name: [line[0] for line in lines if len(line) == len(head) and line[at].startswith("**")]
        for at, name in enumerate(head)
    }
    assert moved["accuracy"] == [f"{MODELS[0]}, text {shots}-shot" for shots in (1, 5)]
    assert not [name for name in moved if "failures" in name and moved[name]]
    said = " ".join(text("comparing.md").split())
    gains = [
        line[head.index("accuracy")].strip("*").split()[0]
        for line in lines
        if line[0] in moved["accuracy"] and line[1] == f"{MODELS[0]}, text 0-shot"
    ]
    assert f"{gains[0]} points of accuracy with one, {gains[1]} with five" in said
