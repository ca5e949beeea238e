"""Reports: run folders and rows drawn for the terminal, as pictures and as one HTML page."""

from misspoke.reports.charts import pareto_chart
from misspoke.reports.decoders_html import write_decoders_report
from misspoke.reports.decoders_terminal import decoder_examples, decoders_table
from misspoke.reports.election import election
from misspoke.reports.html import write_report
from misspoke.reports.picture import svg
from misspoke.reports.terminal import example_lines, summary_table

__all__ = [
    "decoder_examples",
    "decoders_table",
    "election",
    "example_lines",
    "pareto_chart",
    "summary_table",
    "svg",
    "write_decoders_report",
    "write_report",
]
