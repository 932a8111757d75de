"""`polc new`: a policy that runs at once."""

from pathlib import Path

import pytest
from tests.cli.conftest import Polc


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_it_writes_can_be_checked_tested_explained_and_is_formatted(polc: Polc, lang: str) -> None:
    ran = polc("new", "某县2024", "--lang", lang)
    assert (ran.code, ran.out) == (0, "")
    assert [line.split()[-1] for line in ran.err.splitlines()] == ["某县2024.pol", "某县2024-claim.toml"]
    assert polc("check", "某县2024.pol").out == "检查了 1 个文件：没有问题\n"
    assert polc("test", "某县2024.pol").out.endswith("1 个算例：1 个通过，0 个失败\n")
    assert polc("fmt", "--check", "某县2024.pol").code == 0
    sheet = polc("explain", "某县2024.pol", "某县2024-claim.toml")
    assert (sheet.code, sheet.err) == (0, "")
    for amount in ("32,690.00", "6,051.50", "11,258.50"):  # as the example works out by hand
        assert amount in sheet.out


def test_nothing_is_written_over(polc: Polc) -> None:
    Path("甲-claim.toml").write_text("mine", encoding="utf-8")
    ran = polc("new", "甲")
    assert (ran.code, ran.out) == (1, "") and "C574" in ran.err and "甲-claim.toml" in ran.err
    assert not Path("甲.pol").exists() and Path("甲-claim.toml").read_text() == "mine"


@pytest.mark.parametrize("name", ["政策", "a b", "2024", "", "甲.乙", "layer", "甲\n政策 乙"])
def test_names_that_no_policy_can_have(polc: Polc, name: str) -> None:
    ran = polc("new", name)
    assert (ran.code, ran.out) == (1, "") and "C582" in ran.err
    assert sorted(path.name for path in Path().iterdir()) == ["claim.toml", "小县.pol"]


def test_a_name_with_a_folder_or_an_extension(polc: Polc) -> None:
    Path("目录").mkdir()
    assert polc("new", "目录/甲.pol").code == 0
    assert sorted(path.name for path in Path("目录").iterdir()) == ["甲-claim.toml", "甲.pol"]
    ran = polc("new", "没有/甲")
    assert ran.code == 1 and "C571" in ran.err
