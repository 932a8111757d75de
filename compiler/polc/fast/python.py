"""A program printed as Python: statements as lines, each expression as one text.

Whatever an author wrote (names, texts) goes into `constants` and is read under a generated name; only generated names
and whole numbers ever become part of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import define, field

from polc.arithmetic import floor, rounded
from polc.program import nodes as n
from polc.program.days import FUNCTIONS
from polc.program.facts import FactUse

WHOLE = frozenset(("money", "number", "days", "workdays", "months", "years"))
"""Units of facts that claims give as ints, and sometimes as fractions."""


@define(eq=False, repr=False)
class Printer:
    """Lines of a module with the constants they read. Where `codes` is given, texts are numbers: those of the policy as
    it says, and facts come as they stand in columns."""

    facts: Mapping[str, FactUse]
    flags: Sequence[str]
    codes: Mapping[str, int] | None = None
    lines: list[str] = field(factory=list)
    constants: dict[str, Any] = field(factory=dict)
    _names: dict[Any, str] = field(factory=dict)
    _depth: int = 0

    # ------------------------------------------------------------ lines

    def name(self, prefix: str) -> str:
        """A name that stands nowhere yet, of two letters: programs have names of one."""
        self._names[len(self._names)] = prefix
        return f"{prefix}{len(self._names)}"

    def constant(self, value: Any) -> str:
        """The name under which a value can be read. Texts are told apart by value, others by identity: 1 and True are
        equal and not the same."""
        key = value if type(value) is str else ("id", id(value))
        name = self._names.get(key)
        if name is None:
            name = self.name("kk")
            self._names[key] = name
            self.constants[name] = value  # also keeps the value, and with it its id, alive
        return name

    def line(self, text: str) -> None:
        """One more line at the present depth."""
        self.lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """The lines written inside stand below `head`; `pass` where there are none."""
        self.line(head)
        self._depth += 1
        count = len(self.lines)
        yield
        if len(self.lines) == count:
            self.line("pass")
        self._depth -= 1

    def compiled(self, *functions: str) -> tuple[Callable[..., Any], ...]:
        """The functions that the lines define."""
        namespace = dict(self.constants)
        exec(compile("\n".join(self.lines), "<plan>", "exec"), namespace)
        return tuple(namespace[name] for name in functions)

    # ------------------------------------------------------------ statements

    def statements(self, statements: Sequence[n.Statement]) -> None:
        """The lines of statements."""
        for one in statements:
            match one:
                case n.Assign():
                    self.line(f"{one.name} = {self.text(one.value)}")
                case n.RefuseWhere():
                    self.line(f"if {self.text(one.condition)}: refuse()")
                case n.LacksWhere():
                    self.line(f"if {self.text(one.condition)}: no_value()")
                case n.If():
                    self._if(one)
                case n.Attempt():
                    with self.block("try:"):
                        self.statements(one.body)
                    with self.block("except NoValue:"):
                        self.statements(one.lacking)
                case n.Repeat():
                    with self.block(f"for {one.name} in range({one.count}):"):
                        self.statements(one.body)

    def _if(self, one: n.If) -> None:
        if isinstance(one.condition, n.Truth):
            self.statements(one.then if one.condition.value else one.otherwise)
            return
        with self.block(f"if {self.text(one.condition)}:"):
            self.statements(one.then)
        if one.otherwise:
            with self.block("else:"):
                self.statements(one.otherwise)

    # ------------------------------------------------------------ expressions

    def text(self, node: n.Node) -> str:
        """The text of an expression."""
        return _TEXTS[type(node)](self, node)

    def _int(self, node: n.Int) -> str:
        return str(node.value) if node.value >= 0 else f"({node.value})"

    def _truth(self, node: n.Truth) -> str:
        return str(node.value)

    def _words(self, node: n.Text) -> str:
        return self.constant(node.value) if self.codes is None else str(self.codes.get(node.value, -1))

    def _get(self, node: n.Get) -> str:
        return node.name

    def _given(self, node: n.Given) -> str:
        unit, usual = self.facts[node.name].unit, self.facts[node.name].default is not None
        if usual and (self.codes is not None or unit not in WHOLE):
            return node.name
        check = f"{node.name} is not None"
        if self.codes is None and (unit in WHOLE or unit == "text"):
            check = f"type({node.name}) is {'str' if unit == 'text' else 'int'}"
        return f"({node.name} if {check} else refuse())"

    def _refuse(self, node: n.Refuse) -> str:
        return "refuse()"

    def _lacks(self, node: n.Lacks) -> str:
        return "no_value()"

    def _bind(self, node: n.Bind) -> str:
        return f"({node.name} := {self.text(node.value)})"

    def _sum(self, node: n.Sum) -> str:
        text = ""
        for sign, term in node.terms:
            text += (f" {'+' if sign > 0 else '-'} " if text else "" if sign > 0 else "-") + self.text(term)
        return f"({text})"

    def _product(self, node: n.Product) -> str:
        a, b = self.text(node.a), self.text(node.b)
        return f"times({a}, {b})" if node.kind == "exact" else f"({a} * {b})"

    def _over(self, node: n.Over) -> str:
        value = self.text(node.value)
        return value if node.by == 1 else f"whole(Fraction({value}, {node.by}))"

    def _quotient(self, node: n.Quotient) -> str:
        return f"quotient({self.text(node.a)}, {self.text(node.b)})"

    def _floor(self, node: n.Floor) -> str:
        value = self.text(node.value)
        return f"({value} // {node.by})" if node.value.kind == "int" else f"{self.constant(floor)}({value})"

    def _nearest(self, node: n.Nearest) -> str:
        value, by = self.text(node.value), node.by
        if node.mode == "half_even":
            return f"{self.constant(rounded)}(Fraction({value}, {by}), 1, {self.constant(node.mode)})"
        again = "" if node.value.positive else self.name("vv")
        first = f"({again} := {value})" if again else value
        if node.mode == "half_up":
            if by % 2 == 0:
                up, down = "({} + " + str(by // 2) + f") // {by}", f"({by // 2} - " + "{})" + f" // {by}"
            else:
                up, down = "(2 * {} + " + f"{by}) // {2 * by}", f"({by} - 2 * " + "{})" + f" // {2 * by}"
            return (
                f"({up.format(again)} if {first} >= 0 else -({down.format(again)}))"
                if again
                else (f"({up.format(value)})")
            )
        if node.mode == "down":
            return f"({again} // {by} if {first} >= 0 else -(-{again} // {by}))" if again else f"({value} // {by})"
        return f"(-(-{again} // {by}) if {first} >= 0 else {again} // {by})" if again else f"(-(-{value} // {by}))"

    def _rounded(self, node: n.Rounded) -> str:
        to = node.to.numerator if node.to.denominator == 1 else node.to
        return f"{self.constant(rounded)}({self.text(node.value)}, {self.constant(to)}, {self.constant(node.mode)})"

    def _twice(self, node: n.Node) -> tuple[str, str]:
        """A text to stand where a value is evaluated first, and one for the other times."""
        text = self.text(node)
        if node.atom:
            return text, text
        name = self.name("vv")
        return f"({name} := {text})", name

    def _extreme(self, node: n.Extreme) -> str:
        (first, one), (second, other) = self._twice(node.a), self._twice(node.b)
        return f"({one} if {first} {node.op} {second} else {other})"

    def _choice(self, node: n.Choice) -> str:
        text, rest = "", node  # one text, not one in another: Python knows no more than some hundred brackets
        while isinstance(rest, n.Choice):
            text += f"{self.text(rest.a)} if {self.text(rest.condition)} else "
            rest = rest.b  # type: ignore[assignment]
        return f"({text}{self.text(rest)})"

    def _after(self, node: n.After) -> str:
        return f"({', '.join(map(self.text, (*node.first, node.value)))})[-1]"

    def _banded(self, node: n.Banded) -> str:
        start, end = self.text(node.start), self.text(node.end)
        edges, terms = list(map(self.text, node.edges)), []
        for index, rate in enumerate(node.rates):
            lower, low, high, within = edges[index], start, end, []
            if index or not (isinstance(node.edges[0], n.Int) and node.start.positive):
                within.append(f"{end} > {lower}")
                low = f"({start} if {start} > {lower} else {lower})"
            if index + 1 < len(edges):
                within.append(f"{start} < {edges[index + 1]}")
                high = f"({end} if {end} < {edges[index + 1]} else {edges[index + 1]})"
            pays = f"({high} - {low}) * {self.text(rate)}"
            if node.kind == "exact":
                pays = f"times({high} - {low}, {self.text(rate)})"
            terms.append(f"({pays} if {' and '.join(within)} else 0)" if within else pays)
        return f"({' + '.join(terms)} if {end} > {start} else 0)"

    def _lookup(self, node: n.Lookup) -> str:
        table = node.table
        if self.codes is not None:
            table = {self.codes[key]: value for key, value in table.items()}  # type: ignore[misc]
        name = self.constant(table)
        if isinstance(node.otherwise, n.Int):
            return f"{name}.get({self.text(node.key)}, {self.text(node.otherwise)})"
        first, again = self._twice(node.key)
        return f"({name}[{again}] if {first} in {name} else {self.text(node.otherwise)})"

    def _call(self, node: n.Call) -> str:
        return f"{self.constant(FUNCTIONS[node.function])}({', '.join(map(self.text, node.arguments))})"

    def _stack(self, node: n.Stack) -> str:
        choices = self.text(node.choices)
        values = [f"*(({self.text(value)},) if {choices} & {bit} else ())" for bit, value in node.arms]
        return f"stacked([{', '.join(values)}], {self.constant(node.shares)})"

    def _items_sum(self, node: n.ItemsSum) -> str:
        names = "".join(f"{use.variable}, " for use in self.facts.values() if use.of == "item") or "_"
        where = "" if node.where is None else f" if {self.text(node.where)}"
        return f"whole(sum([{self.text(node.value)} for {names} in items{where}]))"

    def _best_held(self, node: n.BestHeld) -> str:
        return f"best_held(held, lambda {', '.join(self.flags)}: {self.text(node.value)}, {node.op == '<'})"

    def _compare(self, node: n.Compare) -> str:
        return f"({self.text(node.a)} {node.op} {self.text(node.b)})"

    def _joined(self, node: n.Joined) -> str:
        return f"({(' and ' if node.every else ' or ').join(map(self.text, node.parts))})"

    def _not(self, node: n.Not) -> str:
        return f"(not {self.text(node.value)})"

    def _member(self, node: n.Member) -> str:
        values: frozenset[Any] = node.values
        if self.codes is not None:
            values = frozenset(self.codes[value] for value in values)
        return f"({self.text(node.value)} in {self.constant(values)})"

    def _overlaps(self, node: n.Overlaps) -> str:
        return f"({self.text(node.value)} & {node.bits} != 0)"


_TEXTS: dict[type, Callable[[Printer, Any], str]] = {
    n.Int: Printer._int, n.Truth: Printer._truth, n.Text: Printer._words, n.Get: Printer._get,
    n.Given: Printer._given, n.Refuse: Printer._refuse, n.Lacks: Printer._lacks, n.Bind: Printer._bind,
    n.Sum: Printer._sum, n.Product: Printer._product, n.Over: Printer._over, n.Quotient: Printer._quotient,
    n.Floor: Printer._floor, n.Nearest: Printer._nearest, n.Rounded: Printer._rounded, n.Extreme: Printer._extreme,
    n.Choice: Printer._choice, n.After: Printer._after, n.Banded: Printer._banded, n.Lookup: Printer._lookup,
    n.Call: Printer._call, n.Stack: Printer._stack, n.ItemsSum: Printer._items_sum, n.BestHeld: Printer._best_held,
    n.Compare: Printer._compare, n.Joined: Printer._joined, n.Not: Printer._not, n.Member: Printer._member,
    n.Overlaps: Printer._overlaps,
}  # fmt: skip


def exact_text(name: str, den: int | None) -> str:
    """The text of a variable's value as the interpreter has it: whole as an int, else a Fraction."""
    if den == 1:
        return name
    return f"whole({name})" if den is None else f"whole(Fraction({name}, {den}))"
