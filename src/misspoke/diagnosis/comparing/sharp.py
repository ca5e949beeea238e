"""What the tempered control reads of a run: its curves, and its wrong winners."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from misspoke.diagnosis.comparing.pairing import Places
from misspoke.diagnosis.comparing.temperatures import Curves, read_curves
from misspoke.diagnosis.outcomes import Bools, Floats
from misspoke.diagnosis.rows import Rows


@dataclass(frozen=True, slots=True)
class Sharp:
    """What the control needs of one run, for n questions."""

    curves: Curves
    known: Bools
    """P-mass at least τ."""
    wrong: Bools
    """Wrong answers whose first content token is wrong and follows no opener."""
    behind_opener: Bools
    winner: Floats
    top: Sequence[Floats]
    """Of each row that is `wrong`, the probabilities of the stored tokens; else empty."""

    @property
    def now(self) -> Floats:
        """The entropies (n,) at temperature 1."""
        entropies: Floats = self.curves.entropy[:, self.curves.at_one]
        return entropies

    def at(self, places: Places) -> "Sharp":
        """The rows at some places."""
        curves = Curves(self.curves.grid, self.curves.mass[places], self.curves.entropy[places])
        top = [self.top[place] for place in places]
        return Sharp(
            curves,
            self.known[places],
            self.wrong[places],
            self.behind_opener[places],
            self.winner[places],
            top,
        )


def read_sharp(rows: Rows, tau: float) -> Sharp | None:
    """Read what the control needs of a run; None where it has no tempered masses."""
    curves = read_curves(rows)
    if curves is None:
        return None
    begins_wrong = rows.wrong & ~(rows.floats("content_winner_is_gold") > 0)
    bare = rows.floats("content_step") == rows.floats("answer_step")
    wrong = begins_wrong & bare
    return Sharp(
        curves=curves,
        known=rows.first.lower >= tau,
        wrong=wrong,
        behind_opener=begins_wrong & ~bare,
        winner=rows.floats("content_winner_prob"),
        top=_top(rows, wrong),
    )


def _top(rows: Rows, among: Bools) -> list[Floats]:
    """The stored tokens' probabilities of the rows `among` (n,); empty arrays elsewhere."""
    nothing = np.zeros(0)
    found: list[Floats] = [nothing] * rows.n
    for within, batch in rows.batches("top_tokens"):
        probs = batch["top_tokens"]
        for place in np.flatnonzero(among[within]).tolist():
            stored = probs[place].struct.field("prob").to_numpy()
            found[within.start + place] = np.asarray(stored, dtype=np.float64)
    return found
