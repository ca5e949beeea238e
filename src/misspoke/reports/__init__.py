"""Reports: run folders and rows drawn for the terminal, as pictures and as one HTML page."""

from misspoke.reports.election import election
from misspoke.reports.html import write_report
from misspoke.reports.picture import svg
from misspoke.reports.terminal import example_lines, summary_table

__all__ = ["election", "example_lines", "summary_table", "svg", "write_report"]
