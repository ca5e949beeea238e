"""The other failure modes judged: rows of a probe to figures, remedies and a verdict.

Each mode is one module that makes `Findings` of its rows; what all of them say has one shape, so
that one terminal, one page and one comparison serve them.
"""
