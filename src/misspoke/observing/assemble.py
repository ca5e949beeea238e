"""Findings to an observation: every column of a row, and its judgement at τ = 0.2."""

from dataclasses import dataclass
from math import exp

from misspoke.concepts.event import State
from misspoke.diagnosis.causes import cause
from misspoke.diagnosis.flags import alias_gap
from misspoke.diagnosis.outcomes import TAU, outcome
from misspoke.lm import NextTokens, Path
from misspoke.measures.concentration import concentrate
from misspoke.measures.uncertainty import normalised_entropy
from misspoke.observing.detecting import NO_EXTRA, Extra
from misspoke.observing.meanings import answer_meaning, end_step, meant, rival_mass
from misspoke.observing.observe import TOP_TOKENS, Findings, tokens_text
from misspoke.records import NOTHING, Interval
from misspoke.records.observation import (
    FormMass,
    Observation,
    TemperedMass,
    TokenProb,
    TreeNode,
)

NEAR_TIE = 1e-3
"""A lead in log-probability that batch size can overturn."""


def assemble(found: Findings, extra: Extra = NO_EXTRA) -> Observation:
    """The row of one question, with what was measured for detectors."""
    masses = _masses(found)
    step = found.first.content_start(found.greedy.tokens)
    literal = _literal(found)
    p_literal = min(1.0, sum(prob for _, prob in literal))
    p_first = found.first.content(found.tree)
    strings = concentrate(masses.top_group)
    firsts = concentrate([prob for _, prob in literal])
    correct = found.accepted is not None
    lost = _lost(found, step)
    wrong = not correct and not found.abstained
    token_bytes = found.tree.token_bytes
    root = found.tree[found.root]
    weighted = _weighted_entropies(found)
    outcomes = [
        outcome(correct, found.abstained, mass, TAU)
        for mass in (found.mass.gold, p_first, Interval(p_literal, p_literal))
    ]
    failed = outcomes[0] == "commitment_failure"
    candidates = meant(found.question, found.answers.found)
    truth = extra.truth
    return Observation(
        id=found.question.id,
        question=found.question.question,
        relation=found.question.relation,
        gold=found.gold.groups,
        several_groups=len(found.gold.groups) > 1,
        forms=found.gold.forms,
        prompt=found.prompt.text,
        prompt_tokens=found.prompt.context.tokens,
        answer=found.answer,
        answer_tokens=found.greedy.tokens,
        answer_logprobs=found.greedy.logprobs,
        answer_entropies=found.greedy.entropies,
        answer_step=len(found.root) + 1,
        content_step=min(step + 1, len(found.greedy.tokens)),
        answer_end=end_step(found),
        near_tie=found.greedy.margin < NEAR_TIE,
        correct=correct,
        abstained=found.abstained,
        outcome=outcomes[0],
        outcome_first=outcomes[1],
        outcome_first_literal=outcomes[2],
        cause=cause(masses.gold, masses.emitted, masses.top_form, masses.emitted_form)
        if failed
        else None,
        cause_by_rules=cause(
            masses.by_rules, masses.emitted, masses.top_form_by_rules, masses.emitted_form
        )
        if failed
        else None,
        lost_midway=wrong and lost is not None,
        lost_step=lost[0] if wrong and lost else None,
        lost_mass=lost[1] if wrong and lost else None,
        alias_gap=wrong and alias_gap(found.answer, found.gold.forms),
        p_mass=found.mass.gold,
        p_mass_closed=found.mass.closed_interval(found.mass.event.gold_mask),
        budget_spent=found.mass.spent,
        mass_nodes=found.mass.nodes,
        p_mass_first=p_first.lower,
        p_mass_first_upper=p_first.upper,
        first_tokens=tokens_text(token_bytes, [token for token, _ in literal]),
        first_token_probs=tuple(prob for _, prob in literal),
        p_mass_first_literal=p_literal,
        form_masses=masses.forms,
        top_form=found.gold.forms[masses.top_index] if strings else None,
        top_form_prob=strings.top if strings else None,
        top_form_share=strings.share if strings else None,
        effective_forms=strings.effective if strings else None,
        top_first_token_prob=firsts.top if firsts else None,
        top_first_token_share=firsts.share if firsts else None,
        effective_first_tokens=firsts.effective if firsts else None,
        gold_mass=masses.gold,
        gold_mass_by_rules=masses.by_rules,
        emitted_mass=masses.emitted,
        emitted_form_mass=masses.emitted_form,
        top_form_by_rules_prob=masses.top_form_by_rules.lower,
        winner_token=tokens_text(token_bytes, [root.top[0][0]])[0],
        winner_prob=exp(root.top[0][1]),
        content_winner_token=tokens_text(token_bytes, found.greedy.tokens[step : step + 1] or (0,))[
            0
        ],
        content_winner_prob=_joint(found, step),
        content_winner_is_gold=bool(_gold_state(found, step + 1)),
        top_tokens=tuple(
            TokenProb(text, exp(logprob))
            for text, (_, logprob) in zip(
                tokens_text(token_bytes, [t for t, _ in root.top]), root.top, strict=True
            )
        ),
        token_entropy=root.entropy,
        top_entropy=_top_entropy(found.tree[found.greedy.tokens[:-1][:step]]),
        on_path_entropy_1=_on_path_entropy(found, step, 1),
        on_path_entropy_2=_on_path_entropy(found, step, 2),
        on_path_entropy_1_weighted=weighted[0],
        on_path_entropy_2_weighted=weighted[1],
        candidates=candidates,
        residual=found.answers.residual,
        answer_meaning=answer_meaning(found.answer, candidates),
        rival_mass=rival_mass(found.mass.event, candidates),
        search_tokens=found.answers.expanded,
        nodes=_nodes(found),
        tempered=tuple(TemperedMass(*row) for row in found.first.tempered(found.tree)),
        trajectory=_trajectory(found),
        forward_tokens=found.tree.forwarded + (truth.tokens if truth else 0),
        samples=extra.samples,
        sample_tokens=extra.sample_tokens,
        p_true=truth.true if truth else None,
        p_false=truth.false if truth else None,
        p_true_literal=truth.literal if truth else None,
        truth_tokens=truth.tokens if truth else None,
        missing=extra.missing,
    )


@dataclass(frozen=True, slots=True)
class _Masses:
    forms: tuple[FormMass, ...]
    gold: Interval
    by_rules: Interval
    emitted: Interval
    emitted_form: Interval
    top_index: int
    top_form: Interval
    top_form_by_rules: Interval
    top_group: list[float]
    """The lower masses of the heaviest group's forms; other forms count 0."""


def _masses(found: Findings) -> _Masses:
    """The masses of groups, forms and the emitted class.

    The heaviest group's interval spans what any group may weigh. On a right answer the emitted
    class is the group of the form that was emitted.
    """
    mass, gold = found.mass, found.gold
    groups = [mass.interval(mask) for mask in gold.group_masks]
    heaviest = max(range(len(groups)), key=lambda i: groups[i].lower)
    lower = [
        mass.lower[i] if gold.group_masks[heaviest] >> i & 1 else 0.0
        for i in range(len(gold.forms))
    ]
    top = max(range(len(lower)), key=lower.__getitem__)
    if found.accepted is not None:
        own = next(m for m in gold.group_masks if m >> found.accepted & 1)
        emitted, emitted_form = mass.interval(own), mass.interval(1 << found.accepted)
    else:
        event = mass.event
        data = found.tree.data(found.greedy.tokens, len(found.root))
        said = event.accepted(event.end(event.advance(event.start, data)))
        emitted = mass.emitted
        emitted_form = NOTHING if said is None else mass.interval(1 << said)
    by_rules, top_by_rules = _by_rules(found, heaviest)
    return _Masses(
        forms=tuple(
            FormMass(form, interval.lower, interval.upper)
            for i, form in enumerate(gold.forms)
            for interval in (mass.interval(1 << i),)
        ),
        gold=Interval(groups[heaviest].lower, max(group.upper for group in groups)),
        by_rules=by_rules,
        emitted=emitted,
        emitted_form=emitted_form,
        top_index=top,
        top_form=mass.interval(1 << top),
        top_form_by_rules=top_by_rules,
        top_group=lower,
    )


def _by_rules(found: Findings, heaviest: int) -> tuple[Interval, Interval]:
    """The heaviest single spelling of the heaviest group, closed by rules alone; its top form.

    A shorter alias takes the mass of the longer forms that it begins, so its mass counts into the
    upper bound.
    """
    mass, forms = found.mass, found.gold.forms
    best, top = NOTHING, NOTHING
    for mask in found.gold.spelling_masks[heaviest]:
        members = [form for i, form in enumerate(forms) if mask >> i & 1]
        shadows = sum(
            1 << i
            for i, form in enumerate(forms)
            if not mask >> i & 1 and any(member.startswith(form) for member in members)
        )
        upper = min(1.0, mass.interval(mask).upper + mass.interval(shadows).upper)
        own = Interval(mass.interval(mask).lower, upper)
        if own.lower > best.lower or best is NOTHING:
            best = own
            top = max(
                (mass.interval(1 << i) for i in range(len(forms)) if mask >> i & 1),
                key=lambda interval: interval.lower,
                default=NOTHING,
            )
    return best, top


def _top_entropy(node: NextTokens) -> float | None:
    """Of the `TOP_TOKENS` most probable tokens; None where the model hides some of them."""
    if node.unrevealed and len(node.top) < TOP_TOKENS:
        return None
    return normalised_entropy([exp(logprob) for _, logprob in node.top[:TOP_TOKENS]])


def _gold_state(found: Findings, count: int) -> State | None:
    """The event's state after the first `count` emitted tokens, if gold can still be reached."""
    event = found.mass.event
    data = found.tree.data(found.greedy.tokens[:count], len(found.root))
    state = event.advance(event.start, data)
    return state if event.reach(state) & event.gold_mask else None


def _joint(found: Findings, step: int) -> float:
    """The probability of the emitted tokens from the answer step to the first content token."""
    return exp(sum(found.greedy.logprobs[len(found.root) : step + 1]))


def _literal(found: Findings) -> list[tuple[int, float]]:
    """The literal S at the answer step, with probabilities, the most probable first."""
    node = found.tree[found.root]
    tokens = found.first.tokens(found.tree, found.root)
    probs = [(t, exp(node.logprobs[t])) for t in tokens if t in node.logprobs]
    return sorted(probs, key=lambda entry: (-entry[1], entry[0]))


def _lost(found: Findings, step: int) -> tuple[int, float] | None:
    """Where an answer that began on a gold form's path left it, and the gold mass left there."""
    tokens = found.greedy.tokens
    if step >= len(tokens) or _gold_state(found, step + 1) is None:
        return None
    at = step + 1
    while at < len(tokens) and _gold_state(found, at + 1) is not None:
        at += 1
    prob = exp(sum(found.greedy.logprobs[len(found.root) : at]))
    return at + 1, min(1.0, found.mass.below(tokens[:at]) / prob) if prob else 0.0


def _on_path_entropy(found: Findings, step: int, count: int) -> float | None:
    """The entropy after `count` content tokens of the greedy answer, all on a gold path."""
    at = step + count
    if at >= len(found.greedy.entropies) or _gold_state(found, at) is None:
        return None
    return found.greedy.entropies[at]


def _weighted_entropies(found: Findings) -> tuple[float | None, float | None]:
    """Entropies after 1 and 2 content tokens on a gold path, weighted by the paths' probability."""
    event = found.mass.event
    sums = [[0.0, 0.0], [0.0, 0.0]]
    probs: dict[Path, float] = {found.root: 1.0}
    for path in found.tree.paths():
        if len(path) <= len(found.root) or path[: len(found.root)] != found.root:
            continue
        logprob, above = found.tree.logprob(path), probs.get(path[:-1])
        if logprob is None or above is None:
            continue
        probs[path] = above * exp(logprob)
        behind = path[len(found.root) :]
        content = len(behind)
        while content and behind[len(behind) - content] in found.first.openers.tokens:
            content -= 1
        entropy = found.tree[path].entropy
        if content not in (1, 2) or entropy is None:
            continue
        state = event.advance(event.start, found.tree.data(behind))
        if event.reach(state) & event.gold_mask:
            sums[content - 1][0] += probs[path] * entropy
            sums[content - 1][1] += probs[path]
    one, two = (total / weight if weight else None for total, weight in sums)
    return one, two


def _nodes(found: Findings) -> tuple[TreeNode, ...]:
    """The computed prefixes, each behind its parent."""
    places: dict[Path, int] = {(): -1}
    nodes: list[TreeNode] = []
    for path in found.tree.paths():
        if path:
            places[path] = len(nodes)
            parent = places.get(path[:-1], -1)
            [text] = tokens_text(found.tree.token_bytes, path[-1:])
            nodes.append(TreeNode(parent, path[-1], found.tree.logprob(path), text))
    return tuple(nodes)


def _trajectory(found: Findings) -> tuple[float, ...]:
    """Content first-token P-mass at each step of the answer, behind no further opener."""
    masses: list[float] = []
    for step in range(len(found.greedy.tokens)):
        path = found.greedy.tokens[:step]
        known = found.tree[path].logprobs
        wanted = found.first.tokens(found.tree, path) - found.first.openers.tokens
        masses.append(min(1.0, sum(exp(known[t]) for t in wanted if t in known)))
    return tuple(masses)
