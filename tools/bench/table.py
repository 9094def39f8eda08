"""What the rows come to: medians over rounds, and the best ones' ratios to limits and peers."""

import dataclasses
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

LIMITS = {"nacre": "limit-boringssl", "nacre-aws-lc": "limit-awslc"}
ORDER = ("nacre", "nacre-aws-lc", "rustls", "rustls-unbuf", "s2n-tls", "boringssl", "openssl", "go")
SAME = 0.01  # ratios this near to 1 are called level


@dataclasses.dataclass(frozen=True)
class Metric:
    title: str
    unit: str
    higher_is_better: bool = False
    note: str = ""

    @property
    def direction(self) -> str:
        return "higher is better" if self.higher_is_better else "lower is better"


METRICS = {
    "handshake": Metric(
        "Handshakes",
        "µs of CPU",
        note="The making and the end of both connections included. A limit is the sum of the "
        "public-key operations, without hashing, key schedule and certificates.",
    ),
    "handshake_rate": Metric("Handshakes of a core", "per second", higher_is_better=True),
    "bulk": Metric(
        "Records",
        "MB/s",
        higher_is_better=True,
        note="Sealed through up to 1 MiB of memory, then opened; the limit is the AEAD alone over "
        "the same.",
    ),
    "bulk_inner": Metric(
        "Records, beside the AEAD over content and content type",
        "MB/s",
        higher_is_better=True,
        note="The limit above leaves out the byte that TLS encrypts behind the content, which "
        "begins a block of its own.",
    ),
    "bulk_hot": Metric(
        "The AEAD alone, over one record again and again", "MB/s", higher_is_better=True
    ),
    "thread_cost": Metric(
        "A pair of handshakes with threads that share configurations", "µs of CPU"
    ),
    "idle_connection": Metric(
        "An idle connection",
        "bytes",
        note="Heap and, where it is not on the heap, the object itself; after releasing what the "
        "library can release.",
    ),
    "idle_heap": Metric("Heap of an idle connection", "bytes"),
    "idle_heap_released": Metric("Heap of an idle connection that was told to release", "bytes"),
    "inline_struct": Metric("The connection object, where the caller keeps it", "bytes"),
    "handshake_peak_heap": Metric("Peak of heap in a handshake", "bytes"),
    "handshake_allocs": Metric("Allocations in a handshake", "calls"),
    "record_allocs": Metric("Allocations for a record", "calls"),
    "codec": Metric("Nacre's declared codec", "ns of CPU"),
    "op": Metric("Primitives", "µs of CPU"),
}

Key = tuple[str, str, str, str]  # metric, case, role, peer


@dataclasses.dataclass(frozen=True)
class Value:
    median: float
    least: float
    most: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> "Value":
        return cls(statistics.median(samples), min(samples), max(samples))

    def best(self, metric: str) -> float:
        """Of the rounds. What else a machine does makes all slower, and nothing faster: this comes
        back in the next run, where a median tells how many rounds were disturbed."""
        return self.most if METRICS[metric].higher_is_better else self.least


@dataclasses.dataclass(frozen=True)
class Ratio:
    """Of a value of Nacre's to another's."""

    ratio: float
    other: str
    is_better: bool | None  # None: level

    @property
    def word(self) -> str:
        return {True: "better", False: "worse", None: "level"}[self.is_better]


def placed(row: dict[str, Any], streams: bool) -> tuple[str, str]:
    """Metric and case. A limit's records that stream through memory are what records compare with;
    those with the content type behind, or over a hot buffer, are metrics of their own."""
    metric, case = row["metric"], row["case"]
    for suffix, of in (("/streaming", "bulk"), ("/inner", "bulk_inner")):
        if metric == "bulk" and case.endswith(suffix):
            return of, case.removesuffix(suffix)
    if metric == "bulk" and streams and row["peer"] in LIMITS.values():
        return "bulk_hot", case
    return metric, case


class Results:
    def __init__(self, rows: Iterable[dict[str, Any]]):
        rows = list(rows)
        self.versions = {row["peer"]: row["version"] for row in rows}
        streaming = {row["peer"] for row in rows if row["case"].endswith("/streaming")}
        samples: dict[Key, dict[int, float]] = {}
        for row in rows:
            metric, case = placed(row, row["peer"] in streaming)
            of_key = samples.setdefault((metric, case, row["role"], row["peer"]), {})
            of_key.setdefault(row["round"], row["value"])  # two programs may tell the same limit
        self.values = {key: Value.of(list(found.values())) for key, found in samples.items()}
        self._add_idle_connections()
        self._add_inner_records()

    def _add_idle_connections(self) -> None:
        for metric, case, role, peer in list(self.values):
            if metric != "idle_heap":
                continue
            zero = Value(0, 0, 0)
            heap = self.values[metric, case, role, peer]
            released = self.values.get(("idle_heap_released", case, role, peer), heap)
            inline = self.values.get(("inline_struct", case, role, peer), zero)
            total = min(heap.median, released.median) + inline.median
            self.values["idle_connection", case, role, peer] = Value.of([total])

    def _add_inner_records(self) -> None:
        for _, case, role, limit in [key for key in self.values if key[0] == "bulk_inner"]:
            for ours in (peer for peer, its in LIMITS.items() if its == limit):
                if found := self.get("bulk", case, role, ours):
                    self.values["bulk_inner", case, role, ours] = found

    @property
    def metrics(self) -> list[str]:
        there = {key[0] for key in self.values}
        return [metric for metric in METRICS if metric in there]

    def rows(self, metric: str) -> list[tuple[str, str]]:
        """Case and role, as they came."""
        found = ((case, role) for of, case, role, _ in self.values if of == metric)
        return sorted(dict.fromkeys(found), key=lambda row: _place(self.values, metric, row[0]))

    def peers(self, metric: str | None = None) -> list[str]:
        there = {key[3] for key in self.values if metric in (None, key[0])}
        return sorted(there, key=order)

    def get(self, metric: str, case: str, role: str, peer: str) -> Value | None:
        return self.values.get((metric, case, role, peer))

    def to_limit(self, metric: str, case: str, role: str, subject: str) -> Ratio | None:
        return self._ratio(metric, case, role, subject, LIMITS[subject])

    def to_best(self, metric: str, case: str, role: str, subject: str) -> Ratio | None:
        """To the best that is neither Nacre nor a limit."""
        others = {
            peer: value.best(metric)
            for peer in self.peers(metric)
            if is_rival(peer) and (value := self.get(metric, case, role, peer))
        }
        if not others:
            return None
        best: Callable = max if METRICS[metric].higher_is_better else min
        return self._ratio(metric, case, role, subject, best(others, key=others.__getitem__))

    def _ratio(self, metric: str, case: str, role: str, subject: str, other: str) -> Ratio | None:
        ours, theirs = (self.get(metric, case, role, peer) for peer in (subject, other))
        if not ours or not theirs:
            return None
        our_best, their_best = ours.best(metric), theirs.best(metric)
        if their_best == 0:
            return Ratio(1, other, None) if our_best == 0 else None
        ratio = our_best / their_best
        is_better = (ratio > 1) == METRICS[metric].higher_is_better
        return Ratio(ratio, other, None if abs(ratio - 1) <= SAME else is_better)


def _place(values: dict[Key, Value], metric: str, case: str) -> int:
    """Where a case first came: its roles stay together."""
    for place, key in enumerate(values):
        if key[:2] == (metric, case):
            return place
    return len(values)


def is_limit(peer: str) -> bool:
    return peer.startswith("limit-")


def is_rival(peer: str) -> bool:
    return not is_limit(peer) and peer not in LIMITS


def order(peer: str) -> tuple[int, str]:
    """Nacre, the others, the limits."""
    for place, name in enumerate(ORDER):
        if peer == name or (name == "openssl" and peer.startswith("openssl-")):
            return place, peer
    return len(ORDER), peer


def number(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def cell(value: Value | None) -> str:
    if value is None:
        return "–"
    text = number(value.median)
    if value.least != value.most:
        text += f" ({number(value.least)}..{number(value.most)})"
    return text


def limit_cell(ratio: Ratio | None) -> str:
    return f"{ratio.ratio:.2f}" if ratio else "–"


def best_cell(ratio: Ratio | None) -> str:
    return f"{ratio.ratio:.2f} × {ratio.other}: {ratio.word}" if ratio else "–"


def ratios_of(results: Results, metric: str, peer: str) -> list[str]:
    """Which ratios stand beside a peer's values: a Nacre's, to what is there."""
    peers = results.peers(metric)
    ratios = []
    if peer in LIMITS and LIMITS[peer] in peers:
        ratios.append("limit")
    if peer in LIMITS and any(map(is_rival, peers)):
        ratios.append("best peer")
    return ratios


def header(results: Results, metric: str) -> list[str]:
    titles = ["case", "role"]
    for peer in results.peers(metric):
        ratios = ratios_of(results, metric, peer)
        titles += [peer, *(f"{peer} ÷ {other}" for other in ratios)]
    return titles


def line(results: Results, metric: str, case: str, role: str) -> list[str]:
    """The cells of `header`."""
    cells = [case, role]
    for peer in results.peers(metric):
        cells.append(cell(results.get(metric, case, role, peer)))
        for other in ratios_of(results, metric, peer):
            if other == "limit":
                cells.append(limit_cell(results.to_limit(metric, case, role, peer)))
            else:
                cells.append(best_cell(results.to_best(metric, case, role, peer)))
    return cells


def tally(results: Results, metric: str, subject: str) -> str:
    """How often the subject is better than the best of the others."""
    found = [results.to_best(metric, *row, subject) for row in results.rows(metric)]
    words = [ratio.word for ratio in found if ratio]
    if not words:
        return ""
    return (
        f"{subject} against the best peer: better in {words.count('better')} rows, "
        f"level in {words.count('level')}, worse in {words.count('worse')}."
    )


def _markdown_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def markdown_of(results: Results, metric: str) -> str:
    about, titles = METRICS[metric], header(results, metric)
    tallies = [tally(results, metric, peer) for peer in results.peers(metric) if peer in LIMITS]
    return "\n".join([
        f"## {about.title} ({about.unit}: {about.direction})",
        "",
        *(f"{text}\n" for text in (about.note, *tallies) if text),
        _markdown_row(titles),
        "|---|---|" + "---:|" * (len(titles) - 2),
        *(_markdown_row(line(results, metric, *row)) for row in results.rows(metric)),
        "",
    ])  # fmt: skip


def markdown(results: Results, about: Sequence[tuple[str, str]]) -> str:
    """`about`: what to know of the machine and the run."""
    return "\n".join([
        "# Benchmark",
        "",
        "Median over rounds (least..most). Ratios are of the best rounds; below 1 is better where "
        "lower is better, above 1 where higher is.",
        "",
        *(f"- {title}: {text}" for title, text in about),
        "",
        *(markdown_of(results, metric) for metric in results.metrics),
    ])  # fmt: skip
