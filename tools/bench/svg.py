"""A chart of horizontal bars as inline SVG. Colours are the page's classes: see style.py."""

import dataclasses
import html
from collections.abc import Sequence

WIDTH = 350
LABELS = 88  # for the names at the left
VALUES = 52  # for the figures at the right
BAR, GAP = 13, 5
TITLE = 21


@dataclasses.dataclass(frozen=True)
class Bar:
    label: str
    value: float
    least: float
    most: float
    text: str
    is_ours: bool

    @property
    def kind(self) -> str:
        """A class of the page."""
        return "ours" if self.is_ours else "peer"


@dataclasses.dataclass(frozen=True)
class Line:
    """Of a limit, across the bars."""

    kind: str  # a class of the page
    value: float
    title: str


@dataclasses.dataclass(frozen=True)
class Group:
    title: str
    bars: Sequence[Bar]
    lines: Sequence[Line]

    @property
    def height(self) -> int:
        return TITLE + len(self.bars) * (BAR + GAP) + 6

    @property
    def most(self) -> float:
        return max([bar.most for bar in self.bars] + [line.value for line in self.lines], default=1)


def escape(text: str) -> str:
    return html.escape(text, quote=True)


class _Scale:
    def __init__(self, most: float):
        self.room = WIDTH - LABELS - VALUES
        self.most = most or 1

    def __call__(self, value: float) -> float:
        return round(LABELS + self.room * value / self.most, 1)


def _rect(bar: Bar, y: int, scale: _Scale) -> str:
    width = max(scale(bar.value) - LABELS, 0.5)
    return (
        f'<rect class="{bar.kind}" x="{LABELS}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2"/>'
    )


def _whisker(bar: Bar, y: int, scale: _Scale) -> str:
    if bar.most == bar.least:
        return ""
    least, most, middle = scale(bar.least), scale(bar.most), y + BAR / 2
    ends = f"M{least} {y + 3}v{BAR - 6}M{most} {y + 3}v{BAR - 6}"
    return f'<path class="whisker" d="M{least} {middle}H{most}{ends}"/>'


def _texts(bar: Bar, y: int) -> str:
    """The figures in a column of their own, where no line crosses them."""
    middle = y + BAR / 2
    spread = f", {bar.least:,.6g} to {bar.most:,.6g} over rounds" if bar.most > bar.least else ""
    return (
        f'<text class="{bar.kind}" x="{LABELS - 5}" y="{middle}">{escape(bar.label)}</text>'
        f'<text class="{bar.kind}" x="{WIDTH}" y="{middle}">{escape(bar.text)}'
        f"<title>{escape(f'{bar.label}: {bar.text}{spread}')}</title></text>"
    )


def _line(line: Line, top: int, bottom: int, scale: _Scale) -> str:
    x = scale(line.value)
    return (
        f'<path class="{line.kind}" d="M{x} {top}V{bottom}"><title>{escape(line.title)}</title>'
        "</path>"
    )


def _group(group: Group, top: int, scale: _Scale) -> str:
    start = top + TITLE
    placed = [(bar, start + place * (BAR + GAP)) for place, bar in enumerate(group.bars)]
    bottom = start + len(placed) * (BAR + GAP) - GAP
    return "".join([
        f'<text class="group" x="0" y="{top + 10}">{escape(group.title)}</text>',
        *(_rect(bar, y, scale) for bar, y in placed),
        *(_line(line, start - 3, bottom + 3, scale) for line in group.lines),
        *(_whisker(bar, y, scale) for bar, y in placed),
        *(_texts(bar, y) for bar, y in placed),
    ])  # fmt: skip


def chart(title: str, groups: Sequence[Group]) -> str:
    """One scale for all groups, from zero: lengths compare."""
    scale = _Scale(max(group.most for group in groups))
    parts, top = [], 4
    for group in groups:
        parts.append(_group(group, top, scale))
        top += group.height
    return (
        f'<svg viewBox="0 0 {WIDTH} {top}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
