"""What a difference comes to in money, in words: who gains and loses, the claims that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pol_lang.problem import Language
from polc import plan as p
from polc.diff.groups import Block, Group, Pair, grouped
from polc.diff.money import ClassDifference, FactRead
from polc.diff.result import Difference, Shown
from polc.diff.rounding import ByRounding
from polc.diff.witness import Witness, borne
from polc.explain.figures import money
from polc.explain.grid import padded, wrapped
from polc.explain.say import Say, cell, heading, or_dash, rows_shown, signed
from polc.explain.visible import visible
from polc.lowering.amounts import value_text
from polc.shape.linear import Number

VERDICTS = {
    "same": ("不变", "same"), "never worse": ("只有受益、没有受损", "never worse"),
    "never better": ("只有受损、没有受益", "never better"), "mixed": ("有受益也有受损", "mixed"),
}  # fmt: skip


BUT_FOR_ROUNDING = ("除取整外不变", "same but for rounding")
PARTS = {
    "noncovered": ("全自费费用", "noncovered cost"), "overlimit": ("超限价自费费用", "over-limit cost"),
    "copay": ("先行自付费用", "copay"),
}  # fmt: skip
_WIDTH = 100
_NAMED = 8
"""So many values of a fact are named; of more only the first."""


def money_lines(found: Difference, say: Say) -> Iterator[str]:
    """The lines of the section on money."""
    plain = say.plain
    if found.money is None:
        if not found.obstacles:
            yield say("没有比较金额。", "Money was not compared.")
            return
        yield say("不能对全部费用比较，只比较了条款：", "Not compared over all costs, only by clause:")
        yield from _reasons(found, say)
        return
    if not found.classes:
        yield say("结算含义相同，金额不变。", "Both mean the same: no amount changes.")
        return
    differing = differing_groups(found)
    yield from counts_lines(found, len(differing), say)
    if found.obstacles:
        yield say("没有比较的情形：", "Cases not compared:")
        yield from _reasons(found, say)
    yield ""
    for group in differing:
        yield ("  " if plain else "- ") + fares_text(group.one, found, say)
        for block in group.blocks:
            yield from _block(block, found, say)
    for shown in found.claims:
        yield ""
        yield from heading(title(shown, say), plain)
        yield from _witness_lines(shown, found, say, plain)


def differing_groups(found: Difference) -> list[Group]:
    """The groups in which anything differs, in the order in which they are told."""
    groups = grouped(found.classes, (*found.money.left_out, *found.money.as_one) if found.money else ())
    return sorted((group for group in groups if not group.one.is_same), key=lambda group: order(group.one))


def names_text(identities: Sequence[str], pairs: Sequence[Pair], say: Say) -> str:
    """Identities, and pairs of them held together, in words."""
    both = [say(" 和 ", " and ").join("/".join(names) for names in pair) for pair in _together(pairs)]
    for some in _any_two(pairs):
        listed = say.listed(["/".join(names) for names in some])
        both.append(say(f"{listed} 中任意两种", f"any two of {listed}"))
    return say.listed([*identities, *both]) or say("无特殊身份", "no identity")


def _any_two(pairs: Sequence[Pair]) -> list[list[tuple[str, ...]]]:
    """Three and more identities of which all pairs are there, each pair in the first of these only."""
    left, found = set(pairs), list[list[tuple[str, ...]]]()
    for first, _ in pairs:
        some = [first]
        for name in dict.fromkeys(name for pair in pairs for name in pair):
            if all((a, name) in left for a in some):
                some.append(name)
        if len(some) > 2:
            found.append(some)
            left -= {(a, b) for a in some for b in some}
    return found


def _together(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs that do not belong to any two of several."""
    told = {(a, b) for some in _any_two(pairs) for a in some for b in some}
    return [pair for pair in pairs if pair not in told]


def facts_text(facts: Mapping[str, tuple[p.Value, ...]], say: Say, found: Difference | None = None) -> str:
    """The facts that tell a case, in words."""
    read = found.money.facts if found is not None and found.money is not None else {}
    return say("；", "; ").join(
        f"{name} {_values_text(values, say, read.get(name))}" for name, values in facts.items() if values != (None,)
    )


def _values_text(values: tuple[p.Value, ...], say: Say, read: FactRead | None) -> str:
    """Values of a fact that count alike; `= ` before what it is, nothing before what it lies between."""
    if read is not None and any(value in read.between for value in values):
        return say(" 或 ", " or ").join(_stretch_text(stretch, say, read) for stretch in _stretches(values, read))
    named = [_value_text(value, say, read) for value in values]
    if len(named) > _NAMED + 1:
        more = say(f"等 {len(named)} 种", f" and {len(named) - _NAMED} more")
        named = [*named[: _NAMED - 1], named[_NAMED - 1] + more]
    return "= " + "/".join(named)


_Stretch = tuple[p.Value, p.Value, bool, bool]
"""From one value to another (None: no end), and whether these belong to it."""


def _stretches(values: tuple[p.Value, ...], read: FactRead) -> list[_Stretch]:
    """What values that stand for themselves or for all between two others come to, from the least on."""
    known: list[_Stretch] = [
        (*read.between[value], False, False) if value in read.between else (value, value, True, True)
        for value in values
    ]
    known.sort(key=lambda one: (one[0] is not None, one[0], not one[2]))
    found = known[:1]
    for low, high, has_low, has_high in known[1:]:
        start, end, has_start, has_end = found[-1]
        if end is not None and end == low and (has_end or has_low):
            found[-1] = start, high, has_start, has_high
        else:
            found.append((low, high, has_low, has_high))
    return found


def _stretch_text(stretch: _Stretch, say: Say, read: FactRead) -> str:
    low, high, has_low, has_high = stretch
    if low == high:
        return "= " + _value_text(low, say, read)
    told = []
    if low is not None:
        told.append((say("不低于 ", "at least ") if has_low else say("超过 ", "above ")) + _value_text(low, say, read))
    if high is not None:
        told.append((say("不超过 ", "at most ") if has_high else say("低于 ", "below ")) + _value_text(high, say, read))
    return say("、", " and ").join(told)


def _value_text(value: p.Value, say: Say, read: FactRead | None) -> str:
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    if isinstance(value, frozenset):
        return say.listed(sorted(value)) or say("没有", "none")
    if value == "—":
        return say("其他", "any other")
    return value_text(value, read.unit if read else "text")


def _block(block: Block, found: Difference, say: Say) -> Iterator[str]:
    cases = [words for case in block.cases if (words := facts_text(case, say, found))]
    told = [(say("人员", "who"), names_text(block.identities, block.pairs, say))]
    told += [(say("情形", "when") if i == 0 else say("或", "or"), words) for i, words in enumerate(cases)]
    for label, words in told:
        if say.plain:
            rows = wrapped(words, _WIDTH - 12)
            yield f"      {padded(label, 4)}  {rows[0]}"
            yield from (f"            {row}" for row in rows[1:])
        else:
            yield f"  - {label}: {cell(words)}"


def _reasons(found: Difference, say: Say) -> Iterator[str]:
    for told in reasons_text(found, say):
        yield f"  {visible(told)}" if say.plain else f"- {cell(told)}"


def reasons_text(found: Difference, say: Say) -> list[str]:
    """Why money, or some cases of it, was not compared."""
    lang: Language = "zh" if say.zh else "en"
    return [
        f"{problem.message(lang)} [{problem.code}]" + (f"{say('：', ': ')}{problem.where}" if problem.where else "")
        for problem in found.obstacles
    ]


def counts_lines(found: Difference, groups: int, say: Say) -> Iterator[str]:
    """How many cases fare how, over which costs they were compared, and how they are put together."""
    counts: dict[tuple[str, str], int] = {}
    for verdict, words in VERDICTS.items():
        counts[words] = sum(c.verdict == verdict and not c.but_for_rounding for c in found.classes)
        if verdict == "same":
            counts[BUT_FOR_ROUNDING] = sum(c.but_for_rounding for c in found.classes)
    listed = say("，", ", ").join(f"{say(*words)} {n}{say(' 种', '')}" for words, n in counts.items() if n)
    yield say(
        f"比较个人一年的负担。政策区别对待的情形共 {len(found.classes)} 种：{listed}。",
        f"What the person bears in a year is compared. Of {len(found.classes)} cases that the policies tell apart: "
        f"{listed}.",
    )
    shifted = sum((one.verdict == "same" or one.but_for_rounding) and bool(one.others) for one in found.classes)
    if shifted:
        yield say(
            f"不变的情形中有 {shifted} 种，个人不变，但支付方之间有增减。",
            f"In {shifted} of those that are the same the person bears the same but the others do not.",
        )
    searched = any(one.rounding is not None and one.rounding.searched for one in found.classes)
    every = say("取整之前，每次", "Before rounding, every") if searched else say("每次", "Every")
    two = None if found.money is None else found.money.of_two
    zh, en = {
        None: ("，人员按只有一种身份。", ", and a person has one identity."),
        True: ("。两种身份合在一起另有不同的，也作比较；三种以上没有比较。",
               ". Persons with two identities are cases of their own where they are treated unlike those with either; "
               "with three they are not compared."),
        False: ("，人员按只有一种身份：两种身份的情形太多，没有比较。",
                ", and a person has one identity: with two there are too many cases to compare."),
    }[two]  # fmt: skip
    yield every + say(
        f"就诊的费用、当年先前一次就诊的费用，从 0 起全部比较，不抽样；费用都在政策范围内{zh}",
        f" cost of a claim and of an earlier one in the year is compared, nothing sampled; all of it is eligible{en}",
    )
    yield from _rounding_lines(found, say)
    if found.money is not None and found.money.first_only:
        yield say(
            "就高、按两种身份中较好的结算的人员，只比较当年第一次就诊。",
            "Of persons settled as the better of two identities only the first claim of a year was compared.",
        )
    if found.money is not None and found.money.parts:
        names = say.listed([say(*PARTS[part]) for part in found.money.parts])
        yield say(f"另外比较了当年第一次就诊有{names}的账单，数额不限。",
                  f"Also compared: a first claim of the year of which any amount is {names}.")  # fmt: skip
    if found.money is not None and found.money.counts:
        numbers = say.listed([str(before + 2) for before in found.money.counts])
        yield say(
            f"从第几次就诊起不同的，也比较了第 {numbers} 次就诊。",
            f"Where the number of the claim counts, claims number {numbers} were compared too.",
        )
    if groups:
        yield say(
            f"结果和金额都相同的情形合为一组，共 {groups} 组；“最多”是组内每种情形各自能达到的最大差额。",
            f"Cases with the same result and amounts stand in one group, {groups} in all; “at most” is what each "
            "case of a group can come to.",
        )


def _rounding_lines(found: Difference, say: Say) -> Iterator[str]:
    """How rounding was compared, and of which amounts the verdicts are."""
    looked = [one.rounding for one in found.classes if one.rounding is not None]
    some = list({id(one): one for one in looked if one.searched}.values())
    if looked:
        many, claims = sum(one.searched > 0 for one in looked), sum(one.searched for one in some)
        every = say("逐分比较了全部费用", "compared to the fen over every cost")
        if any(one.first_only for one in looked):
            every = say(
                "当年第一次就诊逐分比较了全部费用", "the first claim of a year was compared to the fen over every cost"
            )
        if some:
            every = say(
                f"逐分比较，其中 {many} 种的周期太长，改为抽查 {claims} 次就诊",
                f"compared to the fen; {many} of them repeat too slowly to be gone over, so {claims} claims were "
                "searched",
            )
        yield say(
            f"步骤有改动、但取整之前个人不变的情形有 {len(looked)} 种：{every}。",
            f"In {len(looked)} cases steps differ, but before rounding the person bears the same: {every}.",
        )
    if any(one.verdict != "same" and one.rounding is None for one in found.classes):
        to = sorted({step.to for plan in (found.old, found.new) for layer in plan.body.steps
                     if isinstance(layer, p.Layer) for step in layer.steps if isinstance(step, p.Round)})  # fmt: skip
        if to:
            units = say.listed([money(unit) for unit in to])
            yield say(
                f"其余有差额的情形，结论和金额按支付额取整（到 {units} 元）之前的数额。",
                f"Where more than rounding differs, verdicts and amounts are of payments before rounding to {units}.",
            )


def fares_text(one: ClassDifference, found: Difference, say: Say) -> str:
    """How a class fares: its verdict, the largest gain and loss; where the person bears the same, how the bearers'
    shares change."""
    if one.but_for_rounding and one.rounding is not None:
        told = _by_rounding(one, one.rounding, say)
    elif one.verdict == "same":
        told = [say("个人不变", "same for the person")]
    if one.verdict == "same" or one.but_for_rounding:
        order = list(dict.fromkeys(field for plan in (found.new, found.old) for field, _ in plan.bearers))
        for field, spread in sorted(one.others.items(), key=lambda pair: order.index(pair[0])):
            less = "" if spread.less is None else say("最多少付 ", "at most ") + money(round(spread.less.amount))
            more = "" if spread.more is None else say("最多多付 ", "at most ") + money(round(spread.more.amount))
            ways = [x for x in (less and less + say("", " less"), more and more + say("", " more")) if x]
            told.append(bearer(found, field) + say("", " pays ") + say("、", " or ").join(ways))
    else:
        told = [say(*VERDICTS[one.verdict])]
        for extreme, words in (
            (one.gain, say("最多少负担", "spared at most")),
            (one.loss, say("最多多负担", "burdened at most")),
        ):
            if extreme is not None:
                told.append(f"{words} {money(round(extreme.amount))}")
    spreads = one.others.values() if one.verdict == "same" or one.but_for_rounding else ()
    if one.grows or any(spread.grows for spread in spreads):
        shown = [one.gain, one.loss, *(e for spread in spreads for e in (spread.less, spread.more))]
        most = money(next(e.bill.most for e in shown if e is not None))
        told.append(
            say(f"每次费用算到 {most}，再高差额还会变", f"for costs up to {most} each; beyond, the difference goes on")
        )
    return say("，", ", ").join(told)


def _by_rounding(one: ClassDifference, rounding: ByRounding, say: Say) -> list[str]:
    """What rounding alone does, on a claim and over the claims of a year that were compared."""
    told = [say(*BUT_FOR_ROUNDING)]
    if one.verdict != "mixed":
        told.append(say(*VERDICTS[one.verdict]))
    for extreme, year, words in (
        (rounding.claim.less, one.gain, ("少负担", "less")),
        (rounding.claim.more, one.loss, ("多负担", "more")),
    ):
        if year is None:
            continue
        amount = 0 if extreme is None else extreme.amount
        if extreme is not None:
            told.append(say(f"一次最多{words[0]} {money(amount)}", f"up to {money(amount)} {words[1]} on a claim"))
        if year.amount > amount:
            told.append(
                say(f"一年两次最多{words[0]} {money(round(year.amount))}",
                    f"up to {money(round(year.amount))} {words[1]} in a year of two")
            )  # fmt: skip
    return told


def bearer(found: Difference, field: str) -> str:
    """The name of a bearer."""
    names = [name for plan in (found.new, found.old) for known, name in plan.bearers if known == field]
    return names[0] if names else field


def title(shown: Shown, say: Say) -> str:
    """What a claim shows, as a heading."""
    return {
        "gain": say("得益最多的一例", "The claim that gains most"),
        "loss": say("受损最多的一例", "The claim that loses most"),
        "shift": say("个人不变、支付方变化最大的一例", "The same for the person, but not for the others"),
    }[shown.kind]


def order(found: ClassDifference) -> tuple[int, Number]:
    """What classes are sorted by: those that lose first, the largest differences first."""
    verdict = "same" if found.but_for_rounding else found.verdict
    rank = ("never better", "mixed", "never worse", "same").index(verdict)
    extremes = [found.gain, found.loss, *(e for x in found.others.values() for e in (x.less, x.more) if rank == 3)]
    most: Number = max((e.amount for e in extremes if e is not None), default=0)
    return rank, -most


def who(one: ClassDifference, found: Difference, say: Say) -> str:
    """The class of cases in words."""
    names = names_text((), [(one.identities, one.also)], say) if one.also else names_text(one.identities, (), say)
    facts = facts_text(one.facts, say, found)
    return f"{names}{say('；', '; ')}{facts}" if facts else names


def claim_text(shown: Witness, say: Say) -> str:
    """The claim that shows a difference, in words."""
    others = [(part, amount) for part, amount in shown.parts.items() if amount and part in PARTS]
    listed = say.listed([say(*PARTS[part]) + f" {money(amount)}" for part, amount in others])
    of_it = say(f"（其中{listed}）", f" (of which {listed})") if others else ""
    past: list[str] = []
    if shown.before:
        times = "一次" if shown.before == 1 else f" {shown.before} 次"
        many = "one claim" if shown.before == 1 else f"{shown.before} claims"
        past.append(say(f"{times} 0.01 元的就诊", f"{many} of 0.01 yuan"))
    if shown.earlier:
        past.append(say(f"一次 {money(shown.earlier)}", f"one of {money(shown.earlier)}"))
    if past:
        told = say("、", " and ").join(past)
        return say(f"当年先有{told}，这一次 ", f"after {told} in the year, ") + (
            money(shown.cost) + say("", " this time") + of_it
        )
    return say(f"费用 {money(shown.cost)}", f"a cost of {money(shown.cost)}") + of_it


def witness_rows(shown: Witness, say: Say) -> list[tuple[str, ...]]:
    """What each layer paid, and who else and the person bears of that claim under both plans, the first row its
    headings; with an earlier claim, what the bearer in question bears of both."""
    before, after = shown.old.claims[-1], shown.new.claims[-1]
    paid_before = {layer.name: layer.paid for layer in before.layers}
    paid_after = {layer.name: layer.paid for layer in after.layers}
    rows: list[tuple[str, ...]] = [("", say("旧", "old"), say("新", "new"), say("差", "change"))]
    for name in dict.fromkeys([*paid_after, *paid_before]):
        a, b = paid_before.get(name), paid_after.get(name)
        rows.append((name, or_dash(a), or_dash(b), signed((b or 0) - (a or 0))))
    payers = {layer.payer for side in (before, after) for layer in side.layers}
    names = {field: name for side in (before, after) for field, name, _ in side.bearers[:-1] if field not in payers}
    for field, name in names.items():
        old, new = (dict((f, amount) for f, _, amount in side.bearers).get(field, 0) for side in (before, after))
        if old or new:
            rows.append((name, money(old), money(new), signed(new - old)))
    person = say("个人负担", "the person bears")
    rows.append((person, money(before.left), money(after.left), signed(after.left - before.left)))
    if shown.earlier or shown.before:
        old, new = (borne(side) for side in (shown.old, shown.new))
        rows.append((say("个人全年负担", "the person bears in the year"), money(old), money(new), signed(new - old)))
        if shown.field:
            old, new = (borne(side, shown.field) for side in (shown.old, shown.new))
            name = next(name for field, name, _ in (*after.bearers, *before.bearers) if field == shown.field)
            whole = say(f"{name}全年支付", f"{name} pays in the year")
            rows.append((whole, money(old), money(new), signed(new - old)))
    return rows


def _witness_lines(shown: Shown, found: Difference, say: Say, plain: bool) -> Iterator[str]:
    told = who(shown.found, found, say)
    yield told if plain else cell(told)
    yield claim_text(shown.witness, say)
    yield ""
    yield from rows_shown(witness_rows(shown.witness, say), 1, plain)
