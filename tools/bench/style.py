"""The page's style sheet: light and dark, from a phone's width on."""

STYLE = """
:root {
  --back: #fbfbfa; --card: #ffffff; --ink: #1c2330; --dim: #566072; --rule: #dfe2e8;
  --ours: #0b7285; --peer: #aab4c3; --whisker: #1c2330; --limit: #c2410c; --other: #7c3aed;
  --better: #166534; --worse: #b42318; --tint: #e6f4f6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12151b; --card: #1a1f28; --ink: #e7eaf0; --dim: #a3adbd; --rule: #323a48;
    --ours: #3bc9db; --peer: #5d6879; --whisker: #e7eaf0; --limit: #fb923c; --other: #b794f6;
    --better: #6ee7a0; --worse: #ff9d90; --tint: #14313a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1440px; margin: 0 auto; padding: 20px 16px 48px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 40px 0 6px; }
small { color: var(--dim); font-weight: 400; font-size: .8em; }
p { margin: 4px 0 8px; max-width: 90ch; color: var(--dim); }
.facts { display: grid; gap: 12px 32px; margin: 14px 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0;
  align-content: start; font-size: .87rem; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 12px 0; font-size: .9rem; }
a { color: var(--ours); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: .87rem; max-width: none; }
.legend span { display: inline-flex; align-items: center; gap: 7px; }
.legend svg { width: 24px; height: 12px; }
.charts { display: grid; gap: 14px; margin: 12px 0;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); }
figure { margin: 0; padding: 12px 14px 6px; background: var(--card);
  border: 1px solid var(--rule); border-radius: 8px; }
figcaption { font-weight: 600; overflow-wrap: anywhere; margin-bottom: 2px; }
figure svg { display: block; width: 100%; height: auto; max-width: 460px; }
svg text { font: 11.5px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: var(--ink);
  dominant-baseline: central; text-anchor: end; font-variant-numeric: tabular-nums; }
svg text.group { fill: var(--dim); text-anchor: start; }
svg text.ours { font-weight: 700; fill: var(--ours); }
rect.ours { fill: var(--ours); }
rect.peer { fill: var(--peer); }
.whisker { stroke: var(--whisker); stroke-width: 1.2; fill: none; }
path.limit { stroke: var(--limit); stroke-width: 1.8; fill: none; }
path.other { stroke: var(--other); stroke-dasharray: 4 2.5; }
.scroll { overflow-x: auto; border: 1px solid var(--rule); border-radius: 8px;
  background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .78rem;
  font-variant-numeric: tabular-nums; }
th, td { padding: 4px 7px; text-align: right; white-space: nowrap; font-weight: 400;
  vertical-align: top; line-height: 1.3; }
td small { display: block; font-size: .86em; font-weight: 400; }
td.better small, td.worse small { color: inherit; }
thead th { font-weight: 600; border-bottom: 1px solid var(--rule); white-space: normal;
  vertical-align: bottom; }
th:first-child, td:nth-child(2), thead th:nth-child(2) { text-align: left; }
tr.first > * { border-top: 1px solid var(--rule); }
tbody th { font-weight: 600; }
td.ours { background: var(--tint); font-weight: 600; }
td.limit-cell { color: var(--dim); }
td.better { color: var(--better); }
td.worse { color: var(--worse); }
"""
