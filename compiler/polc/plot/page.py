"""A chart as one self-contained page, with the figures it shows in tables."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from pol_lang.problem import Language
from polc.explain.visible import visible
from polc.plot.panels import Table


def plot_page(
    title: str, subtitle: str, drawing: str, tables: Sequence[Table], notes: Sequence[str], lang: Language
) -> str:
    """The page as HTML text that ends with a line end; `drawing` is an SVG that escapes its own words."""
    environment = Environment(
        loader=PackageLoader("polc.plot"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    shown = visible(tuple(tables))
    return environment.get_template("plot.html").render(
        title=visible(title), subtitle=visible(subtitle), drawing=drawing, tables=shown,
        notes=visible(tuple(notes)), language="zh-CN" if lang == "zh" else "en",
    )  # fmt: skip
