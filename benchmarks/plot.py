"""A log-log chart as plain SVG that reads on light and on dark ground; curves are named at their ends."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

_WIDTH, _HEIGHT = 760, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 190, 50, 60  # margins in pixels
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f } .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #8c959f; stroke-opacity: .35 }
  .curve { fill: none; stroke-width: 2.5 } .dashed { stroke-dasharray: 7 5 }
  .c0 { stroke: #0969da } .c1 { stroke: #bc4c00 } .c2 { stroke: #1a7f37 } .c3 { stroke: #8250df }
  .p0 { fill: #0969da } .p1 { fill: #bc4c00 } .p2 { fill: #1a7f37 } .p3 { fill: #8250df }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .c0 { stroke: #58a6ff } .c1 { stroke: #f0883e } .c2 { stroke: #56d364 } .c3 { stroke: #bc8cff }
    .p0 { fill: #58a6ff } .p1 { fill: #f0883e } .p2 { fill: #56d364 } .p3 { fill: #bc8cff }
  }
"""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Points (x, y), both above 0."""

    name: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False


def log_log(title: str, x_label: str, y_label: str, curves: Sequence[Curve]) -> str:
    """The chart as the text of an SVG file."""
    x_axis = _Axis([x for curve in curves for x, _ in curve.points], _LEFT, _WIDTH - _RIGHT)
    y_axis = _Axis([y for curve in curves for _, y in curve.points], _HEIGHT - _BOTTOM, _TOP)
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<text class="title" x="{_LEFT}" y="28">{escape(title)}</text>',
        *_grid(x_axis, y_axis),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 14, x_label, "middle"),
        f'<text transform="translate(20 {middle}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>',
    ]
    ends = _apart([y_axis.place(curve.points[-1][1]) for curve in curves])
    for number, (curve, end) in enumerate(zip(curves, ends, strict=True)):
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in curve.points]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        lines.append(f'<polyline class="curve c{number}{" dashed" * curve.dashed}" points="{drawn}"/>')
        lines += [f'<circle class="p{number}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
        lines.append(_text(places[-1][0] + 10, end + 4, curve.name, "start"))
    return "\n".join([*lines, "</svg>"]) + "\n"


class _Axis:
    """Whole decades around the values, laid between two pixels."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / max(1, self.high - self.low)
        return self._start + share * (self._end - self._start)

    def decades(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def _grid(x_axis: _Axis, y_axis: _Axis) -> Iterator[str]:
    for value in x_axis.decades():
        x = x_axis.place(value)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
        yield _text(x, _HEIGHT - _BOTTOM + 20, f"{value:,.0f}", "middle")
    for value in y_axis.decades():
        y = y_axis.place(value)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(_LEFT - 8, y + 4, f"{value:,g}", "end")


def _apart(places: Sequence[float], least: float = 17.0) -> list[float]:
    """The places, moved down so far that names written there do not meet."""
    moved = list(places)
    order = sorted(range(len(moved)), key=lambda one: moved[one])
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + least)
    return moved


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
