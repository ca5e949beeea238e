"""Checkups: every way of failing on a bounded budget of time, and one page on all of them."""

from misspoke.checkups.checking import Checkup, checkup

__all__ = ["Checkup", "checkup"]
