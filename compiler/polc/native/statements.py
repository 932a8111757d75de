"""From nodes of a program to instructions: statements.

Theory: short branches become selections of what they set; long ones, which most claims take or most leave, become
jumps. An attempt has no jump: where a value is lacking, what has been set so far is remembered, and selected at the
end.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field

from polc.native.emitting import Emitting
from polc.native.values import NO, YES, Type, Value
from polc.program import nodes as n

SHORT = 40
"""Up to how many nodes a branch is computed whether or not it is taken."""

Env = dict[str, Value]


@define(eq=False, repr=False)
class _Attempt:
    """An attempt under way: the variables from before that it may set, and its keys in the environment."""

    key: str
    names: frozenset[str]

    def kept(self, name: str) -> str:
        """Where the value of a variable stands that it had when a value was lacking."""
        return f"{self.key} {name}"


@define(eq=False, repr=False)
class Statements:
    """Instructions for statements. The environment of `expressions` says where each variable stands; under `!trouble`
    whether the claim is for the exact way."""

    expressions: Emitting
    _attempts: list[_Attempt] = field(factory=list)
    _count: int = 0
    _repeats: int = 0

    @property
    def env(self) -> Env:
        """Where each variable stands."""
        return self.expressions.env

    def run(self, statements: Iterable[n.Statement]) -> None:
        """The instructions of statements."""
        e = self.expressions
        for one in statements:
            match one:
                case n.Assign():
                    value = e.value(one.value)
                    self._settle()
                    self._set(one.name, value)
                case n.RefuseWhere(never=True):
                    continue  # looked at where the program is Python, which this is held against
                case n.RefuseWhere():
                    e.fail(e.value(one.condition))
                    self._settle()
                case n.LacksWhere():
                    e.lack(e.value(one.condition))
                    self._settle()
                case n.If():
                    self._if(one)
                case n.Attempt():
                    self._attempt(one)
                case n.Repeat():
                    self._repeats += 1
                    for index in range(one.count):
                        self.env[one.name] = Value("i64", str(index))
                        self.run(one.body)
                    self._repeats -= 1

    def _set(self, name: str, value: Value) -> None:
        self.env[name] = value

    def _settle(self) -> None:
        """Lets the flags that the last expression raised have their effect."""
        e, code = self.expressions, self.expressions.code
        trouble, lacking = e.trouble, e.lacking
        e.trouble = e.lacking = NO
        if lacking is not NO and not self._attempts:
            trouble, lacking = code.either(trouble, lacking), NO
        if trouble is not NO:
            for attempt in self._attempts:
                trouble = code.both(trouble, code.negated(self.env[attempt.key]))
            self.env["!trouble"] = code.either(self.env["!trouble"], trouble)
        if lacking is not NO:
            attempt = self._attempts[-1]
            before = self.env[attempt.key]
            for name in attempt.names:
                kept, now = attempt.kept(name), self.env[name]
                self.env[kept] = code.select(before, self.env[kept], now) if kept in self.env else now
            self.env[attempt.key] = code.either(before, lacking)

    # ------------------------------------------------------------ branches

    def _if(self, one: n.If) -> None:
        e = self.expressions
        condition = e.value(one.condition)
        self._settle()
        if condition is YES or condition is NO:
            self.run(one.then if condition is YES else one.otherwise)
            return
        if weight((one.then, one.otherwise)) <= SHORT:
            self._selected(condition, one)
        else:
            self._jumped(condition, one)

    def _selected(self, condition: Value, one: n.If) -> None:
        e, code = self.expressions, self.expressions.code
        before = dict(self.env)
        self.env["!trouble"] = NO
        self.run(one.then)
        then, e.env = self.env, dict(before)
        self.env["!trouble"] = NO
        self.run(one.otherwise)
        otherwise, e.env = self.env, {}
        raised = code.either(
            code.both(condition, then["!trouble"]), code.both(code.negated(condition), otherwise["!trouble"])
        )
        for name, value in then.items():
            other = otherwise.get(name, value)
            self.env[name] = value if value is other else code.select(condition, value, other)
        e.env |= {name: value for name, value in otherwise.items() if name not in then}
        self.env["!trouble"] = code.either(before["!trouble"], raised)

    def _jumped(self, condition: Value, one: n.If) -> None:
        e, code = self.expressions, self.expressions.code
        first, second, after = (code.name("b") for _ in range(3))
        before = dict(self.env)
        code.void(f"br i1 {condition.name}, label %{first}, label %{second}")
        code.start(first)
        self.run(one.then)
        then, then_block, mark = self.env, code.block, len(code.lines)
        e.env = dict(before)
        code.start(second)
        self.run(one.otherwise)
        otherwise, otherwise_block = self.env, code.block
        names = [name for name in then if name in otherwise and then[name] is not otherwise[name]]
        pairs = {name: (then[name], otherwise[name]) for name in names}
        pairs |= {name: (v, _blank(v)) for name, v in then.items() if self._lasts(name) and name not in otherwise}
        pairs |= {name: (_blank(v), v) for name, v in otherwise.items() if self._lasts(name) and name not in then}
        types = {name: _wider(a, b) for name, (a, b) in pairs.items()}
        rest, code.lines = code.lines[mark:], code.lines[:mark]
        left = {name: code.as_type(a, types[name]) for name, (a, _) in pairs.items()}
        code.void(f"br label %{after}")
        code.lines += rest
        right = {name: code.as_type(b, types[name]) for name, (_, b) in pairs.items()}
        code.void(f"br label %{after}")
        code.start(after)
        e.env = {name: value for name, value in then.items() if otherwise.get(name) is value}
        for name in pairs:
            e.env[name] = code.phi(left[name], then_block, right[name], otherwise_block)

    def _lasts(self, name: str) -> bool:
        """Whether a variable that is set in one branch only may be read later: in what is repeated, a later round
        reads what an earlier one set."""
        return name[0] == "!" or self._repeats > 0

    # ------------------------------------------------------------ attempts

    def _attempt(self, one: n.Attempt) -> None:
        e, code = self.expressions, self.expressions.code
        self._count += 1
        known = frozenset(name for name in assigned(one.body) if name in self.env)
        attempt = _Attempt(f"!lacking{self._count}", known)
        self.env[attempt.key] = NO
        self._attempts.append(attempt)
        self.run(one.body)
        self._attempts.pop()
        lacking = self.env.pop(attempt.key)
        kept = {name: self.env.pop(attempt.kept(name), self.env[name]) for name in known}
        if lacking is NO:
            return
        through = self.env
        e.env = through | kept
        self.env["!trouble"] = NO
        self.run(one.lacking)
        raised = self.env["!trouble"]
        stopped, e.env = self.env, dict(through)
        for name, value in stopped.items():
            other = through.get(name)
            if other is not None and other is not value and name != "!trouble":
                self.env[name] = code.select(lacking, value, other)
        self.env["!trouble"] = code.either(through["!trouble"], code.both(lacking, raised))


def _blank(value: Value) -> Value:
    """What stands for a value that nothing will read."""
    if value.type == "exact":
        return Value("exact", "0", "1")
    return NO if value.type == "i1" else Value(value.type, "0")


def _wider(a: Value, b: Value) -> Type:
    return next(type_ for type_ in ("exact", "i128", "i64", "i1") if type_ in (a.type, b.type))


def assigned(statements: Iterable[n.Statement]) -> set[str]:
    """The variables that statements set."""
    found: set[str] = set()
    for one in statements:
        match one:
            case n.Assign():
                found.add(one.name)
            case n.If():
                found |= assigned(one.then) | assigned(one.otherwise)
            case n.Attempt():
                found |= assigned(one.body) | assigned(one.lacking)
            case n.Repeat():
                found |= assigned(one.body)
    return found


_WEIGHTS: dict[type, int] = {
    n.Int: 0, n.Get: 0, n.Truth: 0, n.Text: 0, n.Banded: 8, n.ItemsSum: 100, n.BestHeld: 100, n.Stack: 40,
    n.Quotient: 100, n.Rounded: 100, n.Call: 30, n.Nearest: 3, n.Floor: 3, n.Lookup: 3,
}  # fmt: skip


def weight(value: object) -> int:
    """How much there is to compute in a statement, an expression or several, roughly."""
    if isinstance(value, tuple | list):
        return sum(map(weight, value))
    if isinstance(value, n.Node):
        own = _WEIGHTS.get(type(value), 1)
        if value.kind == "exact" and isinstance(value, n.Sum | n.Product):
            own = 50
        return own + sum(weight(part) for part in vars(value).values() if isinstance(part, n.Node | tuple))
    if isinstance(value, n.Assign | n.RefuseWhere | n.LacksWhere | n.If | n.Attempt | n.Repeat):
        return sum(map(weight, vars(value).values()))
    return 0
