"""What kind of comparison runs make, which pairs are made, and what may be claimed."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from misspoke.diagnosis.comparing.kinds import kind_of, pairs_of
from misspoke.diagnosis.comparing.pairing import Side, check_once, labels
from misspoke.diagnosis.comparing.published import conditions
from misspoke.diagnosis.comparing.trend import _families
from misspoke.diagnosis.rows import InMemory
from misspoke.records import UserError
from misspoke.records.lineage import Lineage, lineage_of, size_name


def side(
    name: str = "a",
    line: Lineage | None = None,
    *,
    form: str = "text",
    shots: int = 4,
    stem: bool = False,
    weights: str | None = None,
    **model: Any,
) -> Side:
    settings = {
        "model": {"name": name, "fingerprint": weights or name, "dtype": "float32", **model},
        "style": {"form": form, "shots": shots, "stem": stem},
        "questions": {"name": "atlas", "count": 500},
    }
    lineage = line or Lineage()
    manifest = {"settings": settings, "facts": {}}
    return Side(f"runs/{name}-{form}-{shots}", InMemory(pl.DataFrame()), manifest, lineage)


BASE = Lineage("ducks", "base", 1_000_000)
INSTRUCT = Lineage("ducks", "instruct", 1_200_000)


@pytest.mark.parametrize(
    ("one", "other", "kind", "says"),
    [
        (BASE, INSTRUCT, "pair", "instruction tuning"),
        (INSTRUCT, BASE, "pair", "instruction tuning"),
        (BASE, Lineage("geese", "instruct", 1_000_000), "models", "Different families: "),
        (BASE, Lineage("ducks", "instruct", 1_400_000), "models", "of different sizes"),
        (BASE, Lineage("ducks", None, 1_000_000), "models", "No role"),
        (BASE, Lineage("ducks", "instruct"), "models", "number of parameters of b is not known"),
        (BASE, Lineage(), "models", "No family is declared for b"),
        (Lineage(), Lineage(), "models", "No family is declared for a"),
        (BASE, Lineage("ducks", "base", 8_000_000), "sizes", "a trend needs three sizes"),
        (BASE, BASE, "models", "no checkpoints are declared"),
        (Lineage("ducks", "base", 1_000_000, 10), Lineage("ducks", "base", 1_100_000, 20),
         "checkpoints", "steps 10 and 20"),
        (Lineage("ducks", None, 1_000_000, 10), Lineage("ducks", None, 1_000_000, 20),
         "checkpoints", "steps 10 and 20"),
        (Lineage("ducks", "base", 1_000_000, 10), Lineage("ducks", "instruct", 1_000_000, 20),
         "models", "of different checkpoints"),
        (Lineage("ducks", "base", 1_000_000, 10), Lineage("ducks", None, 1_000_000, 20),
         "models", "No role, base or instruct, is declared for b"),
        (BASE, Lineage("ducks", "base", 1_250_000), "models",
         "ne family, role and size, and no checkpoints"),
        (BASE, Lineage("ducks", "base", 1_400_000), "sizes", "may be ascribed to size"),
        (Lineage("ducks", "base", 1_000_000, 10), INSTRUCT, "pair", "instruction tuning"),
    ],
)  # fmt: skip
def test_kinds(one: Lineage, other: Lineage, kind: str, says: str) -> None:
    found = kind_of(side("a", one), side("b", other))
    assert found.name == kind
    assert says in found.says
    assert (found.subject is None) == (kind == "models")
    assert ("nothing is claimed" in found.says) == (kind == "models")


def test_one_model_is_compared_by_its_prompts() -> None:
    one, other = side("a", BASE, shots=0), side("a", BASE, shots=5)
    assert kind_of(one, other).name == "prompts"
    assert kind_of(one, other).subject == "text 5-shot instead of text 0-shot"
    assert kind_of(one, one).name == "repeat"
    unknown = side("a", BASE, shots=0, weights="")
    assert kind_of(side("a", BASE, weights="x"), unknown).name != "prompts"


def test_what_else_differs_is_named() -> None:
    one = side("a", BASE)
    other = side("b", INSTRUCT, form="chat", shots=0, dtype="bfloat16")
    assert kind_of(one, other).caveats == (
        "asked in different ways: text 4-shot and chat 0-shot",
        "computed in float32 and in bfloat16",
    )
    assert kind_of(one, side("b", INSTRUCT)).caveats == ()


@pytest.mark.parametrize(
    ("one", "other", "name", "says"),
    [
        (BASE, INSTRUCT, "pair", "instruction tuning and {} together, and nothing is claimed."),
        (BASE, Lineage("ducks", "base", 8_000_000), "sizes", "size and {} together, and nothing"),
        (Lineage("ducks", "base", 1_000, 10), Lineage("ducks", "base", 1_000, 20), "checkpoints",
         "the training between them and {} together, and nothing is claimed."),
    ],
)  # fmt: skip
def test_nothing_is_claimed_where_the_prompt_or_the_arithmetic_differs(
    one: Lineage, other: Lineage, name: str, says: str
) -> None:
    ways: tuple[tuple[dict[str, Any], str], ...] = (
        ({"shots": 0}, "the prompt"),
        ({"form": "chat"}, "the prompt"),
        ({"stem": True}, "the prompt"),
        ({"dtype": "bfloat16"}, "the arithmetic"),
    )
    assert kind_of(side("a", one), side("b", other)).subject is not None
    for way, words in ways:
        found = kind_of(side("a", one), side("b", other, **way))
        assert (found.name, found.subject, len(found.caveats)) == (name, None, 1)
        assert says.format(words) in found.says
    both = kind_of(side("a", one), side("b", other, form="chat", dtype="bfloat16"))
    assert ", the prompt and the arithmetic together" in both.says


def test_one_model_in_another_arithmetic_is_no_test_of_a_prompt() -> None:
    one, other = side("a", weights="x"), side("a", weights="x", shots=0, dtype="bfloat16")
    assert (kind_of(one, other).name, kind_of(one, other).subject) == ("prompts", None)
    repeat = kind_of(one, side("a", weights="x", dtype="bfloat16"))
    assert (repeat.name, repeat.says.endswith("of the arithmetic.")) == ("repeat", True)


def test_checkpoints_are_compared_in_the_order_of_their_steps() -> None:
    late, early, between = (
        side(f"step-{step}", Lineage("ducks", None, 1_000, step)) for step in (30, 10, 20)
    )
    assert pairs_of([late, early, between]) == [(1, 0), (2, 0)]
    assert kind_of(early, late).subject == "training from step 10 to step 30"


def test_sizes_near_each_other_are_one_size_of_a_trend() -> None:
    counts = (4_000_000, 1_000_000, 1_050_000, 3_900_000, 16_000_000)
    sides = [side(f"m{count}", Lineage("ducks", "base", count)) for count in counts]
    assert _families(sides) == {("ducks", "base"): [1, 0, 4]}
    assert _families(sides[:4]) == {}
    mixed = [*sides[:4], side("half", Lineage("ducks", "base", 16_000_000), dtype="bfloat16")]
    assert _families(mixed) == {}


def test_answers_added_without_the_model_are_a_caveat() -> None:
    plain, judged, refreshed = (side("a", BASE), side("b", INSTRUCT), side("c", INSTRUCT))
    judged.manifest["settings"]["aliases"] = [{"sha256": "x", "refreshed": False}]
    refreshed.manifest["settings"]["aliases"] = [{"sha256": "x", "refreshed": True}]
    [caveat] = kind_of(plain, judged).caveats
    assert caveat.startswith("right answers were added to runs/b-text-4 without the model: ")
    assert "leave these answers out" in caveat
    assert kind_of(plain, refreshed).caveats == ()


def test_a_folder_is_one_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "link").symlink_to("run")
    for again in ("run", "run/", "./run", "run/../run", str(tmp_path / "run"), "link"):
        with pytest.raises(UserError, match="is given twice"):
            check_once(["other", "run", again])
    check_once(["other", "run", "runs"])


def test_pairs_have_the_base_model_first_and_prompts_their_own_model() -> None:
    assert pairs_of([side("b", INSTRUCT), side("a", BASE)]) == [(1, 0)]
    factors = [side(name, form="text", shots=k) for name in "ab" for k in (0, 1, 5)]
    assert pairs_of(factors) == [(0, 1), (0, 2), (0, 3), (3, 4), (3, 5)]
    big = Lineage("ducks", "base", 8_000_000), Lineage("ducks", "instruct", 8_000_000)
    four = [side("a", BASE), side("b", INSTRUCT), side("c", big[0]), side("d", big[1])]
    assert pairs_of(four) == [(0, 1), (0, 2), (1, 3), (2, 3)]


def test_names_are_told_apart() -> None:
    assert labels([side("a"), side("b")]) == ("a", "b")
    assert labels([side("a"), side("a", shots=0)]) == ("a, text 4-shot", "a, text 0-shot")
    assert len(set(labels([side("a"), side("a")]))) == 2


def test_conditions_are_never_all_the_published_ones() -> None:
    small = conditions(side("a", BASE))
    assert any("1M, the smallest published is 0.8B" in line for line in small.different)
    assert any("atlas, not TriviaQA" in line for line in small.different)
    large = conditions(side("a", Lineage("x", "base", 9_000_000_000)))
    assert any("size: 9B" in line for line in large.matching)
    assert large.different  # prompts and grading are not known


def test_lineages_complete_each_other() -> None:
    assert Lineage("a").over(Lineage("b", "base", 3)) == Lineage("a", "base", 3)
    assert Lineage(checkpoint=0).over(Lineage(checkpoint=5)).checkpoint == 0
    assert lineage_of({}) == Lineage()
    assert lineage_of({"lineage": {"family": "a", "role": "base"}}) == Lineage("a", "base")
    with pytest.raises(UserError, match="give base or instruct"):
        Lineage(role="chat")
    sizes = (900, 135_000_000, 1_700_000_000)
    assert [size_name(n) for n in sizes] == ["900", "135M", "1.7B"]
