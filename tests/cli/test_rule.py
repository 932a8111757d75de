"""`polc rule`: documentation by code."""

import pytest
from tests.cli.conftest import Polc

from polc.catalogue import CATALOGUE, find


@pytest.mark.parametrize("code", ["C572", "c572", " C572 "])
def test_a_page(polc: Polc, code: str) -> None:
    ran = polc("rule", code)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# C572 (错误)\n\n> “‹asked›”既不是文件")
    assert polc("rule", code, "--lang", "en").out.startswith("# C572 (error)\n\n> “‹asked›” is neither a file")


def test_the_list_has_every_code_once(polc: Polc) -> None:
    lines = polc("rule").out.splitlines()
    assert [line[:4] for line in lines] == sorted(cls.code for cls in CATALOGUE)
    assert all(line[6:].strip() for line in lines)


def test_an_unknown_code_has_near_ones(polc: Polc) -> None:
    ran = polc("rule", "C57")
    assert (ran.code, ran.out) == (1, "") and "错误[C575]" in ran.err and "是不是想写：C5" in ran.err


def test_every_page_is_shown(polc: Polc) -> None:
    for cls in CATALOGUE:
        assert find(cls.code) is cls
        assert polc("rule", cls.code).code == 0
