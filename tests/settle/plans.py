"""Plans built by hand from the plan's types, for tests that need no .pol file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.fast.same import assert_same

from polc import plan as p
from polc import settlement as r
from polc.settle import settle

HERE = p.Origin(("一",), "算例", "test.pol:1")
DAY = datetime.date(2023, 6, 1)
PARTS = ("noncovered", "overlimit", "copay", "inscope")
TITLES = {
    "total": "医疗费总额", "noncovered": "全自费费用", "overlimit": "超限价自费费用", "copay": "先行自付费用",
    "inscope": "政策范围内费用",
}  # fmt: skip


def yuan(text: str | int) -> int:
    """Fen of an amount in yuan, which has no part of a fen."""
    fen = Fraction(text) * 100
    assert fen.denominator == 1
    return int(fen)


def money(amount: str | int | Fraction) -> p.Const:
    """A constant of money given in yuan."""
    fen = Fraction(amount) * 100
    return p.Const(int(fen) if fen.denominator == 1 else fen, "money")


def percent(rate: str | int | Fraction) -> p.Const:
    return p.Const(Fraction(rate) / 100, "ratio")


def points(rate: str | int) -> p.Const:
    return p.Const(Fraction(rate) / 100, "points")


def number(value: int | Fraction) -> p.Const:
    return p.Const(value, "number")


def fact(name: str, unit: p.Unit = "money", of: Any = "claim") -> p.Fact:
    return p.Fact(name, unit, of)


def part(name: Any) -> p.Part:
    return p.Part(name, TITLES[name])


def minus(first: p.Expr, *others: p.Expr) -> p.Add:
    return p.Add(((1, first), *((-1, other) for other in others)), "money")


def holds(*names: str) -> p.Holds:
    return p.Holds(frozenset(names), "、".join(names))


def by(*arms: tuple[p.Expr, p.Expr], otherwise: p.Expr | None = None, unit: p.Unit = "money") -> p.Cases:
    return p.Cases(tuple(p.Arm(condition, value) for condition, value in arms), otherwise, unit, "各类")


def named(name: str, value: p.Expr, unit: p.Unit = "money") -> p.Named:
    return p.Named(name, value, unit, HERE)


def bands(*rows: tuple[p.Expr | None, p.Expr], mode: Any = "progressive", upper_in: bool = True) -> p.BandTable:
    """Bands by their upper edges (None: no end), each edge belonging to the band below it or above it."""
    made, lower = [], p.Const(0, "money")
    for index, (upper, value) in enumerate(rows):
        made.append(p.Band(lower, index == 0 or not upper_in, upper, upper_in and upper is not None, value, HERE))
        lower = upper  # type: ignore[assignment]
    return p.BandTable("分段", mode, tuple(made), HERE)


def base(value: p.Expr, accumulator: str | None = None, every: bool = False) -> p.Base:
    return p.Base(value, accumulator, every, HERE)


def deductible(value: p.Expr, position: Any = "claim", **more: Any) -> p.Deductible:
    full: dict[str, Any] = dict(
        accumulator=None, repeats=(), chained=False, floor=None, count=None, ceiling=None, taken=None
    )
    return p.Deductible(value, position, **(full | more), origin=HERE)


def repeat(admission: int, op: Any, value: p.Expr) -> p.Repeat:
    return p.Repeat(admission, op, value, HERE)


def band_pay(table: p.BandTable, over: Any, position: Any = "claim", accumulator: str | None = None) -> p.BandPay:
    return p.BandPay(table, over, position, accumulator, HERE)


def rate(value: p.Expr) -> p.RatePay:
    return p.RatePay(value, HERE)


def fixed(value: p.Expr) -> p.FixedPay:
    return p.FixedPay(value, HERE)


def cap(
    value: p.Expr, accumulator: str | None = None, shared: str | None = None, overflow_to: str | None = None,
    removed: p.Expr | None = None,
) -> p.PaymentCap:  # fmt: skip
    return p.PaymentCap(value, accumulator, shared, overflow_to, HERE, removed)


def cost_cap(value: p.Expr, accumulator: str | None = None, shared: str | None = None) -> p.CostCap:
    return p.CostCap(value, accumulator, shared, None, HERE)


def to_fen(mode: Any = "half_up", to: int = 1, accumulator: str | None = None) -> p.Round:
    return p.Round(to, mode, accumulator, HERE)


def change(target: Any, op: Any, value: p.Expr | None = None) -> p.Change:
    return p.Change(target, op, value, HERE)


def tilt(condition: p.Expr, *changes: p.Change, name: str = "倾斜", kind: Any = "tilt") -> p.Tilt:
    return p.Tilt(kind, condition, name, changes, HERE)


def guard(condition: p.Expr) -> p.Guard:
    return p.Guard(condition, HERE)


def layer(name: str, start: p.Base | p.Expr, *steps: p.Step, payer: str = "", **more: Any) -> p.Layer:
    """A layer paid by a bearer of its own, rounded to the fen at the end unless it rounds itself."""
    full: dict[str, Any] = dict(guards=(), tilts=(), rule="add")
    if not any(isinstance(step, p.Round) for step in steps):
        at = max((i + 1 for i, s in enumerate(steps) if not isinstance(s, p.PaymentCap | p.Times)), default=0)
        steps = (*steps[:at], to_fen(), *steps[at:])
    start = start if isinstance(start, p.Base) else base(start)
    return p.Layer(
        name, payer or f"{name}_pay", name, frozenset(("inscope",)), base=start, steps=steps, origin=HERE,
        **(full | more),
    )  # fmt: skip


def count(key: str, owner: str, kind: Any, period: Any = "year") -> p.Accumulator:
    return p.Accumulator(key, owner, kind, period)


def plan(*steps: Any, **more: Any) -> p.Plan:
    """A plan of these steps; bearers are those the steps name, the person last."""
    payers: dict[str, str] = {}
    for step in steps:
        if isinstance(step, p.Layer):
            payers[step.payer] = step.payer_name
        elif not isinstance(step, p.CopayCut):
            payers[step.bearer] = step.bearer_name
    payers.pop("psn_part_amt", None)
    highest = more.pop("highest", None)
    names = more.pop("identities", ())
    body = p.Sequence(tuple(steps))
    identities = tuple(name if isinstance(name, p.IdentitySpec) else p.IdentitySpec(name, None, ()) for name in names)
    order = tuple(spec.name for spec in identities)
    full: dict[str, Any] = dict(
        name="算例", as_of=DAY, since=None, expires=None, documents=(), year=p.YearRule("结算日期", (1, 1), None),
        identities=identities, facts=(), bearers=(*payers.items(), ("psn_part_amt", "个人")), accumulators=(),
        shared_caps=(), root=p.HighestOf(order, highest, body, HERE) if highest else body, tallies=(), requirements=(),
        subsidies=(), enrolments=(), routes=(), alerts=(), targets=(),
    )  # fmt: skip
    return p.Plan(**(full | more))


def claim(
    inscope: int = 0,
    noncovered: int = 0,
    copay: int = 0,
    overlimit: int = 0,
    date: datetime.date = DAY,
    id: str = "1",
    continues: str | None = None,
    items: tuple[Mapping[str, p.Value], ...] = (),
    **facts: p.Value,
) -> r.Claim:
    """A claim with its parts in fen."""
    parts = {"noncovered": noncovered, "overlimit": overlimit, "copay": copay, "inscope": inscope}
    return r.Claim(id, date, {"total": sum(parts.values()), **parts}, facts, items, continues)


def person(*identities: str | r.HeldIdentity, **facts: p.Value) -> r.Person:
    held = tuple(i if isinstance(i, r.HeldIdentity) else r.HeldIdentity(i) for i in identities)
    return r.Person("甲", held, facts)


def run(made: p.Plan, *claims: r.Claim, who: r.Person | None = None, state: r.State | None = None) -> r.Settlement:
    """Settles claims; settling without a trace has to come to the same, whatever a test is about."""
    assert_same(made, who or person(), claims, state)
    return settle(lambda date: made, who or person(), claims, state)


def paid(settled: r.ClaimSettlement) -> dict[str, int]:
    """What each layer paid, in fen."""
    return {one.name: one.paid for one in settled.layers}


def bearers(settled: r.ClaimSettlement) -> dict[str, int]:
    return {name: amount for _, name, amount in settled.bearers}


def steps_of(settled: r.ClaimSettlement, name: str, kind: type) -> list[Any]:
    """The steps of one kind that a layer took."""
    (one,) = (one for one in settled.layers if one.name == name)
    return [step for step in one.steps if isinstance(step, kind)]
