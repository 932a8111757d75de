"""The settings of a project: the nearest `polc.toml` or `pyproject.toml` above a policy."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from typing import Any, ClassVar

from pol_lang.problem import Language, Problem, Problems
from polc.claims.refusals import told
from polc.cli.read import read_bytes
from polc.lints.levels import Level, read_levels
from polc.lints.run import lint_names

_FILES: tuple[tuple[str, tuple[str, ...]], ...] = (("polc.toml", ()), ("pyproject.toml", ("tool", "polc")))


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

    detail_zh: str = ""
    detail_en: str = ""
    code = "C642"
    zh: ClassVar[str] = "看不懂这个设置文件：{detail_zh}"
    en: ClassVar[str] = "cannot read these settings: {detail_en}"
    hint_zh: ClassVar[str] = '写成 TOML：[lints] 下面每行一条，例如 W603 = "off"'
    hint_en: ClassVar[str] = 'write TOML: below [lints] a line for each, for example W603 = "off"'


def lint_levels(policy: str) -> Mapping[str, Level]:
    """The levels of lints for a policy, by code: of the nearest folder above it whose settings speak of lints; none for
    a standard policy. Raises `Problems`."""
    found = None if policy.startswith("std/") else _nearest(policy, "lints")
    if found is None:
        return {}
    table, path = found
    levels, problems = read_levels(table, lint_names(), path)
    if problems:
        raise Problems(problems)
    return levels


class BadSheetLanguage(Problem):
    """The setting `sheets`, the language of the calculation sheets that are kept, is neither `"zh"` nor `"en"`. It
    stands in `polc.toml`, or in `pyproject.toml` under `[tool.polc]`, so that everybody keeps the same sheets.
    ---
    设置 `sheets`（所保存的计算书用的语言）既不是 `"zh"` 也不是 `"en"`。它写在 `polc.toml` 里，或 `pyproject.toml` 的
    `[tool.polc]` 下，这样每个人保存的计算书都一样。
    """

    code = "C646"
    zh: ClassVar[str] = 'sheets 只能是 "zh" 或 "en"'
    en: ClassVar[str] = 'sheets is "zh" or "en"'
    hint_zh: ClassVar[str] = '写 sheets = "zh" 或 sheets = "en"'
    hint_en: ClassVar[str] = 'write sheets = "zh" or sheets = "en"'


def sheet_language(policy: str) -> Language:
    """The language in which the sheets of a policy or claim file are kept, whoever keeps them: as the nearest settings
    above it say, else Chinese. Raises `Problems`."""
    found = _nearest(policy, "sheets")
    if found is None or found[0] == "zh":
        return "zh"
    if found[0] == "en":
        return "en"
    raise Problems([BadSheetLanguage(where=found[1])])


def _nearest(policy: str, key: str) -> tuple[Any, str] | None:
    """What the nearest settings above a file say under a key, with the path of their file; None where none do."""
    folder = os.path.dirname(os.path.abspath(policy))
    while True:
        for name, keys in _FILES:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (found := _table(path, (*keys, key))) is not None:
                return found, os.path.relpath(path)
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _table(path: str, keys: tuple[str, ...]) -> Any:
    """The table of a settings file under some keys, None where it has none."""
    try:
        found: Any = tomllib.loads(read_bytes(path).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Problems([BadSettings(where=os.path.relpath(path), **told(error))]) from None
    for key in keys:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found
