"""What two policies come to over the same claims: the budget by payer, who gains, who loses, and by how much.

Every claim is settled under both as `polc settle` does it, in one pass over the tables. Rows that one of the two
refuses are left out of both sides, so that what is compared is alike.
"""

from __future__ import annotations

import datetime
import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from pol_lang.problem import Language, Problem, Problems
from polc import plan as p
from polc.batch.inputs import Input
from polc.batch.native_rows import Machine
from polc.batch.options import Options
from polc.batch.policies import Policies, single
from polc.batch.problems import NoIdentities
from polc.batch.run import Opened, make_task, open_tables, sources_of
from polc.batch.runner import Progress, settle_here
from polc.batch.sources import Side as Source
from polc.batch.sources import Sources
from polc.batch.work import Work
from polc.claims.tables import UnknownColumn
from polc.explain.wording import words
from polc.impact.aims import Aims, of_claims
from polc.impact.both import SIDES, Side
from polc.impact.in_force import AsIfInForce
from polc.impact.on_the_day import OnTheDay
from polc.impact.pieces import BothPieces, LastDay
from polc.impact.problems import OutsidePeriods, PersonsNeeded
from polc.impact.refused import listed, read_rows
from polc.impact.result import (
    EDGES,
    LISTED,
    MOST_AFFECTED,
    AlertLine,
    GroupLine,
    Impact,
    PayerLine,
    PlanUsed,
    Reached,
    RefusedBoth,
    Rows,
    SideUsed,
    SizeLine,
    TargetLine,
)  # fmt: skip
from polc.impact.sums import NOBODYS, Sums, tally
from polc.impact.tenths import deciles
from polc.population.targets import reached

Pair = tuple[AsIfInForce, AsIfInForce]


@contextmanager
def measured(
    old: AsIfInForce, new: AsIfInForce, claims: str, options: Options, above: int | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[Impact, Iterator[RefusedBoth]]]:  # fmt: skip
    """Both policies over a table of claims, and all rows left out, by file and row. Persons who bear more than `above`
    (fen) are counted apart; `progress` is told how many rows of about how many are done.

    Raises `Problems` where a table cannot be read at all, `OSError` where the system refuses something. What is kept of
    parts is in a temporary folder that is gone in the end, whatever happens.
    """
    plans = old, new
    with tempfile.TemporaryDirectory(prefix="polc-", ignore_cleanup_errors=True) as folder:
        run = _Run(plans, claims, options, Work(Path(folder), False), above)
        try:
            settle_here(run.pieces, run.sources, options.threads or os.cpu_count() or 1, progress)
        except OSError as error:
            if error.errno == errno.ENOSPC and error.filename is None:
                error.filename = os.path.dirname(folder)
            raise
        files = [entry.path for entry in run.opened[1].setting.inputs]
        yield run.impact(claims, files), read_rows(run.pieces.files("refused"), files)


def measure(
    old: AsIfInForce, new: AsIfInForce, claims: str, options: Options, above: int | None = None,
    progress: Progress | None = None,
) -> Impact:  # fmt: skip
    """Both policies over a table of claims; see `measured`."""
    with measured(old, new, claims, options, above, progress) as (found, _):
        return found


class _Run:
    """The tables opened for both policies, and the pieces of the work."""

    def __init__(self, plans: Pair, claims: str, options: Options, work: Work, above: int | None) -> None:
        self.plans = plans
        policies = tuple(single(one.plan.name, one.plan, one) for one in plans)
        self.opened = opened = _opened(policies, claims, options)
        if any(isinstance(warning, NoIdentities) for one in opened for warning in one.warnings):
            raise Problems([PersonsNeeded(where=claims)])
        native = options.engine == "native"
        tasks = [make_task(p, o, options, Machine() if native else None) for p, o in zip(policies, opened, strict=True)]
        words = policies[1].entries[0].words
        by = plans[1].plan.year.by
        self.last = LastDay([c for c in opened[1].columns if words.claim.find(c) == ("fact", by)])
        sides = [
            Side(one, task, Aims(one, OnTheDay(task.people, task.policies.entries[0].words), self.last.known))
            for one, task in zip(plans, tasks, strict=True)
        ]
        self.pieces = BothPieces(
            work, tasks[1], opened[1].columns, "csv", sides=(sides[0], sides[1]), above=above, last=self.last
        )
        self.machines = [task.machine for task in tasks]
        self.sources = _sources(opened, options)
        if any(_looks_at_persons(one.plan) for one in plans):
            work.write("unsorted.json", True)  # the last day has to be known before

    def impact(self, name: str, files: Sequence[str]) -> Impact:
        """What all parts came to."""
        found, most = self.pieces.both_sums()
        pieces, plans = self.pieces, (self.plans[0].plan, self.plans[1].plan)
        rows, billed = (Rows(*(found[which][name] for name in _ROWS)) for which in ("rows", "billed"))
        lines = _Lines(plans, found)
        ranked = sorted(most, key=lambda x: (-abs(x.change), -x.cost, x.id))[:MOST_AFFECTED]
        order = {name: at for at, name in enumerate(lines.identities())}
        day = self.last.known()
        return Impact(
            name, rows, billed, found["unreadable"], found["only_one"], self._used(found),
            lines.payers(found.get("all", {})), tally(found.get("all", {})), lines.groups(),
            deciles(pieces.persons()), lines.sizes(),
            tuple(evolve(x, identities=tuple(sorted(x.identities, key=lambda y: order.get(y, 0)))) for x in ranked),
            lines.alerts(pieces.above), lines.targets(self.plans, day), listed(pieces.files("refused"), files, LISTED),
            listed(pieces.files("people"), files, LISTED), self._warnings(found, name),
        )  # fmt: skip

    def _used(self, found: Sums) -> tuple[SideUsed, SideUsed]:
        sides = []
        for which, plans, machine in zip(SIDES, self.plans, self.machines, strict=True):
            told = found["sides"][which]
            when = told["values"].get("when", {})
            used = sorted((*key.split("|"), count) for key, count in told["values"].get("plans", {}).items())
            sides.append(
                SideUsed(
                    plans.as_of, plans.as_of is None or plans.holds(plans.as_of), plans.first, plans.end,
                    when.get("own", 0), when.get("before", 0), when.get("after", 0),
                    tuple(PlanUsed(since or None, until or None, hash, count) for since, until, hash, count in used),
                    dict(sorted(told["codes"].items())), dict(sorted(told["items"].items())), told["interpreted"],
                    tuple(machine.reasons) if machine is not None else (),
                )
            )  # fmt: skip
        return sides[0], sides[1]

    def _warnings(self, found: Sums, name: str) -> tuple[Problem, ...]:
        """What both policies warn of in the same words, and what one warns of that is not a column the other reads."""
        told = [{(w.where, w.message("en")): w for w in one.warnings} for one in self.opened]
        warnings: list[Problem] = [
            w for key, w in told[0].items() if not isinstance(w, UnknownColumn) or key in told[1]
        ]
        warnings += [w for key, w in told[1].items() if key not in told[0] and not isinstance(w, UnknownColumn)]
        outside = max(found["sides"][which]["outside"] for which in SIDES)
        return (*warnings, OutsidePeriods(where=name, count=outside)) if outside else tuple(warnings)


LANGUAGES: tuple[Language, Language] = ("zh", "en")
_ROWS = ("read", "settled", "cancelled", "left_out")


def _looks_at_persons(plan: p.Plan) -> bool:
    """Whether a plan watches persons on a day, without their claims."""
    return any(target.ratio is None for target in plan.targets) or not all(map(of_claims, plan.alerts))


def _opened(policies: Sequence[Policies], claims: str, options: Options) -> tuple[Opened, Opened]:
    """The tables as each policy reads them; columns that one of them cannot read as codes are read plainly."""
    old, new = (open_tables(one, claims, options) for one in policies)

    read = [one.setting.headers.read for one in (old, new)]
    inputs = tuple(
        evolve(n, coded=(n.coded & o.coded) | (n.coded - read[0]) | (o.coded - read[1]))
        for o, n in zip(old.tables["claims"], new.tables["claims"], strict=True)
    )
    return _with(old, inputs), _with(new, inputs)


def _with(opened: Opened, inputs: tuple[Input, ...]) -> Opened:
    return evolve(
        opened, tables={**opened.tables, "claims": inputs}, setting=evolve(opened.setting, inputs=inputs)
    )  # fmt: skip


def _sources(opened: tuple[Opened, Opened], options: Options) -> Sources:
    """The claims and the tables beside them, with the columns that one of the policies reads."""
    old, new = (sources_of(one, options) for one in opened)
    sides: dict[str, Source] = {}
    for name, side in new.sides.items():
        sides[name] = evolve(side, read=side.read | old.sides[name].read)
    return evolve(new, claims=evolve(new.claims, read=new.claims.read | old.claims.read), sides=sides)


@frozen(eq=False, repr=False, slots=False)
class _Lines:
    """The lines of a comparison, from the sums of all parts."""

    plans: tuple[p.Plan, p.Plan]
    found: Sums

    def payers(self, budget: Sums) -> tuple[PayerLine, ...]:
        """A line for each bearer of either plan, the person last."""
        names = {field: name for plan in self.plans for field, name in plan.bearers}
        old, new = budget.get("old", {}), budget.get("new", {})
        person = self.plans[1].bearers[-1][0]
        fields = dict.fromkeys((*(f for plan in reversed(self.plans) for f, _ in plan.bearers), *new, *old))
        return tuple(
            PayerLine(
                field, names.get(field, field), old.get(field, 0), new.get(field, 0), self._means(names.get(field, ""))
            )
            for field in (*(field for field in fields if field != person), person)
        )

    def _means(self, name: str) -> tuple[str, str]:
        chinese, english = (words(lang, *self.plans).meanings.get(name, "") for lang in LANGUAGES)
        return chinese, english

    def identities(self) -> list[str]:
        """The names of identities, in the order of the policies."""
        order = (
            name for plan in reversed(self.plans) for spec in plan.identities for name in (spec.name, *spec.includes)
        )
        return list(dict.fromkeys((*order, *(name for name in self.found["groups"] if name != NOBODYS))))

    def groups(self) -> tuple[GroupLine, ...]:
        """A line for each identity held, in the order of the policies; those without any last."""
        groups = self.found["groups"]
        return tuple(
            GroupLine(None if name == NOBODYS else name, tally(x), x["cost"], self.payers(x), self._means(name))
            for name in (*self.identities(), NOBODYS) if (x := groups.get(name))
        )  # fmt: skip

    def sizes(self) -> tuple[SizeLine, ...]:
        """A line for every band up to the largest that has anybody; those who stay are in none."""
        bands = enumerate(zip((0, *EDGES), (*EDGES, None), strict=True))
        lines = [SizeLine(over, up_to, tally(self.found["sizes"].get(str(at), {}))) for at, (over, up_to) in bands]
        while lines and not lines[-1].tally.persons:
            lines.pop()
        return tuple(lines)

    def alerts(self, above: int | None) -> tuple[AlertLine, ...]:
        """A line for what was asked for, then one for each alert of either plan."""
        lines = []
        counted: dict[str, Any] = {}
        if above is not None:
            x = self.found.get("above", counted)
            lines.append(AlertLine("", above, *(x.get(name, 0) for name in _COUNTED)))
        having = [{alert.name for alert in plan.alerts} for plan in self.plans]
        for name in dict.fromkeys(alert.name for plan in reversed(self.plans) for alert in plan.alerts):
            x = self.found["alerts"].get(name, counted)
            old, new, newly, no_longer = (x.get(count, 0) for count in _COUNTED)
            lines.append(
                AlertLine(
                    name, None, old if name in having[0] else None, new if name in having[1] else None, newly, no_longer
                )
            )
        return tuple(lines)

    def targets(self, plans: Pair, day: datetime.date | None) -> tuple[TargetLine, ...]:
        """A line for each target of either plan."""
        sides = []
        for which, one in zip(SIDES, plans, strict=True):
            plan = one.to_look_by(day)
            mine = {}
            for target in plan.targets:
                sums = self.found["targets"][which].get(target.name, {})
                top, bottom = (_exact(sums.get(part, {})) for part in ("top", "bottom"))
                result = reached(target, plan, day or plan.as_of, top, bottom)
                mine[target.name] = Reached(target.relation, result.wanted, result.value, result.met)
            sides.append(mine)
        names = dict.fromkeys((*sides[1], *sides[0]))
        return tuple(TargetLine(name, sides[0].get(name), sides[1].get(name)) for name in names)


_COUNTED = ("old", "new", "newly", "no_longer")


def _exact(amounts: Sums) -> int | Fraction:
    """The sum of amounts kept by what they are over."""
    found = sum((Fraction(amount, int(den)) for den, amount in amounts.items()), Fraction(0))
    return found.numerator if found.denominator == 1 else found
