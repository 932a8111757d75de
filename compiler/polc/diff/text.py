"""A difference as text and as Markdown: what changed by clause, who gains and loses, the claims that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pol_lang.problem import Language
from polc.diff.clauses import Change
from polc.diff.money_text import money_lines
from polc.diff.result import Difference
from polc.explain.say import Say, basis, cell, heading
from polc.impact.text import impact_lines
from polc.plan_json import plan_hash

KINDS = {
    "added": ("新增", "added"), "removed": ("删去", "removed"), "changed": ("改动", "changed"),
    "renamed": ("改名", "renamed"), "moved": ("移位", "moved"),
}  # fmt: skip


def text(found: Difference, lang: Language) -> str:
    """The difference as plain text that ends with a line end."""
    return "\n".join(_lines(found, Say(lang))) + "\n"


def markdown(found: Difference, lang: Language) -> str:
    """The difference as Markdown for a merge request."""
    return "\n".join(_lines(found, Say(lang, plain=False))) + "\n"


def _lines(found: Difference, say: Say) -> Iterator[str]:
    plain = say.plain
    title = say("政策比较", "Comparison of policies")
    yield title if plain else f"## {title}"
    yield ""
    for label, plan in ((say("旧", "old"), found.old), (say("新", "new"), found.new)):
        yield f"{'' if plain else '- '}{label}  {plan.name}  {plan_hash(plan)}"
    yield ""
    yield from heading(say("条款", "Clauses"), plain)
    if not found.changes:
        yield say("没有改动。", "Nothing changed.")
    yield from (_changes_plain if plain else _changes_table)(found.changes, say)
    yield ""
    yield from heading(say("金额", "Money"), plain)
    yield from money_lines(found, say)
    if found.population is not None:
        yield ""
        yield from impact_lines(found.population, say)


def _changes_plain(changes: Sequence[Change], say: Say) -> Iterator[str]:
    section = ""
    for change in changes:
        if change.section != section:
            section = change.section
            yield f"[{section}]"
        told = basis(change.new_origin or change.old_origin)
        yield f"  {say(*KINDS[change.kind])}  {change.statement}" + (f"  （{told}）" if told else "")
        if change.kind == "changed":
            yield f"      - {change.old}" if change.old else say("      -（没有）", "      - (nothing)")
            yield f"      + {change.new}" if change.new else say("      +（没有）", "      + (nothing)")
        elif change.kind == "renamed":
            yield f"      {change.old} → {change.new}"
        elif change.kind == "moved":
            yield say("      原在 ", "      was after ") + (change.old or say("最前", "nothing"))
            yield say("      现在 ", "      now after ") + (change.new or say("最前", "nothing"))
        else:
            sign = "+" if change.kind == "added" else "-"
            yield from (f"      {sign} {line}" for line in (change.new or change.old).split("\n") if line)


def _changes_table(changes: Sequence[Change], say: Say) -> Iterator[str]:
    if not changes:
        return
    yield f"| {say('条款', 'clause')} | {say('内容', 'statement')} | {say('旧', 'old')} | {say('新', 'new')} |"
    yield "|---|---|---|---|"
    for change in changes:
        told = basis(change.new_origin or change.old_origin)
        cells = (told, f"{say(*KINDS[change.kind])} {change.statement}", change.old, change.new)
        yield "| " + " | ".join(cell(c) for c in cells) + " |"
