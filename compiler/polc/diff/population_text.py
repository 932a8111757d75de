"""What two plans come to over a table of claims, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pol_lang.problem import Problem
from polc.diff.population import Population, RefusedBoth, SizeLine, Tally
from polc.diff.words import Say, cell, heading, rows_shown, signed
from polc.explain.figures import grouped, money
from polc.explain.visible import visible

SHOWN = 100
"""How many refused rows are told in full; the JSON has all."""


def population_lines(found: Population, say: Say) -> Iterator[str]:
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


def title(found: Population, say: Say) -> str:
    """The heading of the section."""
    return say(f"一批就诊：{found.name}", f"Over the claims of {found.name}")


def summary(found: Population, say: Say) -> str:
    """How many were settled, who gains and loses, in a sentence or two."""
    refused = found.rows - found.settled
    cost = money(sum(person.cost for person in found.persons))
    told = say(
        f"按两个计划各结算 {found.settled} 次就诊（{len(found.persons)} 人，费用 {cost} 元）",
        f"{found.settled} claims of {len(found.persons)} persons, {cost} yuan, were settled under both plans",
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


def tables(found: Population, say: Say) -> Iterator[tuple[str, list[tuple[str, ...]], int]]:
    """The tables of the section: what each is, its rows with the headings first, and how many columns are words."""
    old, new, change = say("旧", "old"), say("新", "new"), say("差", "change")
    rows: list[tuple[str, ...]] = [(say("由谁支付", "borne by"), old, new, change)]
    for line in found.payers:
        name = line.name or say("个人", "the person")
        rows.append((name, money(line.old), money(line.new), signed(line.new - line.old)))
    sums = [sum(line.old for line in found.payers), sum(line.new for line in found.payers)]
    rows.append((say("合计", "in all"), money(sums[0]), money(sums[1]), signed(sums[1] - sums[0])))
    yield say("支付方各付多少（元）", "The budget by payer (yuan)"), rows, 1

    heads = (
        say("人数", "persons"), say("少负担", "bear less"), say("多负担", "bear more"), say("不变", "same"),
        say("共少负担", "less in all"), say("共多负担", "more in all"),
    )  # fmt: skip
    groups: list[tuple[str, ...]] = [(say("身份", "identity"), *heads)]
    for identity, tally in found.groups:
        groups.append((identity or say("无特殊身份", "no identity"), *_tally(tally)))
    groups.append((say("全部", "everybody"), *_tally(found.all)))
    yield (
        say("按身份（有几种身份的人在每一种里都计入）", "By identity (who has several counts in each)"),
        groups,
        1,
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


def refused_title(found: Population, say: Say) -> str:
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


def _refused(found: Population, say: Say) -> Iterator[str]:
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
