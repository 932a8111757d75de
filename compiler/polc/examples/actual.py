"""What an expectation of an example can be about, and what it came to.

Theory: an expectation names something (a layer, a bearer, a subsidy, a payment due …) or one of its terms
(`基本医保.起付线`). It is about the claims and arrivals that stand before it and after the expectation before: amounts
are added up over these, of everything else the last one counts. A name may have several readings by unit (a payment
due has an amount and a date); the unit of what is expected chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as r
from polc.account_names import account_of, name_of
from polc.population.around import Around
from polc.population.results import AlertLine, DueLine, RouteResult
from polc.settlement import Exact

TOTAL = ("医疗费总额", "total_cost", "总费用", "total")
CONSIDERED = ("采用身份", "considered")

LAYER_TERMS = {
    "base": ("基数", "base"),
    "deductible": ("起付线", "deductible"),
    "standard": ("起付标准", "standard"),
    "bands": ("分段", "bands", "band"),
    "rate": ("支付比例", "rate"),
    "unrounded": ("取整前", "unrounded"),
    "before_cap": ("封顶前", "before_cap"),
    "cap": ("封顶线", "cap"),
    "forgone": ("未能支付", "forgone"),
    "paid": ("支付", "paid"),
    "left": ("尚负担", "left"),
}
ENROLMENT_TERMS = {
    "insured": ("参保年度", "insured"),
    "subsidised": ("资助年度", "subsidised"),
    "effective": ("生效日", "effective"),
    "register": ("登记台账", "register"),
}
ROUTE_TERMS = {
    "advanced": ("垫付", "advanced"),
    "deposit": ("住院押金", "deposit"),
    "collect": ("出院收取", "collect"),
    "amount": ("金额", "amount"),
}
_WORDS = {
    word: term
    for terms in (LAYER_TERMS, ENROLMENT_TERMS, ROUTE_TERMS)
    for term, words in terms.items()
    for word in words
}


@frozen
class Reading:
    """One reading of a name: the value in the plan's units (None: there is none) and what it rests on."""

    value: p.Value
    unit: p.Unit
    origins: tuple[p.Origin, ...] = ()


Readings = tuple[Reading, ...]


@frozen(eq=False, repr=False, slots=False)
class Stretch:
    """The claims and arrivals an expectation is about, by id."""

    claims: tuple[r.ClaimSettlement, ...]
    arrivals: tuple[str, ...]


@frozen(eq=False, repr=False, slots=False)
class Actual:
    """What came of an example; enrolment, subsidies, routes and alerts are only worked out where they are asked for."""

    plan: p.Plan
    of_person: Callable[[], Around]
    of_routes: Callable[[], Around]
    alerts: Callable[[], Iterable[AlertLine]]
    _names: dict[str, str] = field(factory=dict, init=False)
    _bearers: dict[str, str] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._bearers.update((word, field) for word, field, _ in self.plan.bearers_also or ())
        for name, kind in _things(self.plan):
            self._names.setdefault(name, kind)

    def known(self) -> list[str]:
        """All names that may stand alone or before a dot, and the terms of what has some."""
        terms: dict[str, Mapping[str, tuple[str, ...]]] = {
            "layer": LAYER_TERMS,
            "enrolment": ENROLMENT_TERMS,
            "route": ROUTE_TERMS,
        }
        pairs = [
            f"{name}.{words[0]}"
            for name, kind in self._names.items()
            if kind in terms
            for words in terms[kind].values()
        ]
        sums = [name_of(a, self.plan, chinese) for a in self.plan.accumulators for chinese in (True, False)]
        return [*self._names, *pairs, *sums]

    def find(self, path: Sequence[str], about: Stretch) -> Readings | None:
        """What a name (and term) came to, in each of its readings; None for a name that means nothing."""
        kind = self._names.get(path[0])
        if kind is None or len(path) > 3:
            return None
        name, word = path[0], path[1] if len(path) > 1 else None
        if kind == "layer" and len(path) < 3:
            return _layer(name, word, about) or self.running(path, about)
        if kind in ("layer", "tally", "shared_cap"):
            whole = (name, "累计" if kind == "tally" else "合并额") if word is None else path
            return self.running(whole, about)
        if len(path) > 2:
            return None
        if kind in ("bearer", "total", "considered", "cut") and word is None:
            return _claims_of(kind, self._bearers.get(name, name), about)
        if kind == "subsidy":
            return self._subsidy(name, word)
        if kind == "enrolment":
            return self._enrolment(name, word)
        if kind in ("route", "due"):
            return self._route(kind, name, word, about)
        if kind == "alert" and word is None:
            listed = [line for line in self.alerts() if line.alert == name]
            return (Reading(bool(listed), "bool", tuple(line.origin for line in listed[:1])),)
        return None

    def running(self, path: Sequence[str], about: Stretch) -> Readings | None:
        """A running sum after the last of the claims, None for words that mean none."""
        found = account_of(path, self.plan)
        if found is None or not about.claims:
            return None
        return (Reading(about.claims[-1].after.get(found.key, 0), "number" if found.kind in p.COUNTS else "money"),)

    def running_instead(self, path: Sequence[str], value: p.Value, about: Stretch) -> str | None:
        """The name of the running sum that words mean elsewhere and that has a value; None where there is none."""
        found, readings = account_of(path, self.plan), self.running(path, about)
        if found is None or readings is None or readings[0].value != value:
            return None
        return name_of(found, self.plan, chinese=not path[1].isascii())

    def _subsidy(self, name: str, word: str | None) -> Readings | None:
        around = self.of_person()
        result = around.subsidy
        if result is None and around.problems:
            raise Problems(around.problems)
        line = next((line for line in result.lines if line.name == name), None) if result else None
        if line is None:
            return None
        if word is None:
            return (Reading(line.amount, "money", (line.origin,)),)
        word = self._bearers.get(word, word)
        payers = [share for share in line.shares if word in (share.name, share.field)]
        rules = [rule for subsidy in self.plan.subsidies for rule in subsidy.rules]
        if not any(word in (payer, shown) for rule in rules for payer, shown, _ in rule.shares):
            return None
        return (Reading(sum(share.amount for share in payers), "money", (line.origin,)),)

    def _enrolment(self, name: str, word: str | None) -> Readings | None:
        around = self.of_person()
        result = around.enrolment
        if result is None and around.problems:
            raise Problems(around.problems)
        term = _WORDS.get(word) if word else "insured"
        if result is None or term not in ENROLMENT_TERMS:
            return None
        applies = result.enrolment == name
        origins = (result.origin,) if applies and result.origin else ()
        if term in ("insured", "subsidised"):
            outcome = (result.insured if term == "insured" else result.subsidised) if applies else None
            said = outcome.said if outcome is not None and outcome.said != "none" else None
            year = outcome.year if outcome is not None else None
            return Reading(said, "text", origins), Reading(year, "number", origins)
        if term == "effective":
            return (Reading(result.effective if applies else None, "date", origins),)
        return (Reading(result.register if applies else None, "text", origins),)

    def _route(self, kind: str, name: str, word: str | None, about: Stretch) -> Readings | None:
        ids = {*about.arrivals} or {claim.claim.id for claim in about.claims}
        routes = [route for route in self.of_routes().routes if route.id in ids]
        if kind == "due" and word is None:
            return _due(name, [due for route in routes for due in route.all_dues if due.name == name])
        taken = [route for route in routes if route.route == name]
        origins = tuple(route.origin for route in taken[:1] if route.origin)
        if word is None:
            return (Reading(bool(routes) and len(taken) == len(routes), "bool", origins),)
        term = _WORDS.get(word)
        if term in ROUTE_TERMS:
            return (Reading(sum(_of_route(route, term) for route in taken), "money", origins),)
        dues = [due for route in taken for due in route.all_dues if due.name == word]
        return _due(word, dues) if dues else None


def _things(plan: p.Plan) -> Iterable[tuple[str, str]]:
    """Everything an expectation can name, with its kind; the first of a name counts."""
    for step in plan.body.steps:
        if isinstance(step, p.Layer):
            yield step.name, "layer"
        elif step.name is not None:
            yield step.name, "cut"
    for bearer, name in plan.bearers:
        yield name, "bearer"
        yield bearer, "bearer"
    for word, _, _ in plan.bearers_also or ():
        yield word, "bearer"
    for subsidy in plan.subsidies:
        yield subsidy.name, "subsidy"
    for enrolment in plan.enrolments:
        yield enrolment.name, "enrolment"
    for route in plan.routes:
        yield route.name, "route"
        for due in route.dues:
            yield due.name, "due"
    for alert in plan.alerts:
        yield alert.name, "alert"
    for tally in plan.tallies:
        yield tally.name, "tally"
    for shared in plan.shared_caps:
        yield shared[0], "shared_cap"
    for word in TOTAL:
        yield word, "total"
    for word in CONSIDERED:
        yield word, "considered"


# ---------------------------------------------------------------- of claims


def _claims_of(kind: str, name: str, about: Stretch) -> Readings:
    if kind == "total":
        return (Reading(sum(claim.total for claim in about.claims), "money"),)
    if kind == "considered":
        return (Reading(about.claims[-1].considered if about.claims else None, "text"),)
    if kind == "bearer":
        amounts = [a for claim in about.claims for f, n, a in claim.bearers if name in (f, n)]
        return (Reading(sum(amounts), "money"),)
    cuts = [
        step for claim in about.claims for step in claim.steps if isinstance(step, r.CutResult) and step.name == name
    ]
    return (Reading(sum(cut.moved for cut in cuts), "money", tuple(cut.origin for cut in cuts[:1])),)


def _layer(name: str, word: str | None, about: Stretch) -> Readings | None:
    layers = [layer for claim in about.claims for layer in claim.layers if layer.name == name]
    term = _WORDS.get(word) if word else "paid"
    if term not in LAYER_TERMS:
        return None
    own = tuple(layer.origin for layer in layers[:1])
    if term == "paid":
        return (Reading(sum(layer.paid for layer in layers), "money", own),)
    if term == "left":
        return (Reading(layers[-1].left if layers else None, "money", own),)
    found = [(value, step.origin) for layer in layers for step in layer.steps for value in _term(step, term)]
    origins = tuple(origin for _, origin in found[:1]) or own
    values = [value for value, _ in found]
    if term == "rate":
        return (Reading(values[-1] if values else None, "ratio", origins),)
    if term in ("standard", "cap"):
        return (Reading(values[-1] if values else None, "money", origins),)
    return (Reading(_simple(sum(values, Fraction(0))), "money", origins),)


def _term(step: r.LayerStep, term: str) -> list[Exact]:
    """What a step says of a term; nothing where it is about another."""
    match step:
        case r.BaseStep() if term == "base":
            return [step.amount]
        case r.DeductibleStep() if term == "deductible":
            return [step.applied]
        case r.DeductibleStep() if term == "standard":
            return [step.effective]
        case r.BandsStep() if term == "bands":
            return [step.pays]
        case r.RateStep() if term == "rate":
            return [step.rate]
        case r.RoundStep() if term == "unrounded":
            return [step.before]
        case r.PaymentCapStep() if term == "before_cap":
            return [step.before]
        case r.PaymentCapStep() if term == "forgone":
            return [step.before - step.after]
        case r.PaymentCapStep() if term == "cap":
            return [] if step.limit is None else [step.limit]
    return []


def _simple(value: Exact) -> Exact:
    return value.numerator if value.denominator == 1 else value


# ---------------------------------------------------------------- of routes


def _due(name: str, dues: list[DueLine]) -> Readings:
    origins = tuple(due.origin for due in dues[:1])
    date = dues[-1].date if dues else None
    return Reading(sum(due.amount for due in dues), "money", origins), Reading(date, "date", origins)


def _of_route(route: RouteResult, term: str) -> int:
    if term == "advanced":
        return sum(part.amount or 0 for part in route.advanced)
    charge = route.deposit if term == "deposit" else route.collect
    return route.amount if term == "amount" else (charge.amount or 0 if charge else 0)
