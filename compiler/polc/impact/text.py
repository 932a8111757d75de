"""What two plans come to over a table of claims, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from polc.explain.figures import grouped, money, ratio, share
from polc.explain.say import Say, cell, heading, rows_shown, signed
from polc.explain.visible import visible
from polc.impact.result import (
    AlertLine,
    GroupLine,
    Impact,
    PayerLine,
    Reached,
    RefusedBoth,
    SizeLine,
    Tally,
    TargetLine,
    Told,
)  # fmt: skip

SHOWN = 100
"""How many rows left out are shown."""


def impact_lines(found: Impact, say: Say) -> Iterator[str]:
    """The lines of the section on a population."""
    yield from heading(title(found, say), say.plain)
    yield summary(found, say) if say.plain else cell(summary(found, say))
    for line in values(found, say):
        yield line if say.plain else f"\n{line}"
    for words, rows, columns in tables(found, say):
        yield ""
        yield words if say.plain else f"**{cell(words)}**"
        if not say.plain:
            yield ""
        yield from rows_shown(rows, columns, say.plain)
    yield from _refused(found, say)


def title(found: Impact, say: Say) -> str:
    """The heading of the section."""
    return say(f"一批就诊：{found.name}", f"Over the claims of {found.name}")


def summary(found: Impact, say: Say) -> str:
    """How many were settled, who gains and loses, who pays more and less, in a few sentences."""
    cost = money(found.billed.settled)
    settled, persons = (grouped(count) for count in (found.rows.settled, found.all.persons))
    told = say(
        f"按两个政策各结算 {settled} 次就诊（{persons} 人，费用 {cost} 元）",
        f"{settled} claims of {persons} persons, {cost} yuan, were settled under both policies",
    )
    if found.rows.left_out:
        left = grouped(found.rows.left_out)
        told += say(f"，{left} 行没有计入", f", {left} rows were left out")
    if found.rows.settled:
        gain, lose, stay = (grouped(count) for count in (found.all.gain, found.all.lose, found.all.stay))
        told += say(
            f"。{gain} 人少负担，共 {money(found.all.spared)} 元；{lose} 人多负担，"
            f"共 {money(found.all.burdened)} 元；{stay} 人不变",
            f". {gain} persons bear less ({money(found.all.spared)} in all), {lose} bear more "
            f"({money(found.all.burdened)} in all), for {stay} nothing changes",
        )
    changed = [f"{payer(line, say)} {signed(line.new - line.old)}" for line in found.payers if line.new != line.old]
    if changed:
        told += say(
            f"。支付的变化（元）：{'，'.join(changed)}", f". Change in what is paid (yuan): {', '.join(changed)}"
        )
    return told + say("。", ".")


def values(found: Impact, say: Say) -> Iterator[str]:
    """The values of which days were used, in a line for each policy."""
    if not found.rows.settled:
        return
    for which, used in zip((say("旧政策", "old policy"), say("新政策", "new policy")), found.used, strict=True):
        told = []
        if used.as_of is not None:
            told.append(
                say(f"全部按 {used.as_of} 的规定", f"all claims with the values of {used.as_of}")
                + ("" if used.holds else say("（那天不在施行期内）", " (it is not in force then)"))
            )
        if used.own:
            count = grouped(used.own)
            told.append(say(f"{count} 次就诊按当天的规定", f"{count} claims with the values of their own day"))
        if used.before:
            count = grouped(used.before)
            told.append(
                say(
                    f"{count} 次就诊在施行以前，按施行第一天 {used.first} 的规定",
                    f"{count} claims from before it is in force with the values of its first day, {used.first}",
                )
            )
        if used.after:
            count = grouped(used.after)
            told.append(
                say(
                    f"{count} 次就诊在失效以后，按最后一天 {used.last} 的规定",
                    f"{count} claims from after its end with the values of its last day, {used.last}",
                )
            )
        yield which + say("：", ": ") + say("；", "; ").join(told) + say("。", ".")
        if used.items:
            items = say("，", ", ").join(f"{code} {grouped(count)}" for code, count in used.items.items())
            yield which + say(f"：没有结算的费用明细 {items}。", f": cost items not settled: {items}.")
        for reason in used.reasons:
            yield which + say("：机器码不能处理：", ": not for machine code: ") + reason


def tables(found: Impact, say: Say) -> Iterator[tuple[str, list[tuple[str, ...]], int]]:
    """The tables of the section: what each is, its rows with the headings first, and how many columns are words."""
    old, new, change = say("旧", "old"), say("新", "new"), say("差", "change")
    yield _accounted(found, say)
    if not found.rows.settled:
        return
    rows: list[tuple[str, ...]] = [(say("由谁支付", "borne by"), old, new, change, *_shares_heads(say))]
    sums = [sum(line.old for line in found.payers), sum(line.new for line in found.payers)]
    for line in found.payers:
        rows.append(
            (payer(line, say), money(line.old), money(line.new), signed(line.new - line.old), share(line.old, sums[0]),
             share(line.new, sums[1]))
        )  # fmt: skip
    rows.append((say("合计", "in all"), money(sums[0]), money(sums[1]), signed(sums[1] - sums[0]), "", ""))
    yield say("支付方各付多少（元）", "The budget by payer (yuan)"), rows, 1

    heads = (
        say("人数", "persons"), say("少负担", "bear less"), say("多负担", "bear more"), say("不变", "same"),
        say("共少负担", "less in all"), say("共多负担", "more in all"),
    )  # fmt: skip
    groups: list[tuple[str, ...]] = [(say("身份", "identity"), *heads)]
    for group in found.groups:
        groups.append((group_name(group, say), *_tally(group.tally)))
    groups.append((say("全部", "everybody"), *_tally(found.all)))
    yield (
        say("按身份（有几种身份的人在每一种里都计入）", "By identity (who has several counts in each)"),
        groups,
        1,
    )
    yield from _cost_by_identity(found, say)
    if found.deciles:
        deciles: list[tuple[str, ...]] = [
            (say("组", "tenth"), say("每人费用", "cost of a person"), say("费用合计", "cost in all"),
             say("旧负担", "bore"), say("新负担", "bear"), change, say("少负担（人）", "bear less"),
             say("多负担（人）", "bear more"))
        ]  # fmt: skip
        deciles += [
            (str(line.number), f"{money(line.least)}–{money(line.most)}", money(line.cost), money(line.old),
             money(line.new), signed(line.new - line.old), grouped(line.tally.gain), grouped(line.tally.lose))
            for line in found.deciles
        ]  # fmt: skip
        yield (
            say("按费用分成人数相等的十组（元）", "By tenths of the persons, the cheapest first (yuan)"),
            deciles,
            2,
        )
    if found.sizes:
        sizes: list[tuple[str, ...]] = [
            (say("个人负担的变化（元）", "change (yuan)"), heads[1], heads[2], heads[4], heads[5])
        ]
        sizes += [
            (size(line, say), grouped(line.tally.gain), grouped(line.tally.lose), money(line.tally.spared),
             money(line.tally.burdened))
            for line in found.sizes
        ]  # fmt: skip
        yield say("按变化的大小（人数）", "By the size of the change (persons)"), sizes, 1
    yield from _aims(found, say)
    if found.most:
        most: list[tuple[str, ...]] = [
            (say("人员编号", "person"), say("身份", "identities"), say("就诊", "claims"), say("费用", "cost"),
             say("旧负担", "bore"), say("新负担", "bears"), change)
        ]  # fmt: skip
        most += [
            (person.id, say.listed(person.identities) or "—", grouped(person.claims), money(person.cost),
             money(person.old), money(person.new), signed(person.change))
            for person in found.most
        ]  # fmt: skip
        yield say("变化最大的人（元）", "The persons most affected (yuan)"), most, 2


def _accounted(found: Impact, say: Say) -> tuple[str, list[tuple[str, ...]], int]:
    """Rows and cost, in and out."""
    rows: list[tuple[str, ...]] = [(say("行", "rows"), say("行数", "number"), say("医疗费总额", "total cost"))]
    names = (
        ("read", say("读入", "read")), ("settled", say("两边都结算", "settled by both")),
        ("cancelled", say("冲销和被冲销", "reversed and reversals")), ("left_out", say("没有计入", "left out")),
    )  # fmt: skip
    for field, name in names:
        count = getattr(found.rows, field)
        if count or field != "cancelled":
            rows.append((name, grouped(count), money(getattr(found.billed, field))))
    told = say("读入的行和费用（元）", "Rows read and their cost (yuan)")
    if found.unreadable:
        count = grouped(found.unreadable)
        told += say(f"，{count} 行读不出费用", f"; the cost of {count} cannot be read")
    return told, rows, 1


def payer(line: PayerLine, say: Say) -> str:
    """What a bearer is called."""
    return _named(line.name, line.means, say) or say("个人", "the person")


def group_name(group: GroupLine, say: Say) -> str:
    """What the holders of an identity are called."""
    return _named(group.identity or "", group.means, say) or say("无特殊身份", "no identity")


def _named(name: str, means: tuple[str, str], say: Say) -> str:
    """A name of the policy, with what it means before it where it is of the other language, as on sheets."""
    meaning = say(*means)
    return f"{meaning} {name}" if meaning else name


def _shares_heads(say: Say) -> tuple[str, str]:
    return say("旧占比", "old share"), say("新占比", "new share")


def _cost_by_identity(found: Impact, say: Say) -> Iterator[tuple[str, list[tuple[str, ...]], int]]:
    """What the claims of each identity cost, the part that is reimbursed, and who pays more or less of it."""
    changing = [line.field for line in found.payers if any(x.old != x.new for g in found.groups for x in g.payers
                if x.field == line.field)]  # fmt: skip
    names = {line.field: payer(line, say) for line in found.payers}
    person = found.payers[-1].field
    rows: list[tuple[str, ...]] = [
        (say("身份", "identity"), say("费用", "cost"), say("旧报销", "old paid"), say("新报销", "new paid"),
         *(say(f"{names[field]}差", f"{names[field]}: change") for field in changing))
    ]  # fmt: skip
    for group in found.groups:
        lines = {line.field: line for line in group.payers}
        own = lines[person]
        rows.append(
            (group_name(group, say), money(group.cost), share(sum(x.old for x in group.payers) - own.old,
             sum(x.old for x in group.payers)), share(sum(x.new for x in group.payers) - own.new,
             sum(x.new for x in group.payers)), *(signed(lines[field].new - lines[field].old) for field in changing))
        )  # fmt: skip
    yield say("各身份的费用和报销比例（元）", "Cost and share paid by identity (yuan)"), rows, 1


def _aims(found: Impact, say: Say) -> Iterator[tuple[str, list[tuple[str, ...]], int]]:
    """Persons on alert lists, and targets."""
    if found.alerts:
        rows: list[tuple[str, ...]] = [
            (say("预警", "alert"), say("旧", "old"), say("新", "new"), say("新增", "newly"), say("不再", "no longer"))
        ]
        for line in found.alerts:
            counts = ["—" if count is None else grouped(count) for count in (line.old, line.new)]
            rows.append((alert_name(line, say), *counts, grouped(line.newly), grouped(line.no_longer)))
        yield say("超过预警线的人数", "Persons above the line of an alert"), rows, 1
    if found.targets:
        rows = [(say("目标", "target"), say("旧", "old"), say("新", "new"), say("要求", "wanted"))]
        for target in found.targets:
            rows.append((target.name, _reached(target.old, say), _reached(target.new, say), wanted(target, say)))
        yield say("各项目标", "Targets"), rows, 1


def alert_name(line: AlertLine, say: Say) -> str:
    """What an alert is called; the one asked for by its amount."""
    if line.above is None:
        return line.name
    return say(f"个人负担超过 {money(line.above)} 元", f"bear more than {money(line.above)} yuan")


def wanted(target: TargetLine, say: Say) -> str:
    """What a target asks for, under the new plan where it has it."""
    side = target.new or target.old
    assert side is not None
    words = {"at_least": say("不低于 ", "at least "), "at_most": say("不高于 ", "at most ")}
    return words.get(side.relation, say("约 ", "about ")) + ratio(side.wanted)


def _reached(side: Reached | None, say: Say) -> str:
    if side is None or side.value is None:
        return "—"
    met = say("达到", "met") if side.met else say("未达到", "not met")
    return say(f"{share(side.value, 1)}（{met}）", f"{share(side.value, 1)} ({met})")


def size(line: SizeLine, say: Say) -> str:
    """The band of a change, in yuan."""
    if line.up_to is None:
        return say(f"超过 {grouped(line.over // 100)}", f"above {grouped(line.over // 100)}")
    if not line.over:
        return say(f"不超过 {grouped(line.up_to // 100)}", f"up to {grouped(line.up_to // 100)}")
    return f"{grouped(line.over // 100)}–{grouped(line.up_to // 100)}"


def reasons(entry: RefusedBoth, say: Say) -> Iterator[str]:
    """Which policy refuses a row and why; where both say the same it is said once."""
    old, new = (_messages(told, say) for told in (entry.old, entry.new))
    if old == new:
        yield old
        return
    for words, told, other in ((say("旧", "old"), old, new), (say("新", "new"), new, old)):
        if told:
            alone = "" if other else say("（只有这一个政策）", " (only this policy)")
            yield words + say("：", ": ") + told + alone


def refused_title(found: Impact, say: Say) -> str:
    """The heading of the list of rows left out."""
    told = say(f"没有计入的行（{grouped(found.rows.left_out)}）", f"Rows left out ({grouped(found.rows.left_out)})")
    only = grouped(found.only_one)
    return told + (
        say(f"，其中 {only} 行只有一个政策未通过", f", {only} of them refused by one policy only")
        if found.only_one
        else ""
    )


def refused_codes(found: Impact, say: Say) -> str:
    """How many rows each policy refuses, by reason."""
    told = []
    for which, used in zip((say("旧", "old"), say("新", "new")), found.used, strict=True):
        counts = say("，", ", ").join(f"{code} {grouped(count)}" for code, count in used.refused.items())
        told.append(which + say("：", ": ") + (counts or "—"))
    return say("；", "; ").join(told)


def left_out(found: Impact) -> tuple[RefusedBoth, ...]:
    """The rows that are shown: of tables of persons, then of claims."""
    return (*found.refused_people, *found.refused)[:SHOWN]


def more_left_out(found: Impact, say: Say) -> str:
    """What is not shown; empty where nothing is."""
    more = found.rows.left_out - len(found.refused)
    more += len(found.refused) + len(found.refused_people) - len(left_out(found))
    count = grouped(more)
    return say(f"还有 {count} 行：--refused 文件", f"{count} more: --refused FILE") if more > 0 else ""


def _tally(tally: Tally) -> tuple[str, ...]:
    counts = (tally.persons, tally.gain, tally.lose, tally.stay)
    return (*map(grouped, counts), money(tally.spared), money(tally.burdened))


def _messages(told: Sequence[Told], say: Say) -> str:
    return say("；", "; ").join(dict.fromkeys(f"{x.zh if say.zh else x.en} [{x.code}]" for x in told))


def _refused(found: Impact, say: Say) -> Iterator[str]:
    shown = left_out(found)
    if not shown:
        return
    yield ""
    yield refused_title(found, say) if say.plain else f"**{refused_title(found, say)}**"
    if not say.plain:
        yield ""
    codes = refused_codes(found, say)
    yield f"  {codes}" if say.plain else f"{codes}\n"
    for entry in shown:
        where = "  ".join(x for x in (f"{entry.file}:{entry.row}", entry.person, entry.claim) if x)
        told = say("；", "; ").join(reasons(entry, say))
        yield f"  {visible(where)}  {visible(told)}" if say.plain else f"- {cell(where)}: {cell(told)}"
    more = more_left_out(found, say)
    if more:
        yield f"  {more}" if say.plain else f"- {more}"
