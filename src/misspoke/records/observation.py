"""One row of a run: what was measured on one question, with its judgement at τ = 0.2.

Field names are the columns of answers.parquet where they are scalars or lists; an `Interval` field
`x` is stored as the columns `x_lower` and `x_upper`.
"""

from dataclasses import dataclass

from misspoke.records.interval import Interval


@dataclass(frozen=True, slots=True)
class FormMass:
    """The mass of the texts that belong to one surface form: the forms partition the event."""

    form: str
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class TokenProb:
    """A token's text and its probability."""

    token: str
    prob: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that the search found; `concept` numbers its class of spellings."""

    answer: str
    prob: float
    concept: int
    meaning: int
    """Its class by the rules that decoders use (docs/equivalence.md), which join more."""


@dataclass(frozen=True, slots=True)
class DrawnAnswer:
    """An answer drawn at temperature 1, behind the same prompt."""

    answer: str
    """Read closely: without what echoes the question, up to the end of its head."""
    tokens: tuple[int, ...]
    """All that was drawn, the token that ended it included."""
    logprob: float
    """The sum over these tokens."""
    meaning: int
    """Its class among the drawn answers, by the rules that decoders use."""
    agrees: bool
    """By the same rules it is the greedy answer."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What could not be measured for the detectors, and why."""

    what: str
    """samples, truth or states."""
    reason: str


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A computed prefix: its parent's place in the list (-1: the prompt), its last token's id."""

    parent: int
    token: int
    logprob: float | None
    """Of the last token behind its parent; None where no search read it."""
    text: str
    """How the token reads; empty where it ends the text."""


@dataclass(frozen=True, slots=True)
class TemperedMass:
    """Content first-token P-mass and entropy at the answer step, at another temperature."""

    temperature: float
    p_mass_first: float
    entropy: float


@dataclass(frozen=True, slots=True)
class Observation:
    """What was measured on one question, and its judgement at τ = 0.2 (docs/measures.md)."""

    id: str
    question: str
    relation: str | None
    gold: tuple[tuple[str, ...], ...]
    several_groups: bool
    forms: tuple[str, ...]
    prompt: str
    prompt_tokens: tuple[int, ...]

    answer: str
    answer_tokens: tuple[int, ...]
    """Every emitted token, the one that ended the answer included."""
    answer_logprobs: tuple[float, ...]
    answer_entropies: tuple[float | None, ...]
    answer_step: int
    content_step: int
    """The step of the first content token, behind openers."""
    answer_end: int
    """The step whose token ended the answer; more may follow, to settle whether it is right."""
    near_tie: bool
    correct: bool
    abstained: bool

    outcome: str
    outcome_first: str
    outcome_first_literal: str
    cause: str | None
    cause_by_rules: str | None
    lost_midway: bool
    lost_step: int | None
    """The step of the answer, counted from 1, whose token left the last gold form's path."""
    lost_mass: float | None
    """Lower bound of the gold mass, given what was emitted before that step."""
    alias_gap: bool

    p_mass: Interval
    p_mass_closed: Interval
    budget_spent: bool
    mass_nodes: int
    """Distributions that the string mass read."""
    p_mass_first: float
    p_mass_first_upper: float
    first_tokens: tuple[str, ...]
    first_token_probs: tuple[float, ...]
    p_mass_first_literal: float
    form_masses: tuple[FormMass, ...]
    top_form: str | None
    top_form_prob: float | None
    top_form_share: float | None
    effective_forms: float | None
    top_first_token_prob: float | None
    top_first_token_share: float | None
    effective_first_tokens: float | None

    gold_mass: Interval
    gold_mass_by_rules: Interval
    """The heaviest single spelling of the heaviest group, closed by rules alone."""
    emitted_mass: Interval
    emitted_form_mass: Interval
    """The mass of the emitted string itself."""
    top_form_by_rules_prob: float | None

    winner_token: str
    winner_prob: float
    content_winner_token: str
    content_winner_prob: float
    """Joint with the openers before it, as the content P-mass is."""
    content_winner_is_gold: bool
    top_tokens: tuple[TokenProb, ...]
    token_entropy: float | None
    top_entropy: float | None
    """Of the 100 most probable tokens at `content_step`, as a share of log 100."""
    on_path_entropy_1: float | None
    on_path_entropy_2: float | None
    on_path_entropy_1_weighted: float | None
    on_path_entropy_2_weighted: float | None
    candidates: tuple[Candidate, ...]
    residual: float
    answer_meaning: int | None
    """The greedy answer's class among the candidates' meanings."""
    rival_mass: float
    """The heaviest meaning among the candidates that holds no right answer."""
    search_tokens: int
    """Tokens that the answer search reads beyond the prompt and the greedy answer."""
    nodes: tuple[TreeNode, ...]
    tempered: tuple[TemperedMass, ...]
    trajectory: tuple[float, ...]
    forward_tokens: int

    samples: tuple[DrawnAnswer, ...]
    """Empty where none were asked for, or `missing` says why not."""
    sample_tokens: int | None
    """Tokens that the samples read beyond the prompt and the greedy answer."""
    p_true: Interval | None
    """The mass of calling the greedy answer true, over all ways to say so (docs/detectors.md)."""
    p_false: Interval | None
    p_true_literal: float | None
    """The probability of the one token "True"."""
    truth_tokens: int | None
    """Tokens that asking for it took."""
    missing: tuple[Missing, ...]
