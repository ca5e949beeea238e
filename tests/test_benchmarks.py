"""The pure parts of the benchmarks: what is asked, what is counted, the page; nothing is timed."""

import sys
from pathlib import Path

import pytest

import misspoke
from misspoke.questions import load

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import bench, engine, items, loading, machine, page, peers, processes, runs


def letters(text: str) -> tuple[str, ...]:
    """A tokenizer of the simplest kind: a token a letter, and a space with what follows it."""
    return tuple(part for part in text.replace(" ", "\0 ").split("\0") if part)


def test_a_header_order_changes_the_prompt_and_not_its_length() -> None:
    one, other = (items.prompt("Who was it?", shuffle) for shuffle in (1, 2))
    assert one != other
    assert sorted(one) == sorted(other)
    assert one == items.prompt("Who was it?", 1)
    assert one.endswith("\n\nQuestion: Who was it?\nAnswer:")
    assert one.count("Question:") == len(items.EXAMPLES) + 1


def test_forms_come_in_turn_and_once() -> None:
    lists = [["a", "b", "c"], ["x"], ["a", "y"]]
    assert list(items.in_turn(lists)) == ["a", "x", "b", "y", "c"]


def test_forms_are_distinct_and_of_several_tokens() -> None:
    question = misspoke.Question("Where?", ["Saint Basil's Cathedral"], distractors=["Moscow"])
    forms = items.forms_of(question, letters, 6)
    assert len(set(forms)) == len(forms) == 6
    assert forms[0] == " Saint Basil's Cathedral"
    assert all(form.startswith(" ") and len(letters(form)) > 1 for form in forms)
    assert not any("moscow" in form.casefold() for form in forms)  # one token each
    assert items.forms_of(question, letters, 3) == forms[:3]


def test_atlas_has_enough_forms() -> None:
    counts = [len(items.forms_of(q, list, items.FORMS)) for q in load("atlas").questions]
    assert sum(count == items.FORMS for count in counts) > 200


def test_subsets_differ_each_turn_and_cover_all_in_the_end() -> None:
    things = [items.Item(str(number), ()) for number in range(50)]
    turns = [items.subset(things, turn, 10) for turn in range(5)]
    assert sorted(place for turn in turns for place in turn) == list(range(50))
    assert items.subset(things, 3, 50) == items.subset(things, 0, 99) == list(range(50))


def test_shared_prefix() -> None:
    assert items.shared_prefix([(1, 2, 3), (1, 2, 4), (1, 2, 3, 5)]) == 2
    assert items.shared_prefix([(1, 2), (1, 2, 3)]) == 2
    assert items.shared_prefix([(1,), (2,)]) == 0


def test_counts() -> None:
    prompts = [(1, 2, 3), (1, 2, 4, 5)]
    forms = [[(7, 8), (7, 9), (7, 8, 9)], [(7,), (6, 5)]]
    found = items.count(prompts, forms)
    assert found.forms == 5
    assert found.header == 2
    assert found.prompts == 7
    assert found.whole == (4 + 4 + 5) + (4 + 5)
    # the header; 3 and 4, 5; 7 and 7 8 of the first question, 6 of the second
    assert found.distinct == 2 + 1 + 2 + 2 + 1


def test_ratios() -> None:
    results = peers.Results(forwarded={12: 4}, counts={12: items.Counts(5, 2, 7, 20, 4)})
    for rate in (90.0, 100.0, 130.0):
        results.rates.setdefault(("misspoke", 12), []).append(rate)
    results.note("lm-eval", 12, forms=24, seconds=12.0)
    assert results.ratio("lm-eval", 12) == pytest.approx(50)
    assert results.limit(12) == pytest.approx(5)


def test_agreement_compares_forms_with_the_same_tokens_only() -> None:
    agreement = peers.Agreement()
    agreement.add(-1.0, -1.0001, same_tokens=True)
    agreement.add(-1.0, -2.0, same_tokens=False)
    assert (agreement.compared, agreement.other_tokens) == (1, 1)
    assert agreement.largest == pytest.approx(1e-4)
    assert str(agreement) == "1.0e-04 nats over 1 forms; 1 with other tokens left out"


def test_the_peers_part() -> None:
    facts = {"version": "1.0", "transformers": "5.0", "batch": 16, "in_flight": 64}
    results = peers.Results(
        rates={
            (library, size): [100.0 if library == "misspoke" else 2.0]
            for library in ("misspoke", *peers.PEERS)
            for size in peers.SIZES
        },
        agreement={peer: peers.Agreement(3, 1, 2e-5) for peer in peers.PEERS},
        counts={size: items.Counts(5, 185, 400, 2000, 40) for size in peers.SIZES},
        forwarded=dict.fromkeys(peers.SIZES, 50),
        lengths=(195, 203),
    )
    libraries = dict.fromkeys(("misspoke", *peers.PEERS), facts)
    text = peers.render(results, libraries, peers.Agreement(4, 0, 1e-6), 50, 2)
    assert "| lm-eval 1.0 | 2.0 (2.0–2.0) | 2.0 (2.0–2.0) | 50.0× | 50.0× |" in text
    assert "| 25 forms | 2,000 | 40 | 50 | 40.0× |" in text
    assert "peers 2 of them" in text
    assert all(len(line) <= 120 for line in text.splitlines() if line[:1] not in "|-I")


def test_the_engine_row() -> None:
    timed = {"prefill": [(100, 1.0), (100, 2.0), (100, 0.5)], "rounds": [(30, 1.0)]}
    slow = {"prefill": [(100, 2.0)], "rounds": [(60, 1.0)]}
    line = {"in_flight": 8, "ours": timed, "bare": slow}
    cells = engine.row(line, ["m", "float32", "1"])
    assert cells == ["m", "float32", "1", "8", "100", "50", "200%", "30", "60", "50%"]


def test_a_run_row() -> None:
    cost = processes.Cost(wall=12.34, cpu=20.0, peak=1_500_000_000, output="")
    done = runs.Done(dtype="float32", rows=100, observing=10.0, tokens=25_000, cost=cost)
    cells = runs.row(runs.Job("m", 100), done)
    assert cells == [
        "m",
        "100",
        "float32",
        "12.3",
        "20.0",
        "10.0",
        "25,000",
        "250",
        "2,500",
        "1,500",
    ]


def test_a_part_is_replaced_and_the_rest_kept() -> None:
    text = page.blank() + "\nby hand\n"
    one = page.replace_part(text, "engine", "first")
    two = page.replace_part(one, "engine", "second\n")
    assert "<!-- bench:engine -->\nsecond\n<!-- /bench:engine -->\n" in two
    assert "first\n<!--" not in two
    assert two.replace("second\n", "") == text.replace(
        "<!-- bench:engine -->\n\n", "<!-- bench:engine -->\n"
    )
    assert page.replace_part(two, "engine", "second") == two
    assert two.endswith("\n## What made it faster\n\nby hand\n")


def test_missing_markers_are_named() -> None:
    with pytest.raises(misspoke.UserError, match="bench:peers"):
        page.replace_part("# Benchmarks\n", "peers", "x")


def test_a_page_is_made_where_there_is_none(tmp_path: Path) -> None:
    place = tmp_path / "benchmarks.md"
    page.write_part("memory", "much", place)
    page.write_part("peers", "fast", place)
    text = place.read_text(encoding="utf-8")
    assert text.index("fast") < text.index("much")
    for name, title in page.PARTS.items():
        assert f"\n## {title}\n\n<!-- bench:{name} -->\n" in text


def test_tables() -> None:
    assert page.table(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |"
    assert page.spread([1.0, 3.0, 2.0]) == "2.0 (1.0–3.0)"


def test_the_memory_table_takes_the_numbers() -> None:
    lines = [{"rows": 1000, "peak_mb": 300.5, "bytes": {"a": 1}}, {"rows": 10_000, "peak_mb": 301}]
    assert bench.memory_table(lines) == page.table(
        ["rows", "peak MB"], [["1,000", "300.5"], ["10,000", "301"]]
    )


def test_unknown_parts_are_named() -> None:
    with pytest.raises(misspoke.UserError, match="no such part; known are loading"):
        bench.main(["--only", "speed"])


def test_machine_facts_name_no_host() -> None:
    import platform

    line = machine.facts()
    assert platform.node() not in line
    assert "/" not in line.split("cores")[0].replace("(R)", "")
    assert loading.QUICK.models


def test_a_failed_process_is_one_line() -> None:
    assert processes.last_line("Traceback\n  File\nValueError: no\n\n") == "ValueError: no"
    with pytest.raises(misspoke.UserError, match="no such thing"):
        processes.measure_python("-c", "raise SystemExit('no such thing')")
