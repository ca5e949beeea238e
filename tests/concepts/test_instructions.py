"""Instructions: replies that pass and fail, automata against brute force, and the vocabulary."""

import json
import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misspoke.concepts import Vocabulary
from misspoke.concepts.instructions import (
    Automaton,
    automaton_of,
    complies,
    comply,
    decided_first,
    instructions,
    verdict,
    violate,
)
from misspoke.concepts.instructions.checks import CHECKS, RULES
from misspoke.questions.topics import topics
from misspoke.records.instruction import Instruction

ALL = {instruction.id: instruction for instruction in instructions()}

PASSING = {
    "french": ["C'est la vie.", "Le chat dort sur le toit.", "Oui, non.", " Je ne sais pas \n"],
    "german": ["Das ist gut.", "Ich weiß es nicht.", "Die Katze schläft auf dem Dach."],
    "spanish": ["El gato duerme en la casa.", "No lo sé.", "Sí, está en Madrid."],
    "italian": ["Il gatto dorme sul tetto.", "Non lo so, ma è vero.", "È una bella giornata, no?"],
    "lowercase": ["all small.", "a 1 é", "  small  "],
    "uppercase": ["中A", "ALL BIG.", "A 1 É", " BIG "],
    "initials": [
        "1 中a",
        "All Words Big.",
        "It's 5 Dogs",
        '"Quoted" (And) 3rd'.replace("3rd", "3"),
        "Éa",
    ],
    "begin-answer": ["Answer: yes", " Answer:", "Answer:yes", "\nAnswer: a, b"],
    "begin-note": ["Note: yes", "Note:"],
    "begin-well": ["Well, yes", "Well,"],
    "begin-hello": ["Hello! Yes.", "Hello!"],
    "begin-in-short": ["In short, yes.", "In short,"],
    "begin-i-think": ["I think so.", "I think", "I think, yes", "I think-so"],
    "begin-hash": ["# yes", "#", "#yes"],
    "begin-arrow": ["> yes", ">>", ">yes"],
    "end-the-end": ["Yes. The end.", "Yes.The end. ", "The The end.", "The end. The end."],
    "end-thanks": ["Yes. Thank you.", "a Thank you.\n"],
    "end-help": ["Yes. Does that help?", "YesDoes that help?"],
    "end-hash": ["Yes ###", "Yes####", "# ###"],
    "end-dots": ["Yes...", "Yes ...", "a...."],
    "end-question": ["Yes?", "a ?", "??"],
    "end-exclamation": ["Yes!", "a !", "?!"],
    "without-the": ["Cats sleep.", "then they", "the-ory".replace("-", "")],
    "without-and": ["Cats sleep.", "sand", "andy"],
    "without-of": ["Cats sleep.", "off", "often"],
    "without-is": ["Cats sleep.", "this", "island it's"],
    "without-comma": ["Cats sleep.", "a; b", "a، b"],
    "without-stop": ["Cats sleep", "a, b!", "a… b"],
    "with-indeed": ["Yes, indeed.", "INDEED", "so-indeed-so"],
    "with-friend": ["My friend.", "Friend's"],
    "with-please": ["Please wait.", "yes please"],
    "with-smile": ["Yes :)", ":)", ":))", "a:)b"],
    "words-1": ["Yes.", " yes ", "well-known"],
    "words-3": ["Yes.", "a b c", "a  b\nc"],
    "words-5": ["a b c d e", "Yes."],
    "words-10": ["a b c d e f g h i j"],
    "one-sentence": ["Yes.", "It is 3.5 wide!", "Why?! ", "a.b."],
    "bullets": ["- a\n", "- a", "- a\n- b", "- a\n\n  - b ", "-  a"],
    "numbered": ["1. a\n", "1. a", "1. a\n2. b", "10. a", "1.  a\n\n1. b"],
    "json": [
        '{"answer": "a"}',
        '{ "answer" :\n"a \\" b"}',
        '{"answer": "\\u00e9"}',
        '{"answer":"é"}',
    ],
    "quoted": ['"a"', '"a" or "b"', ' "a b" '],
    "parentheses": ["(a)", "(a) b (c)"],
    "brackets": ["[a]", "[a, b]"],
    "tagged": ["<answer>a</answer>", "<answer> a </answer>\n"],
}
FAILING = {
    "french": [
        "Paris",
        "Le chat is here.",
        "The cat sleeps on the roof.",
        "Der Hund ist da.",
        "Oui",
        "Put a lid on.",
        "Turn a lamp on.",
    ],
    "german": [
        "Berlin",
        "Das ist the end.",
        "The cat sleeps.",
        "Le chat dort sur le toit.",
        "An egg in an oven.",
    ],
    "spanish": [
        "Madrid",
        "El gato and la casa.",
        "The cat sleeps.",
        "Boil a pot, add a bag.",
        "Le chat est sur la table de la cuisine.",
    ],
    "italian": [
        "Roma",
        "Il gatto of the casa.",
        "The cat sleeps.",
        "Boil water in a pot.",
        "La capital no es una ciudad con mar.",
    ],
    "lowercase": ["Big", "bIg", "É a", "123"],
    "uppercase": ["Big", "BIg", "A é", "123"],
    "initials": ["All words Big", "中 1a", "all", "(a)", "3rd"],
    "begin-answer": ["answer: yes", "Answer yes", '"Answer: yes"', "The Answer: yes", "A"],
    "begin-note": ["Notes: yes", "note: a", "N"],
    "begin-well": ["Well yes", "well, yes"],
    "begin-hello": ["Hello, yes", "Hello"],
    "begin-in-short": ["In short yes", "in short, yes"],
    "begin-i-think": ["I thinks", "I thinké", "i think so", "I  think so"],
    "begin-hash": ["yes #", "yes"],
    "begin-arrow": ["yes >", "-> yes"],
    "end-the-end": ["The end.", "Yes. The end", "Yes. the end.", "The end. Yes."],
    "end-thanks": ["Thank you.", "Thank you", "Yes. Thanks."],
    "end-help": ["Does that help?", "Does that help? Yes."],
    "end-hash": ["###", "Yes ##", "### Yes"],
    "end-dots": ["...", "Yes.", "Yes…"],
    "end-question": ["?", "Yes.", "Yes? No.", "a?)"],
    "end-exclamation": ["!", "Yes.", "Yes!?"],
    "without-the": ["The cat", "see the", "the", "(THE)", "the's"],
    "without-and": ["this and that", "And", "and/or"],
    "without-of": ["out of", "Of course"],
    "without-is": ["it is", "Is it", "is"],
    "without-comma": ["a, b", ",", "1,000"],
    "without-stop": ["a.", "1.5", "..."],
    "with-indeed": ["Yes.", "indeedy", "in deed"],
    "with-friend": ["friends", "befriend"],
    "with-please": ["pleased", "plea se"],
    "with-smile": [": )", ":(", ":", ":-)"],
    "words-1": ["a b", "a -"],
    "words-3": ["a b c d"],
    "words-5": ["a b c d e f"],
    "words-10": ["a b c d e f g h i j k"],
    "one-sentence": ["Yes", "Yes. No.", "Yes. no", "e.g. a.", '"Yes."'],
    "bullets": ["a", "- \na", "-a", "- a\nb", "* a", "-", "- a\n-", "-\ta"],
    "numbered": ["a", "1. \na", "1) a", "1.a", "1. a\nb", "1.", "a 1. b"],
    "json": [
        '{"answer": "\\u123"}',
        '{"ans wer": "a"}',
        '{"answer": ""}',
        '{"answer": 1}',
        '{"a": "b"}',
        '{"answer": "a"} x',
        '{"answer": "a',
        "a",
        '{"answer": "a\n"}',
        '{"answer": "\\x"}',
        '{"answer": "a", "b": "c"}',
        '{"answer": "\\u12"}',
    ],
    "quoted": ['""', '"a', 'a"', "“a”", '"', '" "', '"a".'],
    "parentheses": ["()", "(a", "a)", "(a).", "a (b)"],
    "brackets": ["[]", "[a", "[ ]", "(a)"],
    "tagged": [
        "<answer></answer>",
        "<answer>a",
        "answer",
        "<answer>a</answer>.",
        "<answer> </answer>",
    ],
}


def test_there_are_enough_instructions_of_every_family() -> None:
    families = Counter(instruction.family for instruction in instructions())
    assert len(ALL) == len(instructions()) >= 40
    assert set(families) == {
        *("language", "case", "start", "end", "forbidden", "required", "length", "format")
    }
    assert min(families.values()) >= 3
    assert set(CHECKS) == set(RULES) == {i.check for i in instructions()}


def test_texts_are_told_apart_and_of_one_line() -> None:
    for wording in ("text", "short"):
        said = [getattr(instruction, wording) for instruction in instructions()]
        assert len(set(said)) == len(said)
        assert all(text == " ".join(text.split()) for text in said)
    assert all(len(i.short) <= len(i.text) for i in instructions())


@pytest.mark.parametrize("id", ALL)
def test_replies_that_pass_and_fail(id: str) -> None:
    for reply in PASSING[id]:
        assert complies(ALL[id], reply), reply
    for reply in [*FAILING[id], "", "  \n"]:
        assert not complies(ALL[id], reply), reply


@pytest.mark.parametrize("id", ALL)
def test_the_automaton_agrees_on_them(id: str) -> None:
    automaton = automaton_of(ALL[id])
    for reply in [*PASSING[id], *FAILING[id], "", " \n"]:
        end = automaton.advance(automaton.start, reply.encode())
        assert automaton.may_end(end) == complies(ALL[id], reply), reply


@pytest.mark.parametrize("id", ALL)
def test_every_topic_has_a_reply_that_complies_and_one_that_does_not(id: str) -> None:
    automaton = automaton_of(ALL[id], one_line=True)
    for topic in topics():
        good, bad = comply(ALL[id], topic), violate(ALL[id], topic)
        assert good != bad
        assert "\n" not in good + bad
        assert complies(ALL[id], good), good
        assert not complies(ALL[id], bad), bad
        assert automaton.may_end(automaton.advance(automaton.start, good.encode())), good
        assert not automaton.may_end(automaton.advance(automaton.start, bad.encode())), bad
    assert not any(complies(ALL[id], filler_like) for filler_like in ("", " "))


def test_a_reply_that_heeds_it_anyway_is_no_violation() -> None:
    free = Instruction("free", "forbidden", "", "", "without mark", ("@",))
    with pytest.raises(ValueError, match="complies with free"):
        violate(free, topics()[0])


def test_a_reply_that_was_cut_off() -> None:
    ends, quoted, lower = ALL["end-the-end"], ALL["quoted"], ALL["lowercase"]
    assert verdict(ends, "Yes", cut=True) is None
    assert verdict(ends, "Yes") is False
    assert verdict(quoted, '"Yes', cut=True) is None
    assert verdict(quoted, "Yes", cut=True) is False
    assert verdict(lower, "yes it", cut=True) is True
    assert verdict(lower, "yes It", cut=True) is False
    assert verdict(ALL["begin-well"], "Well", cut=True) is None
    assert verdict(ALL["french"], "", cut=True) is None


def test_json_is_what_a_parser_takes_for_it() -> None:
    for reply in PASSING["json"]:
        [(key, text)] = json.loads(reply).items()
        assert key == "answer"
        assert isinstance(text, str)


PIECES = {
    "language": ["le ", "chat", "the", " ", "est", "t", "."],
    "lowercase": ["a", "B", "1", "é", " "],
    "uppercase": ["a", "B", "1", "É", " "],
    "initials": ["a", "B", "1", " ", "("],
    "begins": ["Ab", "A", "b:", "b", ":", " ", "c"],
    "ends": ["A", "b.", "A b.", " ", "b", "."],
    "wrapped": ["<a", "<", "a", ">", ">.", " "],
    "without mark": ["a", ",", " ", "é", ".,"],
    "without word": ["th", "e", " ", "the", "É", "T"],
    "with word": ["th", "e", " ", "the", "É", "T"],
    "with phrase": [":", ")", " ", ":(", "a"],
    "at most": ["a", " ", "b c", "\n"],
    "one sentence": ["a", ".", " ", "?", "b. c"],
    "bullets": ["-", " ", "a", "\n", "- "],
    "numbered": ["1", ".", " ", "a", "\n", "1. "],
    "json": ['{"answer"', ":", '"', "a", "\\", '"}', "}", " "],
}
VALUES = {
    "language": ("French",),
    "begins": ("Ab",),
    "ends": ("A b.",),
    "wrapped": ("<a", ">."),
    "without mark": (",",),
    "without word": ("the",),
    "with word": ("the",),
    "with phrase": (":)",),
    "at most": ("2",),
}
CLOSINGS = [
    "",
    " la le",
    " la la ",
    " the ",
    "A",
    "a",
    " a.",
    "a.",
    " A b.",
    "a A b.",
    "a>.",
    "<a a>.",
    ":)",
]
CLOSINGS += [
    '"answer":"a"}',
    ':"a"}',
    '"a"}',
    'a"}',
    '"}',
    "}",
    "- a",
    " a",
    "1. a",
    "b",
    "b:",
    " b",
    "?",
]
DEPTH = 4


def small(check: str) -> Instruction:
    return Instruction(check, "", "", "", check, VALUES.get(check, ()))


@pytest.mark.parametrize("check", CHECKS)
def test_doomed_and_settled_are_what_enumeration_says(check: str) -> None:
    """Among all strings of pieces: a prefix is doomed exactly where nothing behind it complies."""
    instruction = small(check)
    automaton = automaton_of(instruction)
    pieces = PIECES[check]
    texts = ["".join(parts) for n in range(DEPTH + 1) for parts in product(pieces, repeat=n)]
    rest = ["".join(parts) for n in range(3) for parts in product(pieces, repeat=n)]
    rest += [r + c for r in rest for c in CLOSINGS]
    met = Counter[int]()
    for text in texts:
        state = automaton.advance(automaton.start, text.encode())
        met[state] += 1
        if met[state] > 3:
            continue  # what may follow depends on the state alone, as agreement on any text shows
        after = [complies(instruction, text + r) for r in rest]
        assert automaton.doomed(state) == (not any(after)), repr(text)
        assert automaton.settled(state) == all(after), repr(text)
    assert len(met) > 2


LETTERS = st.text(
    st.sampled_from("aAbBtThHeElLiIsS .,:;!?#>()[]<>\"\\{}-1\n\u00e9\u00c9\u4e2d_'*"), max_size=14
)
PHRASES = [r for id in ALL for r in [*PASSING[id], *FAILING[id]]]
TEXTS = st.lists(st.one_of(LETTERS, st.sampled_from(PHRASES), st.text(max_size=4)), max_size=3).map(
    "".join
)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from(list(ALL)))
def test_automaton_and_checker_agree_on_any_text(text: str, id: str) -> None:
    automaton = automaton_of(ALL[id])
    state = automaton.start
    doomed = settled = False
    data = text.encode()
    for byte in data:
        state = automaton.advance(state, bytes([byte]))
        assert automaton.doomed(state) >= doomed
        assert automaton.settled(state) >= settled
        doomed, settled = automaton.doomed(state), automaton.settled(state)
    right = complies(ALL[id], text)
    assert automaton.may_end(state) == right
    assert not (right and doomed)
    assert right or not settled
    assert automaton.advance(automaton.start, data) == state


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(list(ALL)))
def test_on_one_line_a_newline_ends_the_reply(text: str, id: str) -> None:
    automaton = automaton_of(ALL[id], one_line=True)
    line = re.split("[\n\r\u2028\u2029]", text)[0]
    end = automaton.advance(automaton.start, text.encode())
    assert automaton.may_end(end) == complies(ALL[id], line)


@pytest.mark.parametrize("id", ALL)
def test_an_empty_line_complies_with_nothing(id: str) -> None:
    automaton = automaton_of(ALL[id], one_line=True)
    assert automaton.doomed(automaton.advance(automaton.start, b" \nAnswer: a"))


BYTES = st.binary(max_size=8)


@settings(max_examples=60, deadline=None)
@given(BYTES, st.sampled_from(list(ALL)))
def test_bytes_that_are_no_text_read_as_they_decode(data: bytes, id: str) -> None:
    automaton = automaton_of(ALL[id])
    end = automaton.advance(automaton.start, data)
    assert automaton.may_end(end) == complies(ALL[id], data.decode(errors="replace"))


VOCABULARY = Vocabulary(
    [
        None,
        b"",
        *(bytes([b]) for b in range(256)),
        *(
            t.encode()
            for t in ("the", " the", "The", "Answer", ":", "Answer: a", " \n", "\n\n", "é")
        ),
        *(
            t.encode()
            for t in ("- ", "1.", '{"', '"}', "answer", "le ", " la ", "est", ". The", "?", "...")
        ),
        "é".encode()[:1] + b"a",
        b" " + "中".encode()[:2],
        "中".encode()[1:] + b", The",
        b"\xff\xc3",
        *(t.encode() for t in "中ÉßĲ１ǅʰ\u0301\u2028\x1f"),
    ]
)


def check_sets(id: str, before: bytes, one_line: bool) -> None:
    """The sets behind a beginning, against each token read by itself."""
    automaton = automaton_of(ALL[id], one_line=one_line)
    plain: Automaton = automaton_of(ALL[id], one_line=one_line)
    state = automaton.advance(automaton.start, before)
    fates = automaton.fates(state, VOCABULARY)
    for token, data in enumerate(VOCABULARY.token_bytes):
        after = plain.advance(plain.start, before + (data or b""))
        doomed, settled = plain.doomed(after), plain.settled(after)
        if not data:
            doomed, settled = not plain.may_end(after), plain.may_end(after)
        assert (token in fates.violating) == doomed, data
        assert (token in fates.settling) == settled, data
    assert automaton.violating(state, VOCABULARY) is fates.violating
    assert automaton.settling(state, VOCABULARY) is fates.settling


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(2, len(VOCABULARY) - 1), max_size=4),
    st.sampled_from(list(ALL)),
    st.booleans(),
)
def test_the_sets_are_what_each_token_does(path: list[int], id: str, one_line: bool) -> None:
    before = b"".join(VOCABULARY.token_bytes[token] or b"" for token in path)
    check_sets(id, before, one_line)


@pytest.mark.parametrize("id", ALL)
def test_the_sets_along_replies_are_what_each_token_does(id: str) -> None:
    for reply in [*PASSING[id][:2], FAILING[id][0]]:
        data = reply.encode()
        for end in (len(data) // 2, len(data) - 1, len(data)):
            check_sets(id, data[:end], one_line=False)


@pytest.mark.parametrize("id", ALL)
def test_no_token_of_a_reply_that_complies_is_violating(id: str) -> None:
    automaton = automaton_of(ALL[id])
    state = automaton.start
    for byte in comply(ALL[id], topics()[3]).encode():
        assert byte + 2 not in automaton.violating(state, VOCABULARY)
        state = automaton.advance(state, bytes([byte]))
    assert 0 not in automaton.violating(state, VOCABULARY)


def test_equal_sets_are_one_object() -> None:
    automaton = automaton_of(ALL["without-comma"])
    one = automaton.advance(automaton.start, b"a")
    assert automaton.violating(one, VOCABULARY) is automaton.violating(
        automaton.advance(one, b"b"), VOCABULARY
    )


def test_words_that_do_not_matter_are_one_state() -> None:
    automaton = automaton_of(ALL["without-the"])
    ends = {automaton.advance(automaton.start, word) for word in (b"xylo", b"phone", b"thyme")}
    assert len(ends) == 1


def test_openings_decide_at_once() -> None:
    for instruction in instructions():
        assert decided_first(instruction) == (instruction.family == "start")


def test_the_page_lists_the_instructions_and_the_checks() -> None:
    page = Path(__file__).parents[2] / "docs" / "instructions.md"
    text = page.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \| (.*) \| (.*) \| (.*) \|$", text, re.MULTILINE)
    told = [tuple(cell.replace("`", "") for cell in row) for row in rows]
    assert told == [(i.id, i.family, i.text, i.short, i.check) for i in instructions()]
    checks = text.split("## The instructions")[0]
    assert re.findall(r"^\| `([\w ]+)` \| .* \|$", checks, re.MULTILINE) == list(CHECKS)
