"""The pytest plugin: examples in `.pol` files are tests, and their calculation sheets are pinned beside the policy.

Every example is held against the values written by hand in it, always; then its sheet against the one kept in
`__sheets__/POLICY/EXAMPLE.txt` beside the policy (`pytest --snapshot-update` accepts the sheet as it is now). A kept
sheet that belongs to no example fails. Settings, in the project's pytest configuration:

- `polc_policies`: patterns of the policies to collect, from the project's folder (default `**/*.pol`; empty: none).
  A policy named on the command line is collected in any case.
- `polc_claims`: patterns of claim files with expected amounts to collect as well (default: none).
- `polc_sheets`: whether sheets are pinned (default: true; needs syrupy).

Nothing of polc is imported before a policy is found, so that other projects do not pay for it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEETS = "__sheets__"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings."""
    parser.addini("polc_policies", "patterns of the .pol files to collect as tests", "linelist", ["**/*.pol"])
    parser.addini("polc_claims", "patterns of claim files with expected amounts to collect as tests", "linelist", [])
    parser.addini("polc_sheets", "whether the calculation sheets of examples are pinned", "bool", True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector of a policy, of a claim file, or of a kept sheet whose policy is gone."""
    kind = _kind(file_path, parent)
    if kind is None:
        return None
    from polc.pytest_items import collector  # it brings the compiler with it, which other projects do not need

    found: pytest.Collector | None = collector(kind, file_path, parent)
    return found


def _kind(path: Path, parent: pytest.Collector) -> str | None:
    if path.suffix == ".pol":
        return "policy" if _wanted(path, parent, "polc_policies") else None
    if path.suffix in (".toml", ".json"):
        return "claims" if _wanted(path, parent, "polc_claims") else None
    if path.suffix == ".txt" and path.parent.parent.name == SHEETS:
        return "orphan" if _orphan(path, parent) else None
    return None


def _orphan(path: Path, parent: pytest.Collector) -> bool:
    """Whether a kept sheet belongs to a policy or claim file that is no longer there."""
    owner = path.parent.parent.parent / path.parent.name
    if owner.suffix in (".toml", ".json"):
        return not owner.exists() and _wanted(owner, parent, "polc_claims")
    owner = owner.with_name(f"{owner.name}.pol")
    return not owner.exists() and _wanted(owner, parent, "polc_policies")


def _wanted(path: Path, parent: pytest.Collector, setting: str) -> bool:
    if parent.session.isinitpath(path) and path.suffix == ".pol":
        return True
    patterns = parent.config.getini(setting)
    if not patterns:
        return False
    root = parent.config.rootpath
    if not path.is_relative_to(root):
        return False
    relative = path.relative_to(root).as_posix()
    return any(_matches(relative, pattern) for pattern in patterns)


def _matches(path: str, pattern: str) -> bool:
    """Whether a path fits a pattern in which `**/` stands for any folders, none too."""
    regex = re.escape(pattern.removeprefix("./"))
    for sign, meaning in ((r"\*\*/", "(?:.*/)?"), (r"\*\*", ".*"), (r"\*", "[^/]*"), (r"\?", "[^/]")):
        regex = regex.replace(sign, meaning)
    return re.fullmatch(regex, path) is not None
