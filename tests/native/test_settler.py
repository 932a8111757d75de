"""What machine code takes and leaves: columns that are wrong, amounts that are large, the calendar, exact numbers."""

from __future__ import annotations

import ctypes
import datetime
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from random import Random
from typing import Any

import attrs
import llvmlite.binding as llvm
import numpy as np
import pytest
from tests.laws.conftest import plan_of
from tests.native import shrink
from tests.native.batches import Drawn
from tests.native.oracle import assert_equal, hold
from tests.native.pack import packed
from tests.native.reference import Reference
from tests.native.test_policies import assert_same
from tests.settle import plans as made

from polc import plan as p
from polc import settlement as r
from polc.native import NativeSettler, States
from polc.native.columns import EXACT, FIRST, MONTH, YEAR
from polc.native.compiled import compiled, triple
from polc.native.runtime import functions
from polc.program import Refused
from polc.program.days import FUNCTIONS, LAST


def loop(call: str, used: set[str], rows: bool = False) -> Any:
    """A function (lo, hi) that gives a value for each number `%i`, or one that works on rows of an array; `call` is one
    of them."""
    store = """\
  %at = sub i64 %i, %lo
  %place = getelementptr i64, ptr %out, i64 %at
  store i64 %value, ptr %place
"""
    text = f"""target triple = "{triple()}"
{functions(used)}
define void @all(ptr %out, i64 %lo, i64 %hi) {{
entry:
  br label %head
head:
  %i = phi i64 [ %lo, %entry ], [ %next, %body ]
  %more = icmp slt i64 %i, %hi
  br i1 %more, label %body, label %end
body:
{call}
{"" if rows else store}
  %next = add i64 %i, 1
  br label %head
end:
  ret void
}}
"""
    function = compiled(text, "all")

    def run(lo: int, hi: int) -> np.ndarray[Any, Any]:
        out = np.zeros(hi - lo, np.int64)
        function.call(out.ctypes.data_as(ctypes.c_void_p), lo, hi)
        return out

    def over(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        function.call(array.ctypes.data_as(ctypes.c_void_p), 0, len(array))
        return array

    return over if rows else run


def test_every_day_of_the_calendar() -> None:
    days = np.arange(1, LAST + 1)
    dates = (days - 719_163).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]").astype(int) + 1970
    month = months.astype(int) % 12 + 1
    day = (dates - months).astype(int) + 1
    next_month = (months + 1).astype("datetime64[D]").astype(int) + 719_163
    next_year = (dates.astype("datetime64[Y]") + 1).astype("datetime64[D]").astype(int) + 719_163
    expected = {
        "month": month, "day": day, "year": year, "month_day": 100 * month + day, "year_end": next_year - 1,
        "next_month": np.where(next_month > LAST, 0, next_month), "next_year": next_year,
    }  # fmt: skip
    for name, values in expected.items():
        run = loop(f"  %value = call i64 @day_{name}(i64 %i)", {f"day_{name}"})
        assert (run(1, LAST + 1) == values).all(), name


@pytest.mark.parametrize("name", ["add_days", "add_months", "add_workdays"])
def test_days_moved(name: str) -> None:
    random = Random(1)
    for count in [0, 1, -1, 2, 11, 12, 13, -25, 600, -30_000, 120_000, 10**10, -(10**10)]:
        if name == "add_workdays" and abs(count) > 1000:
            continue
        run = loop(f"  %value = call i64 @day_{name}(i64 %i, i64 {count})", {f"day_{name}"})
        first = datetime.date(2003, 11, 1).toordinal() if name == "add_workdays" else 1
        last = datetime.date(2028, 6, 1).toordinal() if name == "add_workdays" else LAST
        found = run(first, last + 1)
        for day in random.sample(range(first, last + 1), 150):
            try:
                expected = FUNCTIONS[name](day, count)
            except (Refused, Exception):
                expected = 0
            assert found[day - first] == expected, (day, count)


ROW = """\
  %row = mul i64 %i, 8
  %r = getelementptr i64, ptr %out, i64 %row
""" + "".join(
    f"  %p{k} = getelementptr i64, ptr %r, i64 {k}\n" + (f"  %a{k} = load i64, ptr %p{k}\n" if k < 4 else "")
    for k in range(7)
)  # fmt: skip


@pytest.mark.parametrize("name", ["add", "multiply", "divide"])
def test_exact_numbers(name: str) -> None:
    random = Random(2)
    operation = {"add": Fraction.__add__, "multiply": Fraction.__mul__, "divide": Fraction.__truediv__}[name]
    run = loop(
        ROW + f"  %e = call %exact @exact_{name}(i64 %a0, i64 %a1, i64 %a2, i64 %a3)\n"
        + "".join(f"  %v{k} = extractvalue %exact %e, {k}\n" for k in range(3))
        + "  %flag = zext i1 %v2 to i64\n  store i64 %v0, ptr %p4\n  store i64 %v1, ptr %p5\n"
        "  store i64 %flag, ptr %p6\n",
        {f"exact_{name}"}, rows=True,
    )  # fmt: skip
    cases = [
        [Fraction(random.randint(-size, size), random.randint(1, size)) for _ in range(2)]
        for size in (3, 10, 10**6, 10**9, 10**12, 2**61)
        for _ in range(300)
    ]
    given = [[a.numerator, a.denominator, b.numerator, b.denominator, 0, 0, 0, 0] for a, b in cases]
    for (a, b), row in zip(cases, run(np.array(given, np.int64)).tolist(), strict=True):
        top, bottom, beyond = row[4:7]
        if not b and name == "divide":
            assert beyond
            continue
        expected = operation(a, b)
        assert bool(beyond) is (max(abs(expected.numerator), expected.denominator) > 2**62)
        assert beyond or Fraction(top, bottom) == expected


PAYS = (made.deductible(made.money(10), "base"), made.rate(made.percent(70)))
SMALL = made.plan(
    made.layer("层", made.base(made.part("inscope"), "层.base"), *PAYS),
    accumulators=(made.count("层.base", "层", "base"),),
)


def columns_of(settler: NativeSettler, *changes: Any, **more: Any) -> Any:
    """The columns of two persons with two claims each, with some of the arguments changed."""
    amounts = np.array([5000, 200_000, 0, 777], np.int64)
    zero = np.zeros(4, np.int64)
    arguments: dict[str, Any] = {
        "offsets": np.array([0, 2, 4], np.int64), "days": np.array([738_000, 738_001, 738_000, 738_400], np.int32),
        "parts": {"total": amounts, "inscope": amounts, "noncovered": zero, "overlimit": zero, "copay": zero},
        "facts": {}, "identities": np.zeros(4, np.uint16), "sets": [()],
    }  # fmt: skip
    return settler.columns(**(arguments | more))


def test_marks() -> None:
    settler = NativeSettler(SMALL)
    columns = columns_of(settler)
    assert columns.marks.tolist() == [FIRST | YEAR | MONTH, 0, FIRST | YEAR | MONTH, YEAR | MONTH]
    results = settler.settle(columns)
    assert results.paid[0].tolist() == [2800, 140_000, 0, 0] and not results.status.any()
    backwards = columns_of(settler, days=np.array([738_001, 738_000, 738_000, 738_400], np.int32))
    assert backwards.marks.tolist()[1] == EXACT
    assert settler.settle(backwards).status.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize(
    "more",
    [
        {"offsets": np.array([0, 2, 5], np.int64)},
        {"offsets": np.array([0, 3, 2, 4], np.int64)},
        {"offsets": np.array([0, 2, 4], np.int32)},
        {"days": np.zeros(3, np.int32)},
        {"days": np.zeros(4, np.int64)},
        {"identities": np.ones(4, np.uint16)},
        {"identities": np.zeros(4, np.int64)},
        {"year_days": np.zeros(5, np.int32)},
    ],
)
def test_columns_that_are_wrong(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"offsets|values of|identities"):
        columns_of(NativeSettler(SMALL), **more)


@pytest.mark.parametrize("amount", [-1, 10**12 + 1, 2**62, -(2**63)])
@pytest.mark.parametrize("part", ["total", "inscope", "noncovered", "copay"])
def test_amounts_that_are_unusual_are_left(part: str, amount: int) -> None:
    settler = NativeSettler(SMALL)
    plain = columns_of(settler).parts
    parts = {**plain, part: np.where(np.arange(4) == 2, amount, plain[part])}
    columns = columns_of(settler, parts=parts)
    assert settler.settle(columns).status.tolist() == [0, 0, 1, 1]


def test_persons_who_cost_very_much_are_left() -> None:
    settler = NativeSettler(SMALL)
    plan = settler.plan
    claims = [made.claim(10**12, id=str(number)) for number in range(9)]
    count, left = assert_same(plan, [(made.person(), claims[:4]), (made.person(), claims), (made.person(), claims[:1])])
    assert (count, left) == (14, 9)


@pytest.mark.parametrize("name", ["linxian-2023", "liaoning-2018-shenyang"])
def test_large_amounts_and_sums_are_right_or_left(name: str) -> None:
    plan = plan_of(name)
    settler = NativeSettler(plan)
    drawn = Drawn(settler, 3)
    drawn.edges = np.array([10**12, 10**11, 999_999_999_999, 2**40, 5 * 10**11, 1], np.int64)
    random = Random(4)
    columns = drawn.columns(2000)
    opening = drawn.opening(columns)
    opening.values[:] = [
        [random.choice((2**42, 2**43, 2**61, 2**63 - 1, 5, -1)) for _ in row] for row in opening.values
    ]

    results = settler.settle(columns, opening)
    held = assert_equal(settler, columns, results, Reference(settler).settle(columns, opening))
    assert held.claims and held.left
    assert hold(plan, 5, 2000, settler).needless == 0


def test_threads_settle_ranges_of_persons() -> None:
    plan = plan_of("guizhou-2019-qianxinan")
    settler = NativeSettler(plan)
    drawn = Drawn(settler, 6)
    columns = drawn.columns(20_000)
    opening = drawn.opening(columns)
    whole = settler.settle(columns, opening)
    out = settler.results(columns, sums=True)
    cuts = np.linspace(0, columns.persons, 8).astype(int).tolist()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda lo, hi: settler.settle(columns, opening, lo, hi, out), cuts, cuts[1:]))
    assert (out.status == whole.status).all() and (out.closing.values == whole.closing.values).all()
    settled = whole.status == 0
    for one, other in zip((*out.paid, *out.bearers), (*whole.paid, *whole.bearers), strict=True):
        assert (one[settled] == other[settled]).all()
    for one, other in zip(out.paid, whole.paid, strict=True):
        assert out.sum_of(one) == sum(other[settled].tolist()) > 0 and whole.sum_of(other) is None


def test_calling_machine_code_releases_the_lock() -> None:
    function = loop("  %value = add i64 %i, 0", set())
    assert function(3, 5).tolist() == [3, 4]
    call = compiled(NativeSettler(SMALL).ir(), "settle").call
    assert not type(call)._flags_ & ctypes._FUNCFLAG_PYTHONAPI  # type: ignore[attr-defined]


def test_what_is_asked_of_many_identities() -> None:
    names = [f"甲{number}" for number in range(150)]
    layers = [
        made.layer(f"层{number}", made.minus(made.part("inscope"), *(p.Paid(f"层{n}") for n in range(number))),
                   made.rate(made.percent(1)), guards=(made.guard(made.holds(name)),))
        for number, name in enumerate(names)
    ]  # fmt: skip
    plan = made.plan(*layers, identities=tuple(names))
    people = [made.person(*Random(number).sample(names, 3)) for number in range(40)]
    count, left = assert_same(plan, [(person, [made.claim(1_000_000)]) for person in people])
    assert (count, left) == (40, 0)


def test_running_sums_of_quotients() -> None:
    """What comes out in parts of a fen is settled; persons on whom it does not are left."""
    per_day = p.Divide(made.part("inscope"), made.fact("床日", "days"), "money")
    rounds = made.to_fen(accumulator="层.exact")
    plan = made.plan(
        made.layer("层", made.base(per_day, "层.base"), made.deductible(made.money(10), "base"),
                   made.rate(made.percent(70)), rounds),
        accumulators=(made.count("层.base", "层", "base"), made.count("层.exact", "层", "exact")),
    )  # fmt: skip
    days = [1, 3, 7, 9, 16, 13, 11, 28, 30, 17, 19, 97]
    people = [(made.person(), [made.claim(123_457, id=str(n), 床日=day) for n in range(3)]) for day in days]
    count, left = assert_same(plan, people)
    assert count == 36 and left == 9  # the last three are primes that divide no number of parts


def test_reasons_are_said_and_all_claims_left() -> None:
    chosen = p.Fact("病", "choices", "claim")
    many = p.Within(chosen, frozenset(f"病{number}" for number in range(70)), "病", False)
    plan = made.plan(made.layer("层", made.part("inscope"), made.rate(made.percent(1)), guards=(made.guard(many),)))
    settler = NativeSettler(plan)
    assert settler.reasons == ("more than 62 choices of facts are named",) and settler.ir().startswith("; more than")
    columns = packed(settler, [(made.person(), [made.claim(1000, 病=frozenset({"病1"}))])])
    opening = States.none(0, 1)
    assert settler.settle(columns, opening).status.tolist() == [1]


def test_texts_that_are_compared_with_each_other() -> None:
    same = p.Compare("=", made.fact("就医地", "text"), made.fact("参保地", "text"))
    plan = made.plan(made.layer("层", made.part("inscope"), made.rate(made.percent(50)), guards=(made.guard(same),)))
    settler = NativeSettler(plan)
    assert all(encoding.open for encoding in settler.encodings.values())
    places = ["甲", "乙", "丙"]
    claims = [made.claim(1000, id=a + b, 就医地=a, 参保地=b) for a in places for b in places]
    assert assert_same(plan, [(made.person(), claims)]) == (9, 0)


def test_a_plan_as_the_source_of_machine_code() -> None:
    plan = plan_of("linxian-2023")
    text = NativeSettler(plan).ir()
    assert text.startswith("; 临县2023 2023-09-04\n; layer 基本医保\n") and "; column 0 offsets" in text
    assert all(line.startswith(";") for line in text.splitlines() if not line.isascii())
    module = llvm.parse_assembly(text)
    module.verify()
    assert [function.name for function in module.functions if not function.is_declaration] == ["settle"]


def test_an_authors_words_are_no_source() -> None:
    hostile = '"\n} define void @settle() { ; \\0A'
    fact = made.fact(hostile, "text")
    guard = made.guard(p.Compare("=", fact, p.Const(hostile, "text")))
    plan = made.plan(made.layer(hostile, made.part("inscope"), made.rate(made.percent(50)), guards=(guard,)))
    assert assert_same(plan, [(made.person(), [made.claim(1234, **{hostile: hostile})])]) == (1, 0)
    llvm.parse_assembly(NativeSettler(plan).ir()).verify()


def test_a_policy_as_text_is_small_enough_to_read() -> None:
    text = "policy 小\nreadings\n  copay outside base\nlayer 层 paid by 其他支出\n  base eligible_cost\n  rate 50%\n"
    plan = shrink.compiled(text)
    assert attrs.asdict(NativeSettler(plan).settle(columns_of(NativeSettler(plan))).closing)["values"].shape == (0, 2)
    person = r.Person("P", (), {})
    assert assert_same(plan, [(person, [made.claim(1001)])]) == (1, 0)
