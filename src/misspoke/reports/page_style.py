"""The style sheet of the HTML page: light and dark, and fit to print.

The colours of outcomes are told apart by every kind of colour vision, and each has its own shape.
"""

_COLOURS = """
:root {
  color-scheme: light dark;
  --ground: #fbfaf7; --ink: #22242a; --faint: #5f636c; --line: #dcd9d0; --panel: #f2f0ea;
  --gold: #2673b8; --wrong: #c26a12; --other: #80807b; --open: #8a4fa3; --left: #3d8f7a;
  --inside: #ffffff;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #17181c; --ink: #e6e4de; --faint: #a6a9b1; --line: #363840; --panel: #202228;
    --gold: #5aa5ea; --wrong: #e8964a; --other: #80838b; --open: #c08fd6; --left: #6cc4ac;
    --inside: #14151a;
  }
}
"""

_TEXT = """
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
  border-bottom: 1px solid var(--line); overflow-wrap: break-word; min-width: 4.5rem;
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
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--gold); font-size: .95rem; }
summary:focus-visible { outline: 2px solid var(--gold); outline-offset: 2px; }
"""

_PICTURES = """
svg { display: block; width: 100%; height: auto; margin: .5rem 0; }
svg text {
  font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  fill: var(--ink);
}
svg.vote { max-width: 46rem; min-width: 34rem; }
svg .total { font-weight: 600; }
svg .value { text-anchor: end; font-variant-numeric: tabular-nums; }
svg .gold { fill: var(--gold); }
svg .emitted { fill: var(--wrong); }
svg .other, svg .rest { fill: var(--other); }
svg .open { opacity: .4; }
svg .part { stroke: var(--panel); stroke-width: 1.5; }
"""

_CHARTS = """
figure { margin: .75rem 0; break-inside: avoid; max-width: 46rem; }
figcaption { font-weight: 600; font-size: .95rem; line-height: 1.35; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); }
.pair { gap: 1rem 2.5rem; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; margin: .4rem 0; padding: 0; }
.legend { list-style: none; font-size: .9rem; }
.legend li { display: flex; align-items: center; gap: .4rem; }
.pair .legend { flex-direction: column; }
svg.sample { flex: none; width: auto; margin: 0; }
.chart .tick, .chart .label { fill: var(--faint); }
.chart .end { text-anchor: end; }
.chart .middle { text-anchor: middle; }
.chart .inside { fill: var(--inside); font-weight: 600; }
.grid { stroke: var(--line); fill: none; }
.axis { stroke: var(--faint); fill: none; }
.tau { stroke: var(--ink); stroke-width: 1.25; fill: none; }
.guide { stroke: var(--faint); stroke-dasharray: 5 5; fill: none; }
.mark { stroke: var(--ground); stroke-width: .7; }
.mark.correct { fill: var(--gold); fill-opacity: .75; }
.mark.commitment_failure { fill: var(--wrong); }
.mark.knowledge_gap { stroke: var(--other); stroke-width: 1.4; fill: none; }
.mark.undetermined { fill: var(--open); }
.mark.abstained { stroke: var(--left); stroke-width: 1.6; fill: var(--ground); }
.bar.correct { fill: var(--gold); }
.bar.commitment_failure { fill: var(--wrong); }
.bar.knowledge_gap { fill: var(--other); }
.bar.undetermined { fill: var(--open); }
.bar.abstained { fill: var(--left); }
.line { fill: none; stroke-width: 2; }
.one { stroke: var(--wrong); }
.two { stroke: var(--gold); }
.three { stroke: var(--open); }
.line.two { stroke-dasharray: 7 4; }
.line.three { stroke-dasharray: 2 4; }
.dot { fill: var(--ground); stroke-width: 1.5; }
.dot.one { fill: var(--wrong); }
.band { stroke: none; fill: var(--wrong); opacity: .16; }
@media (max-width: 40rem) {
  .chart text { font-size: 19px; }
  .pair .chart text { font-size: 15px; }
}
"""

_PARETO = """
svg.pareto { min-width: 34rem; }
svg.pareto text { font-size: 13px; }
.pareto .name { paint-order: stroke; stroke: var(--ground); stroke-width: 4px; }
.pareto .line { stroke-width: 1.5; opacity: .7; }
.pareto .dot.two { fill: var(--ground); }
.whisker { fill: none; stroke-width: 1.25; opacity: .75; }
.leader { fill: none; stroke: var(--faint); }
"""

_DETECTORS = """
tr.oracle th, tr.oracle td { color: var(--faint); }
tr:not(.oracle) + tr.oracle > * { border-top: 2px solid var(--faint); }
.few { color: var(--faint); white-space: nowrap; }
.ends { display: block; }
.apart { margin-top: 1.5rem; }
th .name { white-space: nowrap; }
dl { display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: .2rem 1rem; }
dl { max-width: 46rem; }
dd { margin: 0; }
.within caption { text-align: left; font-weight: 600; padding: 1rem 0 .25rem; }
.four { stroke: var(--left); }
.five { stroke: var(--other); }
.six { stroke: var(--ink); }
.dot.hollow { stroke: var(--wrong); }
.line.four { stroke-dasharray: 12 4 2 4; }
.line.six { stroke-width: 1.5; stroke-dasharray: 1 3; }
@media (max-width: 40rem) {
  .curves .line { stroke-width: 3; }
}
"""

_PAPER = """
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { break-after: avoid; }
  tr { break-inside: avoid; }
  svg.chart { max-width: 40rem; }
  details.printed::details-content { content-visibility: visible; block-size: auto; }
  summary { display: none; }
  section:has(> details:not(.printed)) { display: none; }
}
"""

STYLE = _COLOURS + _TEXT + _PICTURES + _CHARTS + _PARETO + _DETECTORS + _PAPER

PICTURE_STYLE = (
    _COLOURS
    + _CHARTS
    + _PARETO
    + """
svg text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
svg text { fill: var(--ink); }
.paper { fill: var(--ground); }
"""
)
"""For a chart that is a file by itself: on a ground of its own, it reads well on any page."""
