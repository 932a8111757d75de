"""A difference as text and as Markdown: what changed by clause, who gains and loses, the claims that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pol_lang.problem import Language
from polc.diff.clauses import Change
from polc.diff.groups import grouped
from polc.diff.money import ClassDifference
from polc.diff.population_text import population_lines
from polc.diff.result import Difference
from polc.diff.witness import Witness
from polc.diff.words import Say, alike_text, basis, cell, heading, or_dash, rows_shown, signed
from polc.explain.figures import money
from polc.explain.grid import padded, wrapped
from polc.explain.visible import visible
from polc.plan_json import plan_hash
from polc.shape.linear import Number

KINDS = {
    "added": ("新增", "added"), "removed": ("删去", "removed"), "changed": ("改动", "changed"),
    "renamed": ("改名", "renamed"), "moved": ("移位", "moved"),
}  # fmt: skip
VERDICTS = {
    "same": ("不变", "same"), "never worse": ("只有受益、没有受损", "never worse"),
    "never better": ("只有受损、没有受益", "never better"), "mixed": ("有受益也有受损", "mixed"),
}  # fmt: skip


_WIDTH = 100


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
    yield from _money(found, say, plain)
    if found.population is not None:
        yield ""
        yield from population_lines(found.population, say)


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


# ---------------------------------------------------------------- money


def _money(found: Difference, say: Say, plain: bool) -> Iterator[str]:
    if found.classes is None:
        if not found.obstacles:
            yield say("没有比较金额。", "Money was not compared.")
            return
        yield say("不能对全部费用比较，只比较了条款：", "Not compared over all costs, only by clause:")
        for problem in found.obstacles:
            lang: Language = "zh" if say.zh else "en"
            reason = f"{problem.message(lang)} [{problem.code}]"
            yield f"  {visible(reason)}" if plain else f"- {cell(reason)}"
        return
    if not found.classes:
        yield say("结算含义相同，金额不变。", "Both mean the same: no amount changes.")
        return
    yield counts_text(found.classes, say)
    yield ""
    differing = [c for c in sorted(grouped(found.classes), key=order) if c.verdict != "same"]
    for one in differing:
        yield ("  " if plain else "- ") + fares_text(one, say)
        names = say("、", ", ").join(one.identities) or say("无特殊身份", "no identity")
        facts = say("；", "; ").join(f"{name} = {alike_text(values, say)}" for name, values in one.facts.items())
        for label, words in ((say("人员", "who"), names), (say("情形", "when"), facts)):
            if words and plain:
                rows = wrapped(words, _WIDTH - 12)
                yield f"      {padded(label, 4)}  {rows[0]}"
                yield from (f"            {row}" for row in rows[1:])
            elif words:
                yield f"  - {label}: {cell(words)}"
    for which, words in ((found.gain, say("得益最多的一例", "The claim that gains most")),
                         (found.loss, say("受损最多的一例", "The claim that loses most"))):  # fmt: skip
        if which is not None:
            yield ""
            yield from heading(words, plain)
            yield from _witness_lines(*which, say, plain)


def counts_text(classes: Sequence[ClassDifference], say: Say) -> str:
    """How many classes fare how."""
    counts = {verdict: sum(c.verdict == verdict for c in classes) for verdict in VERDICTS}
    listed = say("，", ", ").join(f"{say(*VERDICTS[verdict])} {count}" for verdict, count in counts.items() if count)
    return say(f"按个人全年负担比较，{listed} 类", f"By what the person bears in a year: {listed} classes")


def fares_text(one: ClassDifference, say: Say) -> str:
    """How a class fares: its verdict, the largest gain and loss."""
    told = [say(*VERDICTS[one.verdict])]
    for extreme, words in (
        (one.gain, say("最多少负担", "most spared")),
        (one.loss, say("最多多负担", "most added")),
    ):
        if extreme is not None:
            told.append(f"{words} {money(round(extreme.amount))}")
    if one.grows:
        told.append(say("费用再高差额还会变", "the difference goes on with higher cost"))
    return say("，", ", ").join(told)


def order(found: ClassDifference) -> tuple[int, Number]:
    """What classes are sorted by: those that lose first, the largest differences first."""
    rank = ("never better", "mixed", "never worse", "same").index(found.verdict)
    most: Number = max((e.amount for e in (found.gain, found.loss) if e is not None), default=0)
    return rank, -most


def who(found: ClassDifference, say: Say) -> str:
    """The class of cases in words."""
    names = say("、", ", ").join(found.identities) or say("无特殊身份", "no identity")
    facts = say("，", ", ").join(f"{name} = {alike_text(values, say)}" for name, values in found.facts.items())
    return f"{names}{say('；', '; ')}{facts}" if facts else names


def claim_text(shown: Witness, say: Say) -> str:
    """The claim that shows a difference, in words."""
    if shown.earlier:
        return say(
            f"当年先有一次 {money(shown.earlier)}，这一次 {money(shown.cost)}",
            f"{money(shown.earlier)} earlier in the year, {money(shown.cost)} this time",
        )
    return say(f"费用 {money(shown.cost)}", f"a cost of {money(shown.cost)}")


def witness_rows(shown: Witness, say: Say) -> list[tuple[str, ...]]:
    """What each layer paid and the person bears of that claim under both plans, the first row its headings."""
    before, after = shown.old.claims[-1], shown.new.claims[-1]
    paid_before = {layer.name: layer.paid for layer in before.layers}
    paid_after = {layer.name: layer.paid for layer in after.layers}
    rows: list[tuple[str, ...]] = [("", say("旧", "old"), say("新", "new"), say("差", "change"))]
    for name in dict.fromkeys([*paid_after, *paid_before]):
        a, b = paid_before.get(name), paid_after.get(name)
        rows.append((name, or_dash(a), or_dash(b), signed((b or 0) - (a or 0))))
    person = say("个人负担", "the person bears")
    rows.append((person, money(before.left), money(after.left), signed(after.left - before.left)))
    if shown.earlier:
        old, new = (sum(claim.left for claim in s.claims) for s in (shown.old, shown.new))
        rows.append((say("个人全年负担", "the person bears in the year"), money(old), money(new), signed(shown.amount)))
    return rows


def _witness_lines(found: ClassDifference, shown: Witness, say: Say, plain: bool) -> Iterator[str]:
    yield who(found, say) if plain else cell(who(found, say))
    yield claim_text(shown, say)
    yield ""
    yield from rows_shown(witness_rows(shown, say), 1, plain)
