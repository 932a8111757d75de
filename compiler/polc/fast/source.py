"""Python source under construction: lines, fresh names, and constants that are bound from outside the text.

Whatever an author wrote (names, texts, dates) goes into `constants` and is read under a generated name; only generated
names and whole numbers ever become part of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import define, field


@define(eq=False, repr=False)
class Source:
    """Lines of a module with the constants they read. Texts are told apart by value, other constants by identity: 1 and
    True are equal and not the same."""

    lines: list[str] = field(factory=list)
    constants: dict[str, Any] = field(factory=dict)
    _names: dict[int | str, str] = field(factory=dict)
    _count: int = 0
    _depth: int = 0

    def name(self, prefix: str = "v") -> str:
        """A name that stands nowhere yet."""
        self._count += 1
        return f"{prefix}{self._count}"

    def constant(self, value: Any) -> str:
        """The name under which a value can be read."""
        key = value if type(value) is str else id(value)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = self.name("k")
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

    def deeper(self) -> None:
        """The next lines stand one step further in."""
        self._depth += 1

    def shallower(self) -> None:
        """The next lines stand one step further out."""
        self._depth -= 1

    def mark(self) -> tuple[int, int]:
        """Where the text ends now, for `back_to`."""
        return len(self.lines), self._depth

    def back_to(self, mark: tuple[int, int]) -> None:
        """Takes back all that was written since."""
        count, self._depth = mark
        del self.lines[count:]

    def compiled(self, *functions: str) -> tuple[Callable[..., Any], ...]:
        """The functions that the text defines."""
        namespace = dict(self.constants)
        exec(compile("\n".join(self.lines), "<plan>", "exec"), namespace)
        return tuple(namespace[name] for name in functions)
