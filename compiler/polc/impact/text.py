"""What two plans come to over a table of claims, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pol_lang.problem import Problem
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
)  # fmt: skip

SHOWN = 100
"""How many refused rows are told in full; the JSON has all."""


def impact_lines(found: Impact, say: Say) -> Iterator[str]:
    """The lines of the section on a population."""
    yield from heading(title(found, say), say.plain)
    yield summary(found, say)
    if not found.settled:
        yield from _refused(found, say)
        return
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
    """How many were settled, who gains and loses, in a sentence or two."""
    refused = found.rows - found.settled
    cost = money(found.cost)
    told = say(
        f"按两个计划各结算 {found.settled} 次就诊（{found.all.persons} 人，费用 {cost} 元）",
        f"{found.settled} claims of {found.all.persons} persons, {cost} yuan, were settled under both plans",
    )
    if refused:
        told += say(f"，{refused} 次没有计入", f", {refused} were left out")
    if found.settled:
        tally = found.all
        told += say(
            f"。{tally.gain} 人少负担，共 {money(tally.spared)} 元；{tally.lose} 人多负担，"
            f"共 {money(tally.burdened)} 元；{tally.stay} 人不变",
            f". {tally.gain} persons bear less ({money(tally.spared)} in all), {tally.lose} bear more "
            f"({money(tally.burdened)} in all), for {tally.stay} nothing changes",
        )
    return told + say("。", ".")


def tables(found: Impact, say: Say) -> Iterator[tuple[str, list[tuple[str, ...]], int]]:
    """The tables of the section: what each is, its rows with the headings first, and how many columns are words."""
    old, new, change = say("旧", "old"), say("新", "new"), say("差", "change")
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
             money(line.new), signed(line.new - line.old), str(line.tally.gain), str(line.tally.lose))
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
            (size(line, say), str(line.tally.gain), str(line.tally.lose), money(line.tally.spared),
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
            (person.id, say.listed(person.identities) or "—", str(person.claims), money(person.cost),
             money(person.old), money(person.new), signed(person.change))
            for person in found.most
        ]  # fmt: skip
        yield say("变化最大的人（元）", "The persons most affected (yuan)"), most, 2


def payer(line: PayerLine, say: Say) -> str:
    """What a bearer is called."""
    return line.name or say("个人", "the person")


def group_name(group: GroupLine, say: Say) -> str:
    """What the holders of an identity are called."""
    return group.identity or say("无特殊身份", "no identity")


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
            counts = ["—" if count is None else str(count) for count in (line.old, line.new)]
            rows.append((alert_name(line, say), *counts, str(line.newly), str(line.no_longer)))
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
    """Which plan refuses a row and why; where both say the same it is said once."""
    old, new = (_messages(problems, say) for problems in (entry.old, entry.new))
    if old == new:
        yield old
        return
    for words, told, other in ((say("旧", "old"), old, new), (say("新", "new"), new, old)):
        if told:
            alone = "" if other else say("（只有这一个计划拒绝）", " (only this plan refuses it)")
            yield words + say("：", ": ") + told + alone


def refused_title(found: Impact, say: Say) -> str:
    """The heading of the list of refused rows."""
    count = len(found.refused)
    only = sum(bool(entry.old) != bool(entry.new) for entry in found.refused)
    told = say(f"没有计入的行（{count}）", f"Rows left out ({count})")
    return told + (
        say(f"，其中 {only} 行只有一个计划拒绝", f", {only} of them refused by one plan only") if only else ""
    )


def _tally(tally: Tally) -> tuple[str, ...]:
    counts = (tally.persons, tally.gain, tally.lose, tally.stay)
    return (*map(str, counts), money(tally.spared), money(tally.burdened))


def _messages(problems: Sequence[Problem], say: Say) -> str:
    lang = "zh" if say.zh else "en"
    told = dict.fromkeys(f"{problem.message(lang)} [{problem.code}]" for problem in problems)  # type: ignore[arg-type]
    return say("；", "; ").join(told)


def _refused(found: Impact, say: Say) -> Iterator[str]:
    if not found.refused:
        return
    yield ""
    yield refused_title(found, say) if say.plain else f"**{refused_title(found, say)}**"
    if not say.plain:
        yield ""
    for entry in found.refused[:SHOWN]:
        where = "  ".join(x for x in (f"{entry.file}:{entry.row}", entry.person, entry.claim) if x)
        told = say("；", "; ").join(reasons(entry, say))
        yield f"  {visible(where)}  {visible(told)}" if say.plain else f"- {cell(where)}: {cell(told)}"
    if len(found.refused) > SHOWN:
        more = len(found.refused) - SHOWN
        yield say(f"  还有 {more} 行，见 --format json", f"  {more} more: see --format json")
