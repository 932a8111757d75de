"""A difference as text and as Markdown: what changed by clause, who gains and loses, the claims that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from pol_lang.problem import Language
from polc import plan as p
from polc.diff.clauses import Change
from polc.diff.groups import grouped
from polc.diff.money import ClassDifference
from polc.diff.result import Difference
from polc.diff.witness import Witness
from polc.explain.figures import money
from polc.explain.grid import padded, wrapped
from polc.plan_json import plan_hash
from polc.shape.linear import Number

_KINDS = {
    "added": ("新增", "added"), "removed": ("删去", "removed"), "changed": ("改动", "changed"),
    "renamed": ("改名", "renamed"), "moved": ("移位", "moved"),
}  # fmt: skip
_VERDICTS = {
    "same": ("不变", "same"), "never worse": ("有增无减", "never worse"), "never better": ("有减无增", "never better"),
    "mixed": ("有增有减", "mixed"),
}  # fmt: skip


_WIDTH = 100


class _Say:
    """Chooses the words of a language."""

    def __init__(self, lang: Language) -> None:
        self.zh = lang == "zh"

    def __call__(self, zh: str, en: str) -> str:
        return zh if self.zh else en


def text(found: Difference, lang: Language) -> str:
    """The difference as plain text that ends with a line end."""
    return "\n".join(_lines(found, _Say(lang), plain=True)) + "\n"


def markdown(found: Difference, lang: Language) -> str:
    """The difference as Markdown for a merge request."""
    return "\n".join(_lines(found, _Say(lang), plain=False)) + "\n"


def _lines(found: Difference, say: _Say, plain: bool) -> Iterator[str]:
    title = say("政策比较", "Comparison of policies")
    yield title if plain else f"## {title}"
    yield ""
    for label, plan in ((say("旧", "old"), found.old), (say("新", "new"), found.new)):
        yield f"{'' if plain else '- '}{label}  {plan.name}  {plan_hash(plan)}"
    yield ""
    yield from _heading(say("条款", "Clauses"), plain)
    if not found.changes:
        yield say("没有改动。", "Nothing changed.")
    yield from (_changes_plain if plain else _changes_table)(found.changes, say)
    yield ""
    yield from _heading(say("金额", "Money"), plain)
    yield from _money(found, say, plain)


def _heading(words: str, plain: bool) -> Iterator[str]:
    if plain:
        yield words
        yield "─" * 60
    else:
        yield f"### {words}"
        yield ""


def _basis(origin: p.Origin | None) -> str:
    if origin is None:
        return ""
    return "；".join([*origin.clauses, origin.place])


def _changes_plain(changes: Sequence[Change], say: _Say) -> Iterator[str]:
    section = ""
    for change in changes:
        if change.section != section:
            section = change.section
            yield f"[{section}]"
        basis = _basis(change.new_origin or change.old_origin)
        yield f"  {say(*_KINDS[change.kind])}  {change.statement}" + (f"  （{basis}）" if basis else "")
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


def _changes_table(changes: Sequence[Change], say: _Say) -> Iterator[str]:
    if not changes:
        return
    yield f"| {say('条款', 'clause')} | {say('内容', 'statement')} | {say('旧', 'old')} | {say('新', 'new')} |"
    yield "|---|---|---|---|"
    for change in changes:
        basis = _basis(change.new_origin or change.old_origin)
        cells = (basis, f"{say(*_KINDS[change.kind])} {change.statement}", change.old, change.new)
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(words: str) -> str:
    for sign in "\\|<>*_`[]":
        words = words.replace(sign, "\\" + sign)
    return words.replace("\n", "<br>")


# ---------------------------------------------------------------- money


def _money(found: Difference, say: _Say, plain: bool) -> Iterator[str]:
    if found.classes is None:
        yield (
            say(
                "计划里有金额相乘，不能对全部费用比较。",
                "Amounts are multiplied with each other: no comparison over all costs.",
            )
            if found.why_not == "linear"
            else say("情形过多，不能逐一比较。", "There are too many cases to compare them all.")
        )
        return
    if not found.classes:
        yield say("结算含义相同，金额不变。", "Both mean the same: no amount changes.")
        return
    counts = {verdict: sum(c.verdict == verdict for c in found.classes) for verdict in _VERDICTS}
    yield (
        say("按个人全年负担比较，", "By what the person bears in a year: ")
        + say("，", ", ").join(f"{say(*_VERDICTS[verdict])} {count}" for verdict, count in counts.items() if count)
        + say(" 类", " classes")
    )
    yield ""
    differing = [c for c in sorted(grouped(found.classes), key=_order) if c.verdict != "same"]
    for one in differing:
        told = [say(*_VERDICTS[one.verdict])]
        for extreme, words in (
            (one.gain, say("最多少负担", "most spared")),
            (one.loss, say("最多多负担", "most added")),
        ):
            if extreme is not None:
                told.append(f"{words} {money(round(extreme.amount))}")
        if one.grows:
            told.append(say("费用再高差额还会变", "the difference goes on with higher cost"))
        yield ("  " if plain else "- ") + say("，", ", ").join(told)
        names = say("、", ", ").join(one.identities) or say("无特殊身份", "no identity")
        facts = say("；", "; ").join(f"{name} = {_values(values, say)}" for name, values in one.facts.items())
        for label, words in ((say("人员", "who"), names), (say("情形", "when"), facts)):
            if words and plain:
                rows = wrapped(words, _WIDTH - 12)
                yield f"      {padded(label, 4)}  {rows[0]}"
                yield from (f"            {row}" for row in rows[1:])
            elif words:
                yield f"  - {label}: {_cell(words)}"
    for which, words in ((found.gain, say("得益最多的一例", "The claim that gains most")),
                         (found.loss, say("受损最多的一例", "The claim that loses most"))):  # fmt: skip
        if which is not None:
            yield ""
            yield from _heading(words, plain)
            yield from _witness(*which, say, plain)


def _order(found: ClassDifference) -> tuple[int, Number]:
    rank = ("never better", "mixed", "never worse", "same").index(found.verdict)
    most: Number = max((e.amount for e in (found.gain, found.loss) if e is not None), default=0)
    return rank, -most


def _who(found: ClassDifference, say: _Say) -> str:
    names = say("、", ", ").join(found.identities) or say("无特殊身份", "no identity")
    facts = say("，", ", ").join(f"{name} = {_values(values, say)}" for name, values in found.facts.items())
    return f"{names}{say('；', '; ')}{facts}" if facts else names


def _values(values: tuple[p.Value, ...], say: _Say) -> str:
    shown = [say("是", "yes") if v is True else say("否", "no") if v is False else str(v) for v in values]
    return "/".join(shown)


def _witness(found: ClassDifference, shown: Witness, say: _Say, plain: bool) -> Iterator[str]:
    yield _who(found, say)
    if shown.earlier:
        yield say(
            f"当年先有一次 {money(shown.earlier)}，这一次 {money(shown.cost)}",
            f"{money(shown.earlier)} earlier in the year, {money(shown.cost)} this time",
        )
    else:
        yield say(f"费用 {money(shown.cost)}", f"a cost of {money(shown.cost)}")
    yield ""
    before, after = shown.old.claims[-1], shown.new.claims[-1]
    paid_before = {layer.name: layer.paid for layer in before.layers}
    paid_after = {layer.name: layer.paid for layer in after.layers}
    rows = [("", say("旧", "old"), say("新", "new"), say("差", "change"))]
    for name in dict.fromkeys([*paid_after, *paid_before]):
        a, b = paid_before.get(name), paid_after.get(name)
        rows.append((name, _or_dash(a), _or_dash(b), _signed((b or 0) - (a or 0))))
    person = say("个人负担", "the person bears")
    rows.append((person, money(before.left), money(after.left), _signed(after.left - before.left)))
    if shown.earlier:
        old, new = (sum(claim.left for claim in s.claims) for s in (shown.old, shown.new))
        rows.append(
            (say("个人全年负担", "the person bears in the year"), money(old), money(new), _signed(shown.amount))
        )
    if plain:
        yield from _columns(rows)
    else:
        yield "| " + " | ".join(rows[0]) + " |"
        yield "|---|---:|---:|---:|"
        yield from ("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows[1:])


def _or_dash(amount: int | None) -> str:
    return "—" if amount is None else money(amount)


def _signed(amount: int) -> str:
    return f"+{money(amount)}" if amount > 0 else f"−{money(-amount)}" if amount < 0 else money(0)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows aligned by display width: the amounts to the right."""
    from_right = range(len(rows[0]) - 3, len(rows[0]))
    widths = [max(cell_len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [
            padded(cell, widths[i], "right" if i in from_right and _looks_like_amount(rows, i) else "left")
            for i, cell in enumerate(row)
        ]
        yield ("  " + "  ".join(cells)).rstrip()


def _looks_like_amount(rows: Sequence[Sequence[str]], i: int) -> bool:
    return all(not row[i] or row[i][-1].isdigit() or row[i] == "—" for row in rows[1:])
