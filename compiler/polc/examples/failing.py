"""What there is to say of an example that failed: its problems, expected and actual values, where they part."""

from __future__ import annotations

from rich.cells import cell_len

from pol_lang.problem import Language
from pol_lang.render import render_problems
from polc.examples.parting import difference, parting_text, value_text
from polc.examples.run import Compared, ExampleResult
from polc.explain.grid import padded
from polc.explain.lines import references


def failing_text(result: ExampleResult, lang: Language, color: bool = False) -> list[str]:
    """The rows of text, with an empty one before and after each part; none where nothing is wrong."""
    lines: list[str] = []
    shown = render_problems(result.problems, lang, color=color).rstrip("\n")
    if shown:
        lines += ["", shown, ""]
    if not all(compared.agrees for compared in result.compared):
        lines += ["", *_table(result, lang), ""]
        lines += [_meant(one, one.meant, lang) for one in result.compared if one.meant is not None]
        lines += [""] if lines[-1] else []
        part = parting_text(result, lang)
        if part:
            lines += ["  从这里开始不符：" if lang == "zh" else "  They part here:", "", *part, ""]
    return lines


def _meant(one: Compared, meant: str, lang: Language) -> str:
    """What to write where a running sum was meant."""
    if lang == "zh":
        return f"  {one.name} 是本次就诊的数；累计数写 {meant}"
    return f"  {one.name} is of the claims alone; the running sum is written {meant}"


def _table(result: ExampleResult, lang: Language) -> list[str]:
    """Every expectation with expected and actual side by side, what the actual rests on, and where it is expected."""
    zh = lang == "zh"
    rows = [
        ("", "应得", "实际", "相差", "依据", "算例")
        if zh
        else ("", "expected", "actual", "difference", "rests on", "example")
    ]
    for one in result.compared:
        mark = " " if one.agrees else "✗"
        basis = " ".join(references(one.actual.origins[:1], ""))
        unit = one.actual.unit
        rows.append(
            (
                f"{mark} {one.name}",
                value_text(one.expected, unit, lang),
                value_text(one.actual.value, unit, lang),
                "" if one.agrees else difference(one),
                basis,
                one.line.at,
            )
        )
    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(
            padded(cell, widths[at], "right" if at in (1, 2, 3) else "left") for at, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]
