"""The results as one page: charts and tables, without scripts, and nothing from elsewhere."""

import table
from style import STYLE
from svg import Bar, Group, Line, chart, escape
from table import LIMITS, METRICS, Results, is_limit, number

CHARTED = (
    "handshake",
    "bulk",
    "thread_cost",
    "idle_connection",
    "handshake_peak_heap",
    "handshake_allocs",
    "record_allocs",
)
LINES = {"limit-boringssl": "limit", "limit-awslc": "limit other"}
# Of handshakes, the sum of both sides is in the table alone: a chart shows them beside each other.
HIDDEN = {("handshake", "pair")}

LEGEND = """<p class="legend">
<span><svg viewBox="0 0 24 12"><rect class="ours" y="1" width="24" height="10" rx="2"/></svg>
Nacre</span>
<span><svg viewBox="0 0 24 12"><rect class="peer" y="1" width="24" height="10" rx="2"/></svg>
another</span>
<span><svg viewBox="0 0 24 12"><path class="whisker" d="M2 6H22M2 3v6M22 3v6"/></svg>
least to most over rounds</span>
<span><svg viewBox="0 0 24 12"><path class="limit" d="M12 0V12"/></svg>
BoringSSL's primitives alone</span>
<span><svg viewBox="0 0 24 12"><path class="limit other" d="M12 0V12"/></svg>
AWS-LC's primitives alone</span>
</p>"""


def _group(results: Results, metric: str, case: str, role: str) -> Group | None:
    bars, lines = [], []
    for peer in results.peers(metric):
        value = results.get(metric, case, role, peer)
        if value is None:
            continue
        if is_limit(peer):
            title = f"{peer}: {number(value.median)}"
            lines.append(Line(LINES.get(peer, "limit"), value.median, title))
            continue
        text = number(value.median)
        bars.append(Bar(peer, value.median, value.least, value.most, text, peer in LIMITS))
    return Group(role.replace("_", " "), bars, lines) if bars else None


def _figures(results: Results, metric: str) -> str:
    by_case: dict[str, list[Group]] = {}
    for case, role in results.rows(metric):
        if (metric, role) in HIDDEN:
            continue
        group = _group(results, metric, case, role)
        if group:
            by_case.setdefault(case, []).append(group)
    title, unit = METRICS[metric].title, METRICS[metric].unit
    return "".join(
        f"<figure><figcaption>{escape(case)}</figcaption>"
        f"{chart(f'{title}: {case}, {unit}', groups)}</figure>"
        for case, groups in by_case.items()
        if any(len(group.bars) > 1 for group in groups)  # else there is nothing to compare
    )


def _cell(title: str, text: str) -> str:
    """The spread below its median; the verdict below its ratio."""
    word = text.rpartition(": ")[2]
    kinds = ["ours"] if title.startswith("nacre") else []
    kinds += [word] if word in ("better", "worse") else []
    kinds += ["limit-cell"] if title.startswith("limit-") else []
    main, space, rest = text.partition(" ")
    small = f"<small>{escape(rest)}</small>" if space else ""
    return f'<td class="{" ".join(kinds)}">{escape(main)}{small}</td>'


def _row(results: Results, metric: str, case: str, role: str, is_first: bool) -> str:
    titles = table.header(results, metric)
    cells = table.line(results, metric, case, role)
    pairs = zip(titles[2:], cells[2:], strict=True)
    body = "".join(_cell(title, text) for title, text in pairs)
    kind, name = (' class="first"', case) if is_first else ("", "")
    return f'<tr{kind}><th scope="row">{escape(name)}</th><td>{escape(role)}</td>{body}</tr>'


def _table(results: Results, metric: str) -> str:
    titles = table.header(results, metric)
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body, previous = [], ""
    for case, role in results.rows(metric):
        body.append(_row(results, metric, case, role, case != previous))
        previous = case
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _section(results: Results, metric: str) -> str:
    about = METRICS[metric]
    tallies = [table.tally(results, metric, peer) for peer in results.peers(metric)
               if peer in LIMITS]  # fmt: skip
    notes = "".join(f"<p>{escape(text)}</p>" for text in (about.note, *tallies) if text)
    shown = metric in CHARTED
    figures = f'<div class="charts">{_figures(results, metric)}</div>' if shown else ""
    return (
        f'<section id="{metric}"><h2>{escape(about.title)} '
        f"<small>{escape(about.unit)} · {about.direction}</small></h2>{notes}{figures}"
        f"{_table(results, metric)}</section>"
    )


def _facts(pairs: list[tuple[str, str]]) -> str:
    return "".join(f"<dt>{escape(title)}</dt><dd>{escape(text)}</dd>" for title, text in pairs)


def page(results: Results, about: list[tuple[str, str]]) -> str:
    versions = [(peer, results.versions[peer]) for peer in results.peers()]
    links = "".join(
        f'<a href="#{metric}">{escape(METRICS[metric].title)}</a>' for metric in results.metrics
    )
    sections = "".join(_section(results, metric) for metric in results.metrics)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Nacre: benchmark</title>
<style>{STYLE}</style>
<main>
<header><h1>Nacre beside its peers</h1>
<p>TLS 1.3 in memory: the same certificates, one group and one cipher suite for all. Figures are
medians over rounds, with least..most; ratios are of the best rounds.</p>
<div class="facts"><dl>{_facts(about)}</dl><dl>{_facts(versions)}</dl></div>
<nav>{links}</nav>
{LEGEND}</header>
{sections}
</main>
</html>
"""
