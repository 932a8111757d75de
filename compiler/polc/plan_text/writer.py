"""The entries of a plan's text and what collects them: a label, rows of text and what it rests on, at a depth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import field, frozen

from polc import plan as p
from polc.explain.formula import symbolic
from polc.explain.summary import shown_period
from polc.explain.wording import Words


@frozen(eq=False, repr=False, slots=False)
class Entry:
    """A line of the text: heading where `depth` is 0, else a label with text and what it rests on."""

    depth: int
    label: str
    text: tuple[str, ...] = ()
    origins: tuple[p.Origin, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


@frozen(eq=False, repr=False, slots=False)
class Writer:
    """Collects entries in one language."""

    w: Words
    entries: list[Entry] = field(factory=list)

    def say(self, zh: str, en: str) -> str:
        """The one or the other."""
        return zh if self.w.lang == "zh" else en

    def heading(self, zh: str, en: str) -> None:
        """A new section."""
        self.entries.append(Entry(0, self.say(zh, en)))

    def add(
        self, depth: int, label: str, text: str | Sequence[str] = (), origin: p.Origin | None = None,
        table: Sequence[tuple[str, ...]] = (),
    ) -> None:  # fmt: skip
        """One more entry; empty rows of text are left out."""
        rows = (text,) if isinstance(text, str) else tuple(text)
        origins = () if origin is None else (origin,)
        self.entries.append(Entry(depth, label, tuple(row for row in rows if row), origins, tuple(table)))

    def show(self, expr: p.Expr) -> str:
        """An expression in names."""
        return symbolic(expr, self.w)


def only_when(condition: p.Expr | None, out: Writer) -> str:
    """A condition that something holds under; empty without one."""
    return "" if condition is None else out.say("仅当 ", "only when ") + out.show(condition)


def write_guards(guards: Iterable[p.Guard], out: Writer) -> None:
    """The entries of conditions under their statement."""
    for guard in guards:
        out.add(2, out.say("条件", "when"), out.show(guard.condition), guard.origin)


def period_of(key: str | None, plan: p.Plan, out: Writer) -> str:
    """How long an accumulator runs; without one it is per admission."""
    account = next((a for a in plan.accumulators if a.key == key), None)
    return out.w("admission") if account is None else shown_period(account, out.w)
