"""Plots as SVG, readable on light and on dark ground: bars in pairs, and lines over a scale of powers of ten."""

from html import escape
from math import log10

STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #24292f } .faint { fill: #57606a } .grid { stroke: #d0d7de }
.c0 { fill: #0969da; stroke: #0969da } .c1 { fill: #bc4c00; stroke: #bc4c00 } .c2 { fill: #1a7f37; stroke: #1a7f37 }
.c3 { fill: #8250df; stroke: #8250df } .c4 { fill: #bf3989; stroke: #bf3989 } .c5 { fill: #6e7781; stroke: #6e7781 }
.line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .faint { fill: #9da7b1 } .grid { stroke: #3d444d }
  .c0 { fill: #4493f8; stroke: #4493f8 } .c1 { fill: #f0883e; stroke: #f0883e } .c2 { fill: #3fb950; stroke: #3fb950 }
  .c3 { fill: #ab7df8; stroke: #ab7df8 } .c4 { fill: #f778ba; stroke: #f778ba } .c5 { fill: #9da7b1; stroke: #9da7b1 }
}
</style>"""


def svg(width, height, title, parts):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f"<title>{escape(title)}</title>", STYLE,
        f'<text x="8" y="20" font-weight="600">{escape(title)}</text>', *parts, "</svg>\n"])


def legend(names, x):
    parts = []
    for number, name in enumerate(names):
        parts.append(f'<rect class="c{number}" x="{x}" y="34" width="10" height="10"/>')
        parts.append(f'<text x="{x + 15}" y="44">{escape(name)}</text>')
        x += 30 + 7.2 * len(name)
    return parts


def bars(title, names, rows, written="{:,.0f}"):
    """Rows are (label, [value of each name])."""
    left, width, step = 210, 760, 46
    most = max(value for _, values in rows for value in values) or 1
    parts = legend(names, left)
    for number, (label, values) in enumerate(rows):
        top = 62 + number * step
        parts.append(f'<text x="{left - 10}" y="{top + 21}" text-anchor="end">{escape(label)}</text>')
        for place, value in enumerate(values):
            long = value / most * (width - left - 80)
            y = top + place * 17
            parts.append(f'<rect class="c{place}" x="{left}" y="{y}" width="{long:.1f}" height="14"/>')
            parts.append(f'<text class="faint" x="{left + long + 6:.1f}" y="{y + 12}">{written.format(value)}</text>')
    return svg(width, 70 + len(rows) * step, title, parts)


def lines(title, unit, series):
    """Series are {name: [(x, y)]}; x goes by powers of ten, y from nothing."""
    left, right, top, bottom, width, height = 60, 20, 62, 40, 760, 360
    points = [point for line in series.values() for point in line]
    low, high = log10(min(x for x, _ in points)), log10(max(x for x, _ in points))
    most = max(y for _, y in points) * 1.15

    def place(x, y):
        across = (log10(x) - low) / ((high - low) or 1)
        return left + across * (width - left - right), height - bottom - y / most * (height - top - bottom)
    parts = legend(series, left)
    for part in range(5):
        value = most * part / 4
        y = place(10 ** low, value)[1]
        parts.append(f'<line class="grid" x1="{left}" x2="{width - right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="faint" x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>')
    for x in sorted({x for x, _ in points}):
        parts.append(f'<text class="faint" x="{place(x, 0)[0]:.1f}" y="{height - bottom + 20}" text-anchor="middle">{x:,}</text>')
    parts.append(f'<text class="faint" x="8" y="{height - 6}">{escape(unit)}</text>')
    for number, line in enumerate(series.values()):
        spots = [place(x, y) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline class="c{number} line" style="fill:none" points="{path}"/>')
        parts += [f'<circle class="c{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in spots]
    return svg(width, height, title, parts)
