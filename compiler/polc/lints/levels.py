"""How serious each lint is taken, by the settings of a project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pol_lang.problem import Problem, near_names
from polc.lints.lint import Lint

Level = Literal["off", "warn", "error"]
LEVELS: tuple[Level, ...] = ("off", "warn", "error")


class UnknownLint(Problem):
    """The settings name a lint that there is not. Lints are named by their code (`W603`) or their name
    (`unreached-cap`); `polc rule` lists them.
    ---
    设置里写的检查规则不存在。规则用代码（`W603`）或名称（`unreached-cap`）来写；`polc rule` 可列出全部。
    """

    name: str = ""
    code = "C640"
    zh: ClassVar[str] = "没有检查规则“{name}”"
    en: ClassVar[str] = "there is no lint “{name}”"
    hint_zh: ClassVar[str] = "写代码，例如 W603；polc rule 列出全部"
    hint_en: ClassVar[str] = "write its code, for example W603; polc rule lists all"


class BadLevel(Problem):
    """The level of a lint in the settings is not one of `"off"`, `"warn"` and `"error"`, or the settings are no table
    of names with levels.
    ---
    设置里规则的级别不是 `"off"`、`"warn"`、`"error"` 之一，或者设置不是“规则 = 级别”的表。
    """

    name: str = ""
    level: str = ""
    code = "C641"
    zh: ClassVar[str] = "“{name}”的级别不能是 {level}"
    en: ClassVar[str] = "{level} is no level for “{name}”"
    hint_zh: ClassVar[str] = '级别有 "off"（不查）、"warn"（警告）、"error"（算错误）'
    hint_en: ClassVar[str] = 'the levels are "off", "warn" and "error"'


def read_levels(table: Any, names: Mapping[str, str], where: str) -> tuple[dict[str, Level], tuple[Problem, ...]]:
    """The levels by code that a table of settings gives, and what is wrong with it. `names` gives the code of each
    name and code, in small letters."""
    if not isinstance(table, Mapping):
        return {}, (BadLevel(where=where, name="lints", level=_shown(table)),)
    found: dict[str, Level] = {}
    problems: list[Problem] = []
    for name, level in table.items():
        code = names.get(str(name).lower().replace("_", "-"))
        if code is None:
            near = near_names(str(name), [x.upper() if x[1:].isdigit() else x for x in names])
            problems.append(UnknownLint(where=where, name=str(name), near=near))
        elif level not in LEVELS:
            problems.append(BadLevel(where=where, name=str(name), level=_shown(level)))
        else:
            found[code] = level
    return found, tuple(problems)


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def at_level(lint: Problem, level: Level) -> Problem | None:
    """The lint as serious as it is taken; None where it is off."""
    if level == "off":
        return None
    if level == "warn" or not isinstance(lint, Lint):
        return lint
    return _as_error(type(lint))(**vars(lint))


def _as_error(cls: type[Lint]) -> type[Lint]:
    """The same class of problem, as an error."""
    return type(cls.__name__, (cls,), {"severity": "error", "__doc__": cls.__doc__, "__module__": cls.__module__})
