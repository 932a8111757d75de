"""Runs an example: settles what it gives and holds what it expects against what came of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import ClassVar

from attrs import evolve, frozen

from pol_lang import syntax as s
from pol_lang.problem import Problem, Problems, near_names
from pol_lang.source import Span
from polc import plan as p
from polc.claims.case import Case
from polc.examples.actual import Actual, Reading, Readings, Stretch
from polc.examples.day import day_of
from polc.examples.given import case_of_example, located, part_id
from polc.population.alerts import alerts
from polc.population.around import Around, around
from polc.settle import settle
from polc.settlement import Settlement


class UnknownExpectation(Problem):
    """An example expects something of a name that is neither a layer, a bearer, a control or package, a subsidy, an
    enrolment rule, a route, a payment due, an alert nor a tally of the policy; or of a term that the thing has not.

    What a layer paid: `基本医保 34790元`; one of its terms: `基本医保.起付线 300元` (基数 base, 起付线 deductible, 分段
    bands, 支付比例 rate, 取整前 unrounded, 封顶前 before_cap, 未能支付 forgone); what somebody bears: `个人 15210元`.
    ---
    算例里应得的名称，政策里没有：它既不是保障层、承担方、控费或包干、参保资助、参保认定，也不是结算流程、应付、预警或累计；
    或者它没有所写的这一项。

    保障层支付多少：`基本医保 34790元`；其中一项：`基本医保.起付线 300元`（基数、起付线、起付标准、分段、支付比例、
    取整前、封顶前、封顶线、未能支付、尚负担）；谁负担多少：`个人 15210元`。
    """

    name: str = ""
    code = "C576"
    zh: ClassVar[str] = "政策里没有可以这样核对的“{name}”"
    en: ClassVar[str] = "there is nothing called “{name}” that could be expected"
    hint_zh: ClassVar[str] = "可以核对各保障层、各承担方、累计数和“保障层.步骤”，例如 大病保险.起付线"
    hint_en: ClassVar[str] = (
        "layers, bearers, tallies and `layer.step` can be expected, for example 大病保险.deductible"
    )


class OtherKindExpected(Problem):
    """An example expects a value of another kind than the thing has: a date of an amount, a percentage of a layer.
    ---
    算例里应得的值与所核对的内容不是一类：例如给金额写了日期，给保障层写了百分比。
    """

    name: str = ""
    wanted_zh: str = ""
    wanted_en: str = ""
    code = "C577"
    zh: ClassVar[str] = "“{name}”要用{wanted_zh}来核对"
    en: ClassVar[str] = "“{name}” is to be compared with {wanted_en}"
    hint_zh: ClassVar[str] = "照这种值来写"
    hint_en: ClassVar[str] = "write a value of that kind"


class ExampleDiffers(Problem):
    """An example comes to something else than it expects: the policy was written wrongly, or the expectation was.

    `polc explain POLICY EXAMPLE` shows the whole sheet of the example.
    ---
    算例的结果与应得不符：不是政策写错了，就是应得的数算错了。

    `polc explain 政策 算例名` 显示这个算例的完整计算书。
    """

    name: str = ""
    expected: str = ""
    actual: str = ""
    code = "C578"
    zh: ClassVar[str] = "“{name}”应得 {expected}，实际 {actual}"
    en: ClassVar[str] = "“{name}” should be {expected} and is {actual}"
    hint_zh: ClassVar[str] = "手工核对：政策错了改政策，算例错了改算例；polc explain 显示每一步"
    hint_en: ClassVar[str] = "check by hand whether the policy or the example is wrong; polc explain shows each step"


class NothingExpected(Problem):
    """An example says nothing of what must come of it, so it can only show that its claims can be settled.
    ---
    算例没有写应得的结果，只能说明它可以结算。
    """

    name: str = ""
    code = "C579"
    severity = "warning"
    zh: ClassVar[str] = "算例“{name}”没有写应得"
    en: ClassVar[str] = "the example “{name}” expects nothing"
    hint_zh: ClassVar[str] = "加上“应得”，逐层写明金额"
    hint_en: ClassVar[str] = "add `expect` with the amount of each layer"


Plans = Callable[[datetime.date], p.Plan]

_YEARS = {"当年": "this_year", "次年": "next_year"}
_KIND_WORDS = {
    "money": ("金额", "an amount"), "ratio": ("百分比", "a percentage"), "date": ("日期", "a date"),
    "text": ("名称", "a name"), "bool": ("真或假", "yes or no"), "number": ("数", "a number"),
}  # fmt: skip


@frozen(eq=False, repr=False, slots=False)
class Expected:
    """What is expected of a name: its words, how it is read once the kind of value is known (None: it is not of that
    kind), and where it stands, as a place and in short."""

    path: tuple[str, ...]
    read: Callable[[Reading], Reading | None]
    place: str
    at: str
    span: Span | None = None
    value_span: Span | None = None

    @property
    def name(self) -> str:
        """The name as written."""
        return ".".join(self.path)


@frozen(eq=False, repr=False, slots=False)
class Compared:
    """One expectation with what it is about, expected and actual value, and whether they agree; `meant` is the name of
    the running sum that has the expected value, where the name written stands for an amount of the claim."""

    line: Expected
    about: Stretch
    expected: p.Value
    actual: Reading
    agrees: bool
    meant: str | None = None

    @property
    def name(self) -> str:
        """The name as written."""
        return self.line.name


@frozen(eq=False, repr=False, slots=False)
class ExampleResult:
    """What came of an example or of a claim file that says what must come of it, at its `place` (file and line). It
    passes where nothing differs and there is no error among the problems. `around` works out what stands around its
    settlement."""

    name: str
    place: str
    plan: p.Plan
    case: Case | None
    settlement: Settlement | None
    compared: tuple[Compared, ...]
    problems: tuple[Problem, ...]
    around: Callable[[], Around] | None = None

    @property
    def passed(self) -> bool:
        """Whether it came to what it expects."""
        return all(one.agrees for one in self.compared) and all(x.severity != "error" for x in self.problems)


Wanted = tuple[Expected, tuple[str, ...], tuple[str, ...]]
"""An expectation with the ids of the claims and arrivals it is about."""


def run_example(example: s.Example, plan: p.Plan, plans: Plans) -> ExampleResult:
    """The example settled by the plan of each claim's date; its names are read with `plan`."""
    name, place = example.name.text, example.span.place
    try:
        case = case_of_example(example, plan)
    except Problems as error:
        return ExampleResult(name, place, plan, None, None, (), error.problems)
    nothing = NothingExpected(span=example.name.span, name=name)

    def found(problems: Iterable[Problem]) -> Iterable[Problem]:
        return located(problems, example)

    return compare_case(name, place, case, list(_expectations(example)), plan, plans, nothing, found)


def compare_case(
    name: str,
    place: str,
    case: Case,
    wanted: Sequence[Wanted],
    plan: p.Plan,
    plans: Plans,
    nothing: NothingExpected,
    located: Callable[[Iterable[Problem]], Iterable[Problem]] = tuple,
) -> ExampleResult:
    """The case settled and held against what is wanted of it; `nothing` is said where nothing is, and `located` puts
    problems at their place in the text."""
    settlement: Settlement | None = None
    beyond: Callable[[], Around] | None = None
    problems: list[Problem] = list(located(case.warnings))
    compared: list[Compared] = []
    try:
        if case.claims:
            settlement = settle(plans, case.person, case.claims, case.state)
        settled = {claim.claim.id: claim for claim in settlement.claims} if settlement else {}
        actual = _actual(case, settlement, plan, plans)
        beyond = actual.of_routes
        for line, claims, arrivals in wanted:
            about = Stretch(tuple(settled[one] for one in claims if one in settled), arrivals)
            one = _compare(line, about, actual.find(line.path, about), actual)
            if isinstance(one, Problem):
                problems.append(one)
            else:
                compared.append(one)
    except Problems as error:
        problems += located(error.problems)
    if not compared and not problems:
        problems.append(nothing)
    return ExampleResult(name, place, plan, case, settlement, tuple(compared), tuple(problems), beyond)


def _actual(case: Case, settlement: Settlement | None, plan: p.Plan, plans: Plans) -> Actual:
    day = day_of(case, plan)
    own = plan if day is None else plans(day)
    return Actual(
        own,
        cache(lambda: around(evolve(case, claims=(), arrivals=()), own, None, day)),
        cache(lambda: around(case, own, settlement, day)),
        cache(lambda: alerts(settlement or Settlement(case.person, (), case.state), own, day or own.as_of)),
    )


def _expectations(example: s.Example) -> Iterator[Wanted]:
    """Each expected line with what it is about: the claims and arrivals since the expectations before."""
    numbers = {"claim": 0, "arrival": 0}
    ids: dict[str, list[str]] = {"claim": [], "arrival": []}
    fresh = True
    for part in example.parts:
        if part.kind in ("claim", "arrival"):
            if not fresh:
                ids = {"claim": [], "arrival": []}
                fresh = True
            numbers[part.kind] += 1
            ids[part.kind].append(part_id(part, numbers[part.kind]))
        elif part.kind == "expect":
            fresh = False
            for line in part.lines:
                if isinstance(line, s.Given):
                    yield _line(line), tuple(ids["claim"]), tuple(ids["arrival"])


def _line(line: s.Given) -> Expected:
    def read(reading: Reading) -> Reading | None:
        if len(line.values) != 1:
            return None
        value, unit = _expected(line.values[0])
        return Reading(value, reading.unit) if unit in (reading.unit, "none") else None

    return Expected(
        tuple(word.text for word in line.path), read, line.span.place, str(line.span.line),
        line.path[0].span.to(line.path[-1].span), line.values[0].span,
    )  # fmt: skip


def _compare(line: Expected, about: Stretch, readings: Readings | None, actual: Actual) -> Compared | Problem:
    where = "" if line.span else line.place
    if readings is None:
        return UnknownExpectation(
            span=line.span, where=where, name=line.name, near=near_names(line.name, actual.known())
        )
    for reading in readings:
        expected = line.read(reading)
        if expected is not None:
            agrees = expected.value == reading.value
            meant = None if agrees else actual.running_instead(line.path, expected.value, about)
            return Compared(line, about, expected.value, reading, agrees, meant)
    words = [_KIND_WORDS.get(reading.unit, (reading.unit, reading.unit)) for reading in readings]
    return OtherKindExpected(
        span=line.value_span,
        where=where,
        name=line.name,
        wanted_zh="或".join(zh for zh, _ in words),
        wanted_en=" or ".join(en for _, en in words),
    )


def _expected(value: s.Expr) -> tuple[p.Value, str]:
    """An expected value in the plan's units, and its unit."""
    if isinstance(value, s.Name):
        return _YEARS.get(value.name, value.name), "text"
    if isinstance(value, s.Unary):
        inner, unit = _expected(value.operand)
        return (-inner if isinstance(inner, int | Fraction) else inner), unit
    if isinstance(value, s.Literal) and not isinstance(value.value, tuple):
        said = _YEARS.get(value.value, value.value) if isinstance(value.value, str) else value.value
        return said, value.unit
    return value.span.text, "text"
