"""The modules and files that the pages for developers speak of are there."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec

import pytest

from polc.catalogue import CATALOGUE

from .pages import DOCS, PAGES, ROOT, prose, read, shown


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "decisions.md"])
def test_modules_that_are_named_exist(name: str) -> None:
    named = set(re.findall(r"`((?:pol_lang|polc)(?:\.\w+)+)`", prose(DOCS / name)))
    assert [name for name in named if not exists(name)] == []


def exists(name: str) -> bool:
    """Whether there is a module of this name, or something in one."""
    module, _, last = name.rpartition(".")
    return find_spec(name) is not None or hasattr(import_module(module), last)


def test_files_that_are_named_exist() -> None:
    named = re.findall(r"`((?:tests|stdlib_policies|examples)/[\w./-]+)`", prose(DOCS / "ARCHITECTURE.md"))
    assert named and [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_problem_codes_that_are_named_exist(page: object) -> None:
    codes = {cls.code for cls in CATALOGUE}
    assert isinstance(page, type(DOCS))
    assert set(re.findall(r"(?<![\w#])([TNUSWCX][1-9]\d\d)(?![\w])", read(page))) - codes == set()
