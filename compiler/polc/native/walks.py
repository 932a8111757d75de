"""The instructions that go from claim to claim: all in a row, or person by person with what was accumulated."""

from __future__ import annotations

from polc.native.claim import ClaimWriter
from polc.native.columns import ABSENT, EXACT, FIRST, MONTH, YEAR
from polc.native.values import NO, ZERO, Value
from polc.program.nodes import MOST_SUM


class Walks(ClaimWriter):
    """Writes the function of a kernel."""

    # ------------------------------------------------------------ claims in a row

    def in_a_row(self) -> None:
        """The claims of all persons one after the other, where nobody asks what was accumulated before or is
        afterwards: no jump depends on how many claims a person has."""
        code, columns = self.code, self.columns
        code.start("start")
        claim = code.slot("i64")
        self._store(claim, columns.load(("offsets",), "%lo", "int64").name)
        for slot in self.values.values():
            self._store(slot, "0")
        self._sum_nothing()
        end = columns.load(("offsets",), "%hi", "int64").name
        self._loop(claim, end, lambda at: self._next(at, claim, end))
        self._write_sums()
        code.void("ret void")

    def _next(self, claim: str, slot: str, end: str) -> None:
        code, columns = self.code, self.columns
        marks = columns.load(("marks",), claim, "uint8").name
        go, left, after, fine = (code.name("b") for _ in range(4))
        self._branch(self._marked(marks, EXACT).name, left, go, rare=True)
        code.start(go)
        ends = {
            period: self._marked(marks, mark) for period, mark in (("life", FIRST), ("year", YEAR), ("month", MONTH))
        }
        for account, (name, _den) in self.accounts:
            value = Value("i64", self._load(self.values[name]))
            self._store(self.values[name], code.select(ends[account.period], ZERO, value).name)
        trouble = self._settle(claim, NO)
        self._branch(trouble.name, left, fine, rare=True)
        code.start(fine)
        self._write(claim)
        self._go(after)
        code.start(left)
        self._leave(slot, end)
        self._go(after)
        code.start(after)

    def _marked(self, marks: str, mark: int) -> Value:
        return self.code.compared("ne", self.code.do(f"and i64 {marks}, {mark}"), "0")

    def _leave(self, slot: str, end: str) -> None:
        """This claim and those of the same person after it are for the exact way."""
        code, columns = self.code, self.columns
        head, again, done = (code.name("b") for _ in range(3))
        self._go(head)
        code.start(head)
        at = self._load(slot)
        columns.store(("status",), at, Value("i64", "1"), "uint8")
        following = code.do(f"add i64 {at}, 1")
        inside = code.compared("slt", following, end)
        more = code.name("b")
        self._branch(inside.name, more, done)
        code.start(more)
        marks = columns.load(("marks",), following, "uint8").name
        self._branch(self._marked(marks, FIRST).name, done, again)
        code.start(again)
        self._store(slot, following)
        self._go(head)
        code.start(done)

    # ------------------------------------------------------------ persons

    def by_person(self) -> None:
        """The claims of one person after the other, with what was accumulated before and is afterwards."""
        self.code.start("start")
        person = self.code.slot("i64")
        self._store(person, "%lo")
        self._sum_nothing()
        self._loop(person, "%hi", self._person)
        self._write_sums()
        self.code.void("ret void")

    def _person(self, person: str) -> None:
        code, columns = self.code, self.columns
        first = columns.load(("offsets",), person, "int64").name
        end = columns.load(("offsets",), code.do(f"add i64 {person}, 1"), "int64").name
        self._store(self.dead, "false", "i1")
        for slot in self.now.values():
            self._store(slot, str(ABSENT))
        for _, (name, _den) in self.accounts:
            self._store(self.values[name], "0")
            self._store(self.since[name], str(ABSENT))
            self._store(self.present[name], "false", "i1")
        begun = code.compared("ne", columns.pointer(("opening",)), "null", "ptr")
        self._when(begun.name, lambda: self._open(person))
        claim = code.slot("i64")
        self._store(claim, first)
        self._loop(claim, end, lambda at: self._of_person(at, claim, end))
        self._close(person)

    def _open(self, person: str) -> None:
        """What a person accumulated before."""
        code, columns = self.code, self.columns
        dead = code.compared("ne", columns.load(("opening",), person, "uint8").name, "0")
        for index, (_, (name, _den)) in enumerate(self.accounts):
            period = columns.load(("opening", "period", str(index)), person, "int32").name
            present = code.compared("ne", period, str(ABSENT))
            value = columns.load(("opening", "value", str(index)), person, "int64")
            self._store(self.since[name], period)
            self._store(self.present[name], present.name, "i1")
            self._store(self.values[name], code.select(present, value, ZERO).name)
            if name in self.program.growing:
                large = code.compared("ugt", value.name, str(MOST_SUM // 2))
                dead = code.either(dead, code.both(present, large))
        self._store(self.dead, dead.name, "i1")

    def _close(self, person: str) -> None:
        code, columns = self.code, self.columns
        for index, (account, (name, _den)) in enumerate(self.accounts):
            value = self._load(self.values[name])
            present = code.either(Value("i1", self._load(self.present[name], "i1")), code.compared("ne", value, "0"))
            period = Value("i64", "0")
            if account.period in self.now:
                now = self._load(self.now[account.period])
                begun = code.compared("ne", now, str(ABSENT))
                period = code.select(begun, Value("i64", now), Value("i64", self._load(self.since[name])))
            period = code.select(present, period, Value("i64", str(ABSENT)))
            columns.store(("closing", "period", str(index)), person, period, "int32")
            columns.store(("closing", "value", str(index)), person, Value("i64", value), "int64")

    def _of_person(self, claim: str, slot: str, end: str) -> None:
        code = self.code
        marks = self.columns.load(("marks",), claim, "uint8").name
        left, after, go, fine = (code.name("b") for _ in range(4))
        skip = code.either(Value("i1", self._load(self.dead, "i1")), self._marked(marks, EXACT))
        self._branch(skip.name, left, go, rare=True)
        code.start(go)
        for kind in self.periods:
            period = self.columns.load((kind,), claim, "int32").name
            turns = code.compared("ne", period, self._load(self.now[kind]))
            self._when(turns.name, lambda kind=kind, period=period: self._turn(kind, period))  # type: ignore[misc]
        trouble = self._settle(claim, Value("i1", self._load(self.dead, "i1")))
        self._branch(trouble.name, left, fine, rare=True)
        code.start(fine)
        self._write(claim)
        self._go(after)
        code.start(left)
        self._leave(slot, end)
        self._go(after)
        code.start(after)

    def _turn(self, kind: str, period: str) -> None:
        """A year or month begins for the person, or the first claim is of this one."""
        code = self.code
        now = self._load(self.now[kind])
        begins = code.compared("eq", now, str(ABSENT))
        wrong = code.both(code.negated(begins), code.compared("slt", period, now))
        for account, (name, _den) in self.accounts:
            if account.period != kind:
                continue
            value, since = self._load(self.values[name]), self._load(self.since[name])
            present = code.either(Value("i1", self._load(self.present[name], "i1")), code.compared("ne", value, "0"))
            self._store(self.present[name], present.name, "i1")
            stays = code.both(begins, code.compared("eq", since, period))
            self._store(self.values[name], code.select(stays, Value("i64", value), ZERO).name)
            wrong = code.either(wrong, code.both(begins, code.compared("sgt", since, period)))
        self._store(self.now[kind], period)
        dead = Value("i1", self._load(self.dead, "i1"))
        self._store(self.dead, code.either(dead, wrong).name, "i1")
