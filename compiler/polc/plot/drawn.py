"""A chart as SVG or PNG: the way to the charting library, which is an extra."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem, Problems
from polc.plot.chart import Chart

_LIBRARY = ("matplotlib", "numpy", "PIL")


class ChartsMissing(Problem):
    """Charts are drawn with matplotlib, which is not installed: it is an extra, as most uses of polc need no charts.

        pip install 'polc[plot]'
    ---
    画图用 matplotlib，没有安装。多数用途不画图，所以它是可选的。

        pip install 'polc[plot]'
    """

    module: str = ""
    code = "C615"
    zh: ClassVar[str] = "画图需要“{module}”，没有安装"
    en: ClassVar[str] = "charts need “{module}”, which is not installed"
    hint_zh: ClassVar[str] = "安装：pip install 'polc[plot]'"
    hint_en: ClassVar[str] = "install it: pip install 'polc[plot]'"


class NoChineseFont(Problem):
    """A picture in pixels has to draw every character, and no font with Chinese characters is installed. An SVG or
    HTML file leaves the characters to whoever shows it.
    ---
    位图要自己画出每个字，而系统里没有中文字体。SVG 和 HTML 由打开它的程序来显示文字，不需要字体。
    """

    code = "C616"
    zh: ClassVar[str] = "没有找到中文字体，画不出 PNG 里的文字"
    en: ClassVar[str] = "no font with Chinese characters was found to draw the words of a PNG with"
    hint_zh: ClassVar[str] = "用 --format svg，或者安装中文字体（如 Noto Sans CJK）"
    hint_en: ClassVar[str] = "use --format svg, or install a Chinese font (Noto Sans CJK, say)"


def chart_svg(chart: Chart) -> str:
    """The chart as the text of an SVG file, the same bytes everywhere. Raises `Problems` without the extra."""
    try:
        from polc.plot.draw import svg
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    return svg(chart)


def chart_png(chart: Chart) -> bytes:
    """The chart as a PNG file. Raises `Problems` without the extra, or without a font for its words."""
    try:
        from polc.plot.draw import png
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    data = png(chart)
    if data is None:
        raise Problems([NoChineseFont()])
    return data


def _missing(error: ModuleNotFoundError) -> Exception:
    module = (error.name or "").split(".")[0]
    return Problems([ChartsMissing(module=module)]) if module in _LIBRARY else error
