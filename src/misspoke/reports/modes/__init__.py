"""What probes found, drawn: for the terminal, for a notebook, and as a page.

One shape serves all modes (`diagnosis.modes.findings`): nothing here knows which one it draws.
"""

from misspoke.reports.modes.html import write_findings_report
from misspoke.reports.modes.terminal import findings_tables

__all__ = ["findings_tables", "write_findings_report"]
