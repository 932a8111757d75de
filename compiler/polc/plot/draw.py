"""A chart drawn with matplotlib. Only this module imports it, and only here do exact numbers become floats.

Text in an SVG stays text, set in whatever font shows it; so nothing is placed by the width of words, which no two
systems agree on: every word hangs on a point, and room is reserved by counting cells.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator
from rich.cells import cell_len

from polc.explain.grid import wrapped
from polc.explain.visible import visible
from polc.plot.chart import Chart, Panel, Style

FONTS = (
    "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Sans CJK JP", "Droid Sans Fallback",
)  # fmt: skip
_CSS = ", ".join(["system-ui", *(f"'{name}'" for name in FONTS), "sans-serif"])
_COLORS: dict[Style, str] = {
    "person": "#c2410c", "b0": "#14616b", "b1": "#3f7fbf", "b2": "#6d9b3a", "b3": "#8a63b3", "b4": "#b08c1f",
    "b5": "#3aa394", "b6": "#a3527a", "old": "#5b6675", "new": "#14616b", "gain": "#8fc3a4", "loss": "#eda877",
    "marginal": "#c2410c", "cliff": "#1c2430",
}  # fmt: skip
_INK, _SOFT, _LINE = "#1c2430", "#5b6675", "#dde2e9"
_WIDTH, _LEFT, _RIGHT = 864.0, 74.0, 22.0
_ROW = 18.0
_CELL = 6.1
"""Points (1/72 inch) that a cell of text takes at the usual size."""


def svg(chart: Chart) -> str:
    """The SVG: a title and a description for those who do not see it, no date, no font but a list to choose from."""
    stream = io.StringIO()
    with _settings("DejaVu Sans"):
        figure = _figure(chart)
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, count=1, flags=re.DOTALL)
    text = text.replace("'DejaVu Sans'", _CSS)
    head, end, rest = text.partition(">")
    head = re.sub(r'(width|height)="([0-9.]+)pt"', r'\1="\2"', head)
    words = f"<title>{escape(visible(chart.title))}</title>\n<desc>{escape(visible(chart.description))}</desc>"
    return f'{head} role="img"{end}\n {words}{rest}'


def png(chart: Chart) -> bytes | None:
    """The PNG; None where its words need a Chinese font and there is none."""
    known = {font.name for font in fontManager.ttflist}
    fonts = [name for name in FONTS if name in known]
    if not fonts and any(ord(character) > 0x2E80 for character in _words(chart)):
        return None
    stream = io.BytesIO()
    with _settings(*fonts, "DejaVu Sans"):
        figure = _figure(chart)
        FigureCanvasAgg(figure)
        figure.savefig(stream, format="png", dpi=144, metadata={"Software": None})
    return stream.getvalue()


class _settings:
    """Drawing the same way everywhere, whatever the user's own settings; nobody is warned of missing glyphs."""

    def __init__(self, *fonts: str) -> None:
        self.rc = matplotlib.rc_context(
            {
                **matplotlib.rcParamsDefault,
                "font.family": list(fonts), "font.size": 10.5, "text.parse_math": False, "axes.unicode_minus": True,
                "svg.fonttype": "none", "svg.hashsalt": "polc", "text.color": _INK, "axes.labelcolor": _SOFT,
                "xtick.color": _SOFT, "ytick.color": _SOFT, "axes.edgecolor": _SOFT, "hatch.linewidth": 0.6,
            }
        )  # fmt: skip
        self.quiet = warnings.catch_warnings()

    def __enter__(self) -> None:
        self.quiet.__enter__()
        warnings.simplefilter("ignore")
        self.rc.__enter__()

    def __exit__(self, *error: object) -> None:
        self.rc.__exit__(*error)  # type: ignore[arg-type]
        self.quiet.__exit__(*error)  # type: ignore[arg-type]


def _words(chart: Chart) -> str:
    panels = [f"{x.title}{x.x_label}{x.y_label}{''.join(m.words for m in x.marks)}" for x in chart.panels]
    return "".join([chart.title, chart.subtitle, *(name for _, name in chart.legend), *panels])


def _figure(chart: Chart) -> Figure:
    subtitle = wrapped(visible(chart.subtitle), int((_WIDTH - 2 * _RIGHT) / _CELL)) if chart.subtitle else []
    legend = list(_legend_rows(chart))
    height = (
        (40 if chart.heading else 14) + _ROW * (len(subtitle) + len(legend)) + sum(map(_panel_height, chart.panels)) + 8
    )
    figure = Figure(figsize=(_WIDTH / 72, height / 72), facecolor="white", dpi=72)

    def write(x: float, y: float, words: str, size: float = 10.5, color: str = _INK, **how: object) -> None:
        figure.text(x / _WIDTH, 1 - y / height, visible(words), fontsize=size, color=color, va="baseline", **how)  # type: ignore[arg-type]

    y = 26.0 if chart.heading else 0.0
    if chart.heading:
        write(_RIGHT, y, chart.title, 15, weight="bold")
    for row in subtitle:
        y += _ROW
        write(_RIGHT, y, row, color=_SOFT)
    y += 4
    for entries in legend:
        y += _ROW
        x = _RIGHT
        for style, name, width in entries:
            line = style in ("old", "new", "marginal")
            box = (x / _WIDTH, 1 - (y - (3 if line else 0)) / height), 14 / _WIDTH, (2.4 if line else 10) / height
            figure.add_artist(Rectangle(*box, color=_COLORS[style], linewidth=0))
            write(x + 20, y, name)
            x += width
    for panel in chart.panels:
        y = _draw(figure, panel, y, height, write)
    return figure


def _legend_rows(chart: Chart) -> Iterator[list[tuple[Style, str, float]]]:
    row: list[tuple[Style, str, float]] = []
    used = 0.0
    for style, name in chart.legend:
        width = 44 + cell_len(visible(name)) * _CELL
        if row and used + width > _WIDTH - 2 * _RIGHT:
            yield row
            row, used = [], 0.0
        row.append((style, name, width))
        used += width
    if row:
        yield row


def _panel_height(panel: Panel) -> float:
    return _top(panel) + panel.height * _ROW + (40 if panel.x_named else 12) + _ROW * len(panel.marks)


def _top(panel: Panel) -> float:
    return 56 if panel.title else 24


def _draw(figure: Figure, panel: Panel, y: float, height: float, write: object) -> float:
    """Draws a panel below `y`; where the next one starts."""
    assert callable(write)
    if panel.title:
        write(_RIGHT, y + 30, panel.title, 12, weight="bold")
    top = y + _top(panel)
    tall = panel.height * _ROW
    axes = figure.add_axes(
        (_LEFT / _WIDTH, 1 - (top + tall) / height, (_WIDTH - _LEFT - _RIGHT) / _WIDTH, tall / height)
    )
    axes.set_xlim(0, float(panel.x_most))
    axes.set_ylim(float(panel.y_least), float(panel.y_most))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, color=_LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    for area in panel.areas:
        x, low, high = ([float(point[i]) for point in area.points] for i in range(3))
        axes.fill_between(x, low, high, color=_COLORS[area.style], linewidth=0, alpha=0.9)
    for line in panel.lines:
        axes.plot(
            [float(x) for x, _ in line.points], [float(value) for _, value in line.points],
            color=_COLORS[line.style], linewidth=2.0, linestyle=(0, (5, 2.5)) if line.style == "old" else "solid",
        )  # fmt: skip
    for mark in panel.marks:
        place = float(mark.x), float(mark.y)
        axes.plot(*place, "o", markersize=13, color="white", markeredgecolor=_INK, clip_on=False, zorder=5)
        axes.text(*place, str(mark.number), fontsize=9, ha="center", va="center_baseline", zorder=6)
    for axis, most in ((axes.xaxis, 9), (axes.yaxis, max(3, panel.height // 3))):
        axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{round(value, 6):,.10g}".replace("-", "−")))
    axes.tick_params(length=3, labelsize=9.5, labelbottom=panel.x_named)
    write(_LEFT, top - 9, panel.y_label, 9.5, _SOFT)
    end = top + tall
    if panel.x_named:
        write(_WIDTH - _RIGHT, end + 33, panel.x_label, 9.5, _SOFT, ha="right")
        end += 40
    else:
        end += 12
    for mark in panel.marks:
        write(_LEFT, end + 12, mark.words, 9.5)
        end += _ROW
    return end
