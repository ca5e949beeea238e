"""One question observed: greedy answer, string masses and candidates, on one token tree."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from misspoke.concepts import Event, Scanner, Vocabulary
from misspoke.concepts.answer_step import answer_start
from misspoke.concepts.reading import read_whole
from misspoke.concepts.refusals import abstains
from misspoke.concepts.surface import closure
from misspoke.concepts.text import answer_end, head
from misspoke.lm import Context, LanguageModel, Path, Want
from misspoke.observing.first_token import FirstToken
from misspoke.observing.gold import Gold
from misspoke.observing.starts import Openers, Starts
from misspoke.records import Question
from misspoke.search import (
    AnswerLimits,
    Answers,
    Greedy,
    Search,
    StringMass,
    TokenTree,
    answer_search,
    greedy,
    string_mass,
    together,
)

TEMPERATURES = (0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
TOP_TOKENS = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the searches of one question go."""

    epsilon: float = 0.005
    """Width at which a string mass is known well enough."""
    mass_nodes: int = 96
    """Distributions that the string masses may read."""
    answer_tokens: int = 32
    """Longest greedy answer."""
    answers: AnswerLimits = field(default_factory=AnswerLimits)


class Instruments:
    """What observing needs of a model once: its vocabulary's tables, first tokens, openers."""

    def __init__(
        self, lm: LanguageModel, limits: Limits | None = None, layers: Sequence[int] = ()
    ) -> None:
        self.lm = lm
        self.limits = limits or Limits()
        self.before = Want(layers=frozenset(layers))
        """What is wanted behind the prompt, before anything is generated: hidden states."""
        self.scanner = Scanner(Vocabulary(lm.tokenizer.token_bytes))
        self.starts = Starts(lm.tokenizer)
        self.openers = Openers(self.scanner)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question's rendered prompt and its tokens."""

    text: str
    context: Context


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the searches of one question found, before it is judged."""

    question: Question
    prompt: Prompt
    gold: Gold
    tree: TokenTree
    greedy: Greedy
    root: Path
    """What was emitted before the answer step."""
    answer: str
    accepted: int | None
    """The gold form that the emitted text belongs to."""
    abstained: bool
    mass: StringMass
    answers: Answers
    first: FirstToken


def investigate(
    instruments: Instruments, question: Question, prompt: Prompt, tree: TokenTree
) -> Search[Findings]:
    """The searches of one question: greedy first, then string masses and answers together."""
    limits = instruments.limits
    gold = Gold.of(question)
    event = Event(gold.forms)
    first = FirstToken(
        instruments.starts, instruments.openers, gold.forms, prompt.text.encode()[-64:], ()
    )
    emitted = yield from greedy(
        tree,
        want=lambda path: _greedy_want(instruments, tree, first, event, path),
        stop=lambda path: _has_ended(tree, event, question, path),
        max_tokens=limits.answer_tokens,
    )
    root = _answer_root(tree, question, emitted.tokens)
    first = FirstToken(first.starts, first.openers, gold.forms, first.prompt_end, root)
    before_content = emitted.tokens[:-1][: first.content_start(emitted.tokens)]
    yield {before_content: Want(top=TOP_TOKENS, entropy=True)}
    answer, accepted = _read_answer(tree, event, root, emitted.tokens)
    abstained = accepted is None and abstains(answer)
    rival = () if accepted is not None else tuple(form.text for form in closure(head(answer)))
    whole = Event(gold.forms, rival) if rival else event
    mass, answers = yield from together(
        string_mass(
            tree,
            root,
            whole,
            instruments.scanner,
            epsilon=limits.epsilon,
            budget=limits.mass_nodes,
            enrich=lambda path: _mass_want(instruments, tree, first, path),
        ),
        answer_search(tree, root, emitted.tokens, read_whole, limits.answers),
    )
    assert isinstance(mass, StringMass)  # noqa: S101 - for the type checker
    assert isinstance(answers, Answers)  # noqa: S101
    return Findings(
        question, prompt, gold, tree, emitted, root, answer, accepted, abstained, mass, answers,
        first,
    )  # fmt: skip


def _greedy_want(
    instruments: Instruments, tree: TokenTree, first: FirstToken, event: Event, path: Path
) -> Want:
    """What is worth knowing on the greedy path: most of it is what the later searches ask for."""
    want = Want(top=instruments.limits.answers.top, tokens=first.tokens(tree, path))
    if not path:
        want |= instruments.before
    state = event.advance(event.start, tree.data(path))
    if state and not event.decided(state):
        scan = instruments.scanner.scan(event, state)
        want |= Want(
            tokens=frozenset(scan.tokens), sets=frozenset(tokens for tokens, _, _ in scan.sets)
        )
    return want | _opener_want(tree, first, path)


def _mass_want(instruments: Instruments, tree: TokenTree, first: FirstToken, path: Path) -> Want:
    """What is worth knowing where a mass is read: the answer search will ask for its top tokens."""
    return Want(top=instruments.limits.answers.top) | _opener_want(tree, first, path)


def _opener_want(tree: TokenTree, first: FirstToken, path: Path) -> Want:
    """What the first-token measures need at the answer step and behind its openers."""
    shallow = len(path) <= len(first.root) + 3
    if not first.is_opener_path(path):
        return Want(entropy=shallow)
    tokens = first.tokens(tree, path) | first.openers.tokens
    return Want(
        top=TOP_TOKENS if path == first.root else 0,
        entropy=True,
        tokens=tokens,
        temperatures=TEMPERATURES,
        tempered=tokens,
    )


def _has_ended(tree: TokenTree, event: Event, question: Question, path: Path) -> bool:
    """Whether the greedy answer has ended, and it is settled whether it is right."""
    data = tree.data(path)
    text = data.decode(errors="ignore")
    start = answer_start(text, question.question, question.stem)
    if answer_end(text[start:]) is None:
        return False
    return event.decided(event.advance(event.start, data[len(text[:start].encode()) :]))


def _answer_root(tree: TokenTree, question: Question, tokens: Path) -> Path:
    """The emitted tokens before the answer step."""
    text = tree.data(tokens).decode(errors="replace")
    start = len(text[: answer_start(text, question.question, question.stem)].encode())
    written = count = 0
    for token in tokens:
        data = tree.token_bytes[token]
        if not data or written + len(data) > start:
            break
        written += len(data)
        count += 1
    return tokens[:count]


def _read_answer(tree: TokenTree, event: Event, root: Path, tokens: Path) -> tuple[str, int | None]:
    """The answer's text, cut at its end, and the gold form that the emitted text belongs to."""
    data = tree.data(tokens, len(root))
    text = data.decode(errors="replace")
    end = answer_end(text)
    accepted = event.accepted(event.end(event.advance(event.start, data)))
    return text[:end].strip(), accepted


def tokens_text(token_bytes: Sequence[bytes | None], tokens: Sequence[int]) -> tuple[str, ...]:
    """How tokens read; one that ends the text reads as an empty string."""
    return tuple((token_bytes[t] or b"").decode(errors="replace") for t in tokens)
