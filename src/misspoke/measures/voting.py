"""Votes: how sure a lead is."""


def lead_probability(first: int, second: int) -> float:
    """The probability that the answer with `first` votes is the more probable of two.

    ∫ over p < 1/2 of Beta(p; second + 1, first + 1): the Beta rule of ASC (Aggarwal et al. 2023,
    arXiv 2305.11860), from a uniform prior over the share of the second.
    """
    from scipy.special import betainc

    return float(betainc(second + 1, first + 1, 0.5))
