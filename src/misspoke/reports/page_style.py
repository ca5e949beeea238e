"""The style sheet of the HTML page: light and dark, and fit to print."""

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #fbfaf7; --ink: #22242a; --faint: #666a73; --line: #dcd9d0; --panel: #f2f0ea;
  --gold: #2673b8; --wrong: #c26a12; --other: #9a9a96;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #17181c; --ink: #e6e4de; --faint: #a0a3ab; --line: #363840; --panel: #202228;
    --gold: #5aa5ea; --wrong: #e8964a; --other: #80838b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 62rem;
  background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.75rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
p { margin: .4rem 0; max-width: 46rem; }
.facts, .note { color: var(--faint); font-size: .9rem; }
.reading { font-size: 1.15rem; margin: 1.25rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td {
  text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere;
}
thead th { font-weight: 600; color: var(--faint); }
tbody th { font-weight: 500; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.commitment_failure th, tr.commitment_failure td { color: var(--wrong); }
tr.correct td { color: var(--faint); }
article {
  background: var(--panel); border-radius: 6px; padding: .9rem 1rem; margin: .9rem 0;
  break-inside: avoid;
}
svg { display: block; width: 100%; max-width: 46rem; height: auto; margin: .5rem 0; }
svg text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
svg .total { font-weight: 600; }
svg .value { text-anchor: end; font-variant-numeric: tabular-nums; }
svg .gold { fill: var(--gold); }
svg .emitted { fill: var(--wrong); }
svg .other, svg .rest { fill: var(--other); }
svg .open { opacity: .4; }
svg .part { stroke: var(--panel); stroke-width: 1.5; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { break-after: avoid; }
  tr { break-inside: avoid; }
}
"""
