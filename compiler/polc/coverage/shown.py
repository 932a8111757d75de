"""A coverage as text, JSON and a page."""

from __future__ import annotations

import json

from rich.cells import cell_len

from pol_lang.problem import Language
from polc.coverage.cover import Coverage, Covered, Use
from polc.coverage.excerpt import excerpts
from polc.coverage.outline import LONGEST_HEADING

SCHEMA = "pol.coverage/v1"

_STATES: dict[str, tuple[str, str, str]] = {
    "computed": ("✓", "计算", "computed"),
    "recorded": ("○", "只记录", "recorded"),
    "parts": (" ", "见各款", "see its parts"),
    "missed": ("✗", "没有写", "missed"),
}
_WORDS: dict[str, tuple[str, str]] = {
    "title": ("{policy} 对照 {document}", "{policy} against {document}"),
    "sum": (
        "{total} 条：计算 {computed}，只记录 {recorded}，没有写 {missed}；写到的占 {percent}%",
        "{total} clauses: {computed} computed, {recorded} recorded, {missed} missed; {percent}% accounted for",
    ),
    "elsewhere": ("另有依据不在本文件：", "cited from elsewhere:"),
    "around": ("只引到上一级", "only a clause around it is cited"),
    "line": ("第 {n} 行", "line {n}"),
    "reason": ("“{reason}”", "“{reason}”"),
    "clause": ("条款", "clause"),
    "statements": ("政策里的语句", "statements of the policy"),
    "state": ("状态", "state"),
    "nowhere": ("政策里没有的数：{figures}", "figures the policy has nowhere: {figures}"),
    "aside": (
        "别处有、引用它的语句里没有的数：{figures}",
        "figures that stand elsewhere, but in no statement citing it: {figures}",
    ),
    "figures_sum": ("{n} 条的数对不上，标了 ?", "figures to be looked at in {n}, marked with ?"),
    "only": ("只看没有写的和缺数的", "only what is missed or lacks a figure"),
    "policy": ("政策", "policy"),
    "none": ("文件里没有找到编号的条款", "no numbered clause was found in the document"),
}


def word(key: str, lang: Language, **values: object) -> str:
    """A phrase of the report."""
    return _WORDS[key][lang == "en"].format(**values)


def state_word(state: str, lang: Language) -> str:
    """A state in words."""
    return _STATES[state][1 + (lang == "en")]


def summary(coverage: Coverage, lang: Language) -> str:
    """The line that counts."""
    lacking = sum(bool(row.nowhere or row.aside) for row in coverage.rows)
    told = word(
        "sum",
        lang,
        total=coverage.total,
        computed=coverage.count("computed"),
        recorded=coverage.count("recorded"),
        missed=coverage.count("missed"),
        percent=coverage.percent,
    )
    return told + (("；" if lang == "zh" else "; ") + word("figures_sum", lang, n=lacking) if lacking else "")


def figures_told(row: Covered, lang: Language) -> list[str]:
    """The figures of a clause that the statements citing it do not have, in words."""
    comma = "、" if lang == "zh" else ", "
    found = (("nowhere", row.nowhere), ("aside", row.aside))
    return [word(key, lang, figures=comma.join(own)) for key, own in found if own]


def as_text(coverage: Coverage, policy: str, document: str, lang: Language) -> str:
    """The clauses as a tree, each with what becomes of it, and a line that counts."""
    heads = ["  " * row.depth + f"{row.clause.id}  {_heading(row)}".rstrip() for row in coverage.rows]
    width = min(max((cell_len(head) for head in heads), default=0), 56)
    lines = [word("title", lang, policy=policy, document=document), ""]
    for row, head in zip(coverage.rows, heads, strict=True):
        told = _told(row, lang)
        gap = " " * max(width - cell_len(head), 0)
        lines.append(f"{_STATES[row.state][0]} {head}{gap}  {told}".rstrip())
        lines += [f"  {'  ' * row.depth}? {told}" for told in figures_told(row, lang)]
    if not coverage.rows:
        lines.append(word("none", lang))
    lines += ["", summary(coverage, lang)]
    if coverage.elsewhere:
        lines += ["", word("elsewhere", lang)]
        lines += [f"  {text}  {_uses(uses, lang)}" for text, uses in _elsewhere(coverage)]
    return "\n".join(lines) + "\n"


def as_json(coverage: Coverage, policy: str, document: str, lang: Language) -> str:
    """The same for programs: every clause with `id`, `heading`, `line`, `depth`, `state`, and what cites it."""
    found = {
        "schema": SCHEMA,
        "policy": policy,
        "document": document,
        "total": coverage.total,
        **{state: coverage.count(state) for state in ("computed", "recorded", "missed")},
        "percent": coverage.percent,
        "clauses": [
            {
                "id": row.clause.id,
                "heading": row.clause.heading,
                "line": row.clause.line,
                "depth": row.depth,
                "state": row.state,
                "figures_nowhere": list(row.nowhere),
                "figures_aside": list(row.aside),
                "statements": [_use_json(use, lang) for use in row.uses],
            }
            for row in coverage.rows
        ],
        "elsewhere": [{"source": text, **_use_json(use, lang)} for text, use in coverage.elsewhere],
        "unknown": [
            {"clause": getattr(p, "clause", ""), "line": p.span.line if p.span else None, "near": list(p.near)}
            for p in coverage.problems
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def as_html(coverage: Coverage, policy: str, document: str, lang: Language) -> str:
    """One page without scripts or anything fetched: the outline with the text of each clause beside the statements."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("polc.coverage"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template("coverage.html").render(
        coverage=coverage,
        title=word("title", lang, policy=policy, document=document),
        summary=summary(coverage, lang),
        language="zh-CN" if lang == "zh" else "en",
        word=lambda key, **values: word(key, lang, **values),
        state=lambda row: state_word(row.state, lang),
        sign=lambda row: _STATES[row.state][0],
        kind=lambda use: use.kind_zh if lang == "zh" else use.kind_en,
        excerpts=lambda row: excerpts(_shown_with(row)),
        lacks=lambda row: figures_told(row, lang),
        shares=[(state, coverage.count(state)) for state in ("computed", "recorded", "missed")],
        rest=_rest_of_text,
        elsewhere=[(text, _uses(uses, lang)) for text, uses in _elsewhere(coverage)],
        problems=[(problem.message(lang), problem.hint(lang), problem.span) for problem in coverage.problems],
    )


def _shown_with(row: Covered) -> list[Use]:
    """The statements that stand beside a clause: those that cite it, else those around it that make it what it is."""
    if row.uses or row.state not in ("computed", "recorded"):
        return row.uses
    return [use for use in row.around if (use.does == "records") == (row.state == "recorded")]


def _rest_of_text(row: Covered) -> str:
    """The text of a clause behind its heading."""
    text = row.clause.text.strip(" 　、.．")
    if not row.clause.path or not text.startswith(row.clause.heading):
        return text
    rest = text.removeprefix(row.clause.heading)
    new_line = rest and rest[0] not in "。；;：:，,、.．" and len(row.clause.heading) < LONGEST_HEADING
    return f"　{rest}" if new_line else rest


def _heading(row: Covered) -> str:
    heading = row.clause.heading if row.clause.path else ""
    return heading if cell_len(heading) <= 28 else heading[:13] + "…"


def _told(row: Covered, lang: Language) -> str:
    if row.state == "missed":
        around = f"（{word('around', lang)}）" if lang == "zh" else f" ({word('around', lang)})"
        return state_word("missed", lang) + (around if row.around else "")
    if row.state == "parts":
        return ""
    told = state_word(row.state, lang) + ("：" if lang == "zh" else ": ")
    if row.state == "recorded":
        reasons = dict.fromkeys(use.name for use in [*row.uses, *row.around] if use.does == "records")
        return told + "".join(word("reason", lang, reason=reason) for reason in reasons)
    return told + _uses(row.uses or row.around, lang)


def _distinct(uses: list[Use]) -> list[Use]:
    """Each statement once, at the first line that cites."""
    return list({(use.kind_en, use.name): use for use in reversed(uses)}.values())[::-1]


def _uses(uses: list[Use], lang: Language) -> str:
    """The statements by kind: 参数 甲、乙；保障层 丙."""
    kinds: dict[str, list[str]] = {}
    for use in _distinct(uses):
        shown = word("reason", lang, reason=use.name) if use.does == "records" else use.name
        kinds.setdefault(use.kind_zh if lang == "zh" else use.kind_en, []).append(shown)
    joined, parted = ("、", "；") if lang == "zh" else (", ", "; ")
    return parted.join(f"{kind} {joined.join(names)}".rstrip() for kind, names in kinds.items())


def _elsewhere(coverage: Coverage) -> list[tuple[str, list[Use]]]:
    found: dict[str, list[Use]] = {}
    for text, use in coverage.elsewhere:
        found.setdefault(text, []).append(use)
    return list(found.items())


def _use_json(use: Use, lang: Language) -> dict[str, object]:
    kind = use.kind_zh if lang == "zh" else use.kind_en
    return {"kind": kind, "name": use.name, "line": use.line, "does": use.does}
