"""The sheet as one self-contained page: no scripts, nothing fetched, everything from files escaped.

Only this module imports jinja2.
"""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from polc.explain.document import Sheet
from polc.explain.lines import references
from polc.explain.picture import picture
from polc.explain.wording import words


def html(sheet: Sheet) -> str:
    """The page as HTML text that ends with a line end."""
    w = words(sheet.lang)
    environment = Environment(
        loader=PackageLoader("polc.explain"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    pictures = [None if page.flow is None else picture(page.flow, w) for page in sheet.pages]
    return environment.get_template("sheet.html").render(
        sheet=sheet, pictures=pictures, w=w, references=references, language="zh-CN" if sheet.lang == "zh" else "en"
    )
