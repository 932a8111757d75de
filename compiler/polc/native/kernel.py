"""The module of machine code for a plan: a function that settles the claims of a range of persons.

`settle(columns, lo, hi)` gets a table of pointers to columns (`Kernel.columns` says which stand where) and runs over
the claims of persons `lo` to `hi`. The accumulators of a person stay in registers from claim to claim. A claim that is
for the exact way gets status 1, and so do all later ones of the person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import define, field, frozen

from polc import plan as p
from polc.native.columns import ABSENT, EXACT, FIRST, MONTH, YEAR, Encoding
from polc.native.expressions import Expressions
from polc.native.runtime import functions
from polc.native.statements import Statements
from polc.native.values import NO, ZERO, Code, Value
from polc.program import PARTS, Program
from polc.program import nodes as n
from polc.program.nodes import MOST_NUMERATOR, MOST_SUM

Outputs = Mapping["Key", "n.Node | str"]
"""The columns of results that are written, with what stands in each: a variable or an expression."""
Key = tuple[str, ...]
"""What a column is: `("part", "total")`, `("fact", "claim", name)`, `("paid", "0")`, …"""

_LLVM = {
    "uint8": "i8", "int16": "i16", "uint16": "i16", "int32": "i32", "int64": "i64", "uint64": "i64",
}  # fmt: skip
WORD = 64
"""How many identity sets are asked for in one word of flags."""


@frozen(eq=False, repr=False, slots=False)
class Kernel:
    """The text of a module, and the columns that its function takes, in order."""

    text: str
    columns: tuple[Key, ...]


@define(eq=False, repr=False)
class _Columns:
    """The columns a function reads and writes; each gets a place in the table when it is first asked for."""

    code: Code
    places: dict[Key, str] = field(factory=dict)

    def pointer(self, key: Key) -> str:
        """The start of a column."""
        name = self.places.get(key)
        if name is None:
            index = len(self.places)
            name = self.places[key] = f"%col{index}"
            self.code.entry.append(f"  %at{index} = getelementptr inbounds ptr, ptr %columns, i64 {index}")
            self.code.entry.append(f"  {name} = load ptr, ptr %at{index}")
        return name

    def load(self, key: Key, index: str, dtype: str, signed: bool = False) -> Value:
        """An element, as i64."""
        type_ = _LLVM[dtype]
        value = self.code.do(f"load {type_}, ptr {self.place(key, index, type_)}")
        if type_ == "i64":
            return Value("i64", value)
        signed = signed or dtype.startswith("int")
        return Value("i64", self.code.do(f"{'sext' if signed else 'zext'} {type_} {value} to i64"))

    def store(self, key: Key, index: str, value: Value, dtype: str) -> None:
        """Writes an element."""
        type_, code = _LLVM[dtype], self.code
        text = value.name
        if value.type == "i1":
            text = code.do(f"zext i1 {text} to {type_}")
        elif value.type == "i128" or type_ != "i64":
            text = code.do(f"trunc {value.type} {text} to {type_}") if value.type != type_ else text
        code.void(f"store {type_} {text}, ptr {self.place(key, index, type_)}")

    def place(self, key: Key, index: str, type_: str) -> str:
        return self.code.do(f"getelementptr inbounds {type_}, ptr {self.pointer(key)}, i64 {index}")


def write_kernel(
    plan: p.Plan,
    program: Program,
    codes: dict[str, int],
    encodings: Sequence[Encoding],
    outputs: Outputs,
    states: bool,
    triple: str,
) -> Kernel:
    """The module for a plan's program, with accumulators from before and for afterwards (`states`) or without."""
    writer = _Writer(plan, program, codes, {(e.of, e.name): e for e in encodings}, outputs)
    if states:
        writer.by_person()
    else:
        writer.in_a_row()
    code = writer.code
    head = "define void @settle(ptr noalias %columns, i64 %lo, i64 %hi) nounwind {"
    body = "\n".join((head, "entry:", *code.entry, "  br label %start", *code.lines, "}"))
    called = functions(writer.expressions.called)
    weights = '!0 = !{!"branch_weights", i32 1, i32 2000}\n!1 = !{}'
    text = "\n".join([f'target triple = "{triple}"', *writer.expressions.tables, called, body, weights, ""])
    return Kernel(text, tuple(writer.columns.places))


def outputs(program: Program, deductibles: bool = True) -> Outputs:
    """The columns of results that are written, with what stands in each: those that no other column says already."""
    found: dict[Key, n.Node | str] = {("left",): "left"}
    found |= {("paid", str(index)): name for index, name in enumerate(program.paid)}
    found |= {("moved", str(index)): name for index, name in enumerate(program.moved)}
    for index, (name, _) in enumerate(program.deducted):
        if deductibles and name in program.deducts:
            found["deducted", str(index)] = name
    if program.raises_total:
        found["total",] = "total"
    for index, node in enumerate(program.bearers):
        if not isinstance(node, n.Get | n.Int):
            found["bearer", str(index)] = node
    return found


class _Writer:
    """Writes the function."""

    def __init__(
        self,
        plan: p.Plan,
        program: Program,
        codes: dict[str, int],
        encodings: dict[tuple[str, str], Encoding],
        outputs: Outputs,
    ) -> None:
        self.plan, self.program, self.encodings = plan, program, encodings
        self.code = Code()
        self.columns = _Columns(self.code)
        self.expressions = Expressions(self.code, codes)
        self.accounts = list(zip(plan.accumulators, program.accumulators, strict=True))
        self.values = {name: self.code.slot("i64") for name, _ in program.accumulators}
        self.since = {name: self.code.slot("i64") for name, _ in program.accumulators}
        self.present = {name: self.code.slot("i1") for name, _ in program.accumulators}
        self.dead = self.code.slot("i1")
        self.periods = [kind for kind in ("year", "month") if any(a.period == kind for a, _ in self.accounts)]
        self.now = {kind: self.code.slot("i64") for kind in self.periods}
        self.outputs = outputs

    # ------------------------------------------------------------ small things

    def _load(self, slot: str, type_: str = "i64") -> str:
        return self.code.do(f"load {type_}, ptr {slot}")

    def _store(self, slot: str, value: str, type_: str = "i64") -> None:
        self.code.void(f"store {type_} {value}, ptr {slot}")

    def _branch(self, condition: str, then: str, otherwise: str, rare: bool = False) -> None:
        hint = ", !prof !0, !unpredictable !1" if rare else ""  # the second keeps it one jump
        self.code.void(f"br i1 {condition}, label %{then}, label %{otherwise}{hint}")

    def _go(self, block: str) -> None:
        self.code.void(f"br label %{block}")

    def _when(self, condition: str, inside: Callable[[], None], rare: bool = False) -> None:
        then, after = self.code.name("b"), self.code.name("b")
        self._branch(condition, then, after, rare)
        self.code.start(then)
        inside()
        self._go(after)
        self.code.start(after)

    def _loop(self, slot: str, end: str, inside: Callable[[str], None]) -> None:
        """Runs `inside` for each number from what the slot holds up to, not including, `end`."""
        head, body, after = (self.code.name("b") for _ in range(3))
        self._go(head)
        self.code.start(head)
        at = self._load(slot)
        self._branch(self.code.compared("slt", at, end).name, body, after)
        self.code.start(body)
        inside(at)
        self._store(slot, self.code.do(f"add i64 {self._load(slot)}, 1"))
        self._go(head)
        self.code.start(after)

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
        end = columns.load(("offsets",), "%hi", "int64").name
        self._loop(claim, end, lambda at: self._next(at, claim, end))
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
        self._loop(person, "%hi", self._person)
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

    # ------------------------------------------------------------ a claim

    def _settle(self, claim: str, trouble: Value) -> Value:
        """The amounts of a claim; whether it is for the exact way."""
        code, e = self.code, self.expressions
        env: dict[str, Value] = {}
        self._facts(claim, env)
        for part in PARTS:
            env[part] = self.columns.load(("part", part), claim, "int64")
        large: dict[int, str] = {}
        for account, (name, den) in self.accounts:
            assert den is not None
            env[name] = value = Value("i64", self._load(self.values[name]))
            if name in self.program.growing:  # what persons cost has been checked
                continue
            limit = min(MOST_SUM * den, MOST_NUMERATOR)
            if account.kind == "tally":
                shifted = code.do(f"add i64 {value.name}, {limit}")
                trouble = code.either(trouble, code.compared("ugt", shifted, str(2 * limit)))
            elif limit & (limit - 1):
                trouble = code.either(trouble, code.compared("ugt", value.name, str(limit)))
            else:
                large[limit] = code.do(f"or i64 {large[limit]}, {value.name}") if limit in large else value.name
        for limit, value_ in large.items():
            trouble = code.either(trouble, code.compared("ugt", value_, str(limit - 1)))
        env["!trouble"] = trouble
        set_ = self.columns.load(("identities",), claim, "uint16").name
        self.results: dict[Key, Value] = {}
        if isinstance(self.plan.root, p.HighestOf):
            return self._highest(claim, set_, env)
        self._flags(set_, env)
        e.env = env
        return self._steps(set_)

    def _facts(self, claim: str, env: dict[str, Value]) -> None:
        code, columns = self.code, self.columns
        for use in self.program.facts:
            if use.of == "item":
                continue
            encoding = self.encodings[use.of, use.name]
            value = columns.load(("fact", use.of, use.name), claim, encoding.dtype)
            if use.kind == "bool":
                value = code.compared("ne", value.name, "0")
            env[use.variable] = value
            if use.default is None:
                given = columns.load(("given", use.of, use.name), claim, "uint8")
                env[f"?{use.variable}"] = code.compared("eq", given.name, "0")
        self.expressions.items = lambda once: self._items(claim, once)

    def _items(self, claim: str, once: Callable[[], None]) -> None:
        """Runs `once` for each item, its facts in the environment."""
        code, columns, env = self.code, self.columns, self.expressions
        at = code.slot("i64")
        self._store(at, columns.load(("item offsets",), claim, "int64").name)
        end = columns.load(("item offsets",), code.do(f"add i64 {claim}, 1"), "int64").name

        def one(item: str) -> None:
            for use in self.program.facts:
                if use.of != "item":
                    continue
                value = columns.load(("item", use.name), item, self.encodings["item", use.name].dtype)
                env.env[use.variable] = code.compared("ne", value.name, "0") if use.kind == "bool" else value
                if use.default is None:
                    given = columns.load(("item given", use.name), item, "uint8")
                    env.env[f"?{use.variable}"] = code.compared("eq", given.name, "0")
            once()

        self._loop(at, end, one)

    def _flags(self, row: str, env: dict[str, Value], key: str = "flags") -> None:
        """What counts for a row of the table of identities."""
        code, words = self.code, {}
        for index, (name, _) in enumerate(self.program.holds):
            word, bit = divmod(index, WORD)
            if word not in words:
                words[word] = self.columns.load((key, str(word)), row, "uint64").name
            env[name] = code.compared("ne", code.do(f"and i64 {words[word]}, {1 << bit}"), "0")

    def _held(self, row: str, once: Callable[[], None]) -> None:
        """Runs `once` for each identity held, with what counts with it."""
        code, columns, e = self.code, self.columns, self.expressions
        at = code.slot("i64")
        self._store(at, columns.load(("held",), row, "int32").name)
        end = columns.load(("held",), code.do(f"add i64 {row}, 1"), "int32").name

        def one(held: str) -> None:
            self._flags(held, e.env, "held flags")
            once()

        self._loop(at, end, one)

    def _steps(self, row: str) -> Value:
        """The program itself, for one row of the table of identities; whether the claim is for the exact way."""
        e, code = self.expressions, self.code
        e.held = lambda once: self._held(row, once)
        Statements(e).run(self.program.statements)
        for key, what in self.outputs.items():
            value = e.env[what] if isinstance(what, str) else e.value(what)
            self.results[key] = e.narrow(value)
        for _, (name, _den) in self.accounts:
            self.results["accumulator", name] = e.narrow(e.env[name])
        if self.program.requirements:
            bits = ZERO
            for index, name in enumerate(self.program.requirements):
                bit = code.as_type(e.env[name], "i64").name
                bits = Value("i64", code.do(f"or i64 {bits.name}, {code.do(f'shl i64 {bit}, {index}')}"))
            self.results["requirements",] = bits
        trouble = code.either(e.env["!trouble"], e.trouble)
        e.trouble = NO
        return trouble

    def _highest(self, claim: str, set_: str, env: dict[str, Value]) -> Value:
        """The program once per identity considered; the one that leaves the least counts, the first on a tie."""
        code, columns, e = self.code, self.columns, self.expressions
        assert isinstance(self.plan.root, p.HighestOf)
        row, first, raised = code.slot("i64"), code.slot("i1"), code.slot("i1")
        self._store(row, columns.load(("alternatives",), set_, "int32").name)
        end = columns.load(("alternatives",), code.do(f"add i64 {set_}, 1"), "int32").name
        self._store(first, "true", "i1")
        self._store(raised, env["!trouble"].name, "i1")
        best: dict[Key, str] = {}

        def one(at: str) -> None:
            here = dict(env)
            self._flags(at, here)
            here["!trouble"] = NO
            e.env = here
            trouble = self._steps(at)
            self.results["considered",] = columns.load(("considered of",), at, "int16")
            before = Value("i1", self._load(raised, "i1"))
            self._store(raised, code.either(before, trouble).name, "i1")
            taken = Value("i1", self._load(first, "i1"))
            if not best:
                best.update({key: code.slot("i64") for key in self.results})
            known = {key: Value("i64", self._load(slot)) for key, slot in best.items()}
            if self.plan.root.criterion == "least_left":  # type: ignore[union-attr]
                taken = code.either(taken, code.compared("slt", self.results["left",].name, known["left",].name))
            for key, slot in best.items():
                self._store(slot, code.select(taken, self.results[key], known[key]).name)
            self._store(first, "false", "i1")

        self._loop(row, end, one)
        self.results = {key: Value("i64", self._load(slot)) for key, slot in best.items()}
        return Value("i1", self._load(raised, "i1"))

    def _write(self, claim: str) -> None:
        """Puts the amounts into columns, and the accumulators back."""
        self.columns.store(("status",), claim, NO, "uint8")
        for key, value in self.results.items():
            if key[0] == "accumulator":
                self._store(self.values[key[1]], value.name)
            else:
                dtype = {"considered": "int16", "requirements": "uint64"}.get(key[0], "int64")
                self.columns.store(key, claim, value, dtype)
        for account, (name, _den) in self.accounts:
            if account.kind == "tally":  # what was added may be taken away again
                some = self.code.compared("ne", self.results["accumulator", name].name, "0")
                before = Value("i1", self._load(self.present[name], "i1"))
                self._store(self.present[name], self.code.either(before, some).name, "i1")
