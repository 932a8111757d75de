"""The settings of a project: the nearest `polc.toml` or `pyproject.toml` above a policy."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from typing import Any, ClassVar

from pol_lang.problem import Problem, Problems
from polc.cli.read import read_bytes
from polc.lints.levels import Level, read_levels
from polc.lints.run import lint_names

_FILES = (("polc.toml", ("lints",)), ("pyproject.toml", ("tool", "polc", "lints")))


class BadSettings(Problem):
    """A settings file is not TOML. Levels of lints stand in `polc.toml` under `[lints]` or in `pyproject.toml` under
    `[tool.polc.lints]`:

        [lints]
        W603 = "off"
        unused-name = "error"

    ---
    设置文件不是 TOML。检查规则的级别写在 `polc.toml` 的 `[lints]` 或 `pyproject.toml` 的 `[tool.polc.lints]` 下：

        [lints]
        W603 = "off"
        unused-name = "error"
    """

    reason: str = ""
    code = "C642"
    zh: ClassVar[str] = "看不懂这个设置文件：{reason}"
    en: ClassVar[str] = "cannot read these settings: {reason}"


def lint_levels(policy: str) -> Mapping[str, Level]:
    """The levels of lints for a policy, by code: of the nearest folder above it whose settings speak of lints; none for
    a standard policy. Raises `Problems`."""
    if policy.startswith("std/"):
        return {}
    folder = os.path.dirname(os.path.abspath(policy))
    while True:
        for name, keys in _FILES:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (table := _table(path, keys)) is not None:
                levels, problems = read_levels(table, lint_names(), os.path.relpath(path))
                if problems:
                    raise Problems(problems)
                return levels
        above = os.path.dirname(folder)
        if above == folder:
            return {}
        folder = above


def _table(path: str, keys: tuple[str, ...]) -> Any:
    """The table of a settings file under some keys, None where it has none."""
    try:
        found: Any = tomllib.loads(read_bytes(path).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Problems([BadSettings(where=os.path.relpath(path), reason=str(error))]) from None
    for key in keys:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found
