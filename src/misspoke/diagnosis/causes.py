"""Why the right answer lost, where the model knew it."""

from misspoke.diagnosis.outcomes import UNDETERMINED
from misspoke.records import Interval

MINORITY_BELIEF = "minority_belief"
SPLIT_VOTE = "split_vote"
GREEDY_MISS = "greedy_miss"

CAUSES = (MINORITY_BELIEF, SPLIT_VOTE, GREEDY_MISS, UNDETERMINED)


def cause(
    gold: Interval, emitted: Interval, top_gold_form: Interval, emitted_form: Interval
) -> str:
    """Name the cause of a commitment failure, one of `CAUSES`.

    `gold` is the mass of the heaviest group of right spellings, `emitted` that of the emitted
    answer's class; `top_gold_form` is the mass of the heaviest single right string, `emitted_form`
    that of the emitted string itself.

    - `minority_belief`: the model believed the wrong answer at least as much; no pooling of
      spellings can mend that.
    - `split_vote`: the right meaning outweighs the wrong one, but the emitted string outweighs
      every single right string: the vote was lost to spelling.
    - `greedy_miss`: some right string outweighs the emitted one; the walk token by token missed it.
    - `undetermined`: the intervals overlap.
    """
    if gold.upper <= emitted.lower:
        return MINORITY_BELIEF
    if gold.lower > emitted.upper:
        if emitted_form.lower > top_gold_form.upper:
            return SPLIT_VOTE
        if top_gold_form.lower > emitted_form.upper:
            return GREEDY_MISS
    return UNDETERMINED
