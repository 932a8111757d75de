"""The instructions that settle one claim: facts and parts loaded, the program, amounts written."""

from __future__ import annotations

from collections.abc import Callable

from polc import plan as p
from polc.native.columns import PARTS_OF_FEN, Encoding
from polc.native.emitting import Emitting
from polc.native.expressions import EMIT
from polc.native.pointers import Key, Outputs, Pointers
from polc.native.statements import Statements
from polc.native.values import NO, ZERO, Code, Value
from polc.program import PARTS, Program
from polc.program.nodes import MOST_NUMERATOR, MOST_SUM

WORD = 64
"""How many identity sets are asked for in one word of flags."""


class ClaimWriter:
    """Writes the instructions for a claim, and small things that all instructions are made of."""

    def __init__(
        self,
        plan: p.Plan,
        program: Program,
        codes: dict[str, int],
        encodings: dict[tuple[str, str], Encoding],
        outputs: Outputs,
        sums: bool,
    ) -> None:
        self.plan, self.program, self.encodings = plan, program, encodings
        self.code = Code()
        self.columns = Pointers(self.code)
        self.expressions = Emitting(self.code, codes, EMIT)
        self.accounts = list(zip(plan.accumulators, program.accumulators, strict=True))
        self.values = {name: self.code.slot("i64") for name, _ in program.accumulators}
        self.since = {name: self.code.slot("i64") for name, _ in program.accumulators}
        self.present = {name: self.code.slot("i1") for name, _ in program.accumulators}
        self.dead = self.code.slot("i1")
        self.periods = [kind for kind in ("year", "month") if any(a.period == kind for a, _ in self.accounts)]
        self.now = {kind: self.code.slot("i64") for kind in self.periods}
        self.outputs = outputs
        self.sums = {key: self.code.slot("i64") for key in outputs} if sums else {}
        self.bits = self.code.slot("i64")

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
            value = Value("i64", self._load(self.values[name]))
            env[name] = value if den is not None else Value("exact", value.name, str(PARTS_OF_FEN))
            if name in self.program.growing:  # what persons cost has been checked
                continue
            limit = min(MOST_SUM * (den or MOST_NUMERATOR), MOST_NUMERATOR)
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
            self.results[key] = self._in_parts(value) if value.type == "exact" else e.narrow(value)
        for _, (name, den) in self.accounts:
            value = e.env[name]
            self.results["accumulator", name] = e.narrow(value) if den is not None else self._in_parts(value)
        if self.program.requirements:
            bits = ZERO
            for index, name in enumerate(self.program.requirements):
                bit = code.as_type(e.env[name], "i64").name
                bits = Value("i64", code.do(f"or i64 {bits.name}, {code.do(f'shl i64 {bit}, {index}')}"))
            self.results["requirements",] = bits
        trouble = code.either(e.env["!trouble"], e.trouble)
        e.trouble = NO
        return trouble

    def _in_parts(self, value: Value) -> Value:
        """An exact number in parts of a fen; where it is no whole number of them the claim is for the exact way."""
        e, code = self.expressions, self.code
        value = code.as_type(value, "exact")
        times = code.do(f"udiv i64 {PARTS_OF_FEN}, {value.den}")
        again = code.do(f"mul i64 {times}, {value.den}")
        e.fail(code.compared("ne", again, str(PARTS_OF_FEN)))
        wide = [code.as_type(Value("i64", name), "i128").name for name in (value.name, times)]
        return e.narrow(Value("i128", code.do(f"mul i128 {wide[0]}, {wide[1]}")))

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
            if key in self.sums:
                for slot, how in ((self.sums[key], "add"), (self.bits, "or")):
                    self._store(slot, self.code.do(f"{how} i64 {self._load(slot)}, {value.name}"))
        for account, (name, _den) in self.accounts:
            if account.kind == "tally":  # what was added may be taken away again
                some = self.code.compared("ne", self.results["accumulator", name].name, "0")
                before = Value("i1", self._load(self.present[name], "i1"))
                self._store(self.present[name], self.code.either(before, some).name, "i1")

    def _sum_nothing(self) -> None:
        for slot in (*self.sums.values(), self.bits):
            self._store(slot, "0")

    def _write_sums(self) -> None:
        """The sums of all columns of amounts, and behind them all bits that any of the amounts had."""
        for index, slot in enumerate((*self.sums.values(), self.bits) if self.sums else ()):
            self.columns.store(("sums",), str(index), Value("i64", self._load(slot)), "int64")
