"""`polc synth`: tables in a folder, whole or not at all, and what is said of wrong options."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Polc

from polc.synth import encode


def test_the_tables_are_what_report_reads(polc: Polc) -> None:
    ran = polc("synth", "小县.pol", "--claims", "300", "--near", "20", "-o", "数据")
    assert (ran.code, ran.err) == (0, "")
    assert sorted(os.listdir("数据")) == ["claims.csv", "persons.csv"], "the policy knows no identities"
    cost = re.search(r"300 次就诊，医疗费总额 ([0-9,.]+) 元", ran.out)
    assert cost
    report = polc("report", "小县.pol", "--persons", "数据/persons.csv", "--claims", "数据/claims.csv")
    assert report.code == 0 and cost[1] in report.out and re.search(r"未采用的行 +0\n", report.out)


def test_the_other_options(polc: Polc) -> None:
    arguments = ["--claims", "200", "--seed", "9", "--year", "2024", "--refused-share", "12.5", "--lang", "en"]
    ran = polc("synth", "std/linxian-2023", *arguments, "--format", "parquet", "-o", "out")
    assert ran.code == 0 and "200 claims, total cost" in ran.out and "identities held" in ran.out
    refused = re.search(r"to be refused: ([0-9]+)\n", ran.out)
    assert refused and 5 < int(refused[1]) < 50
    assert sorted(os.listdir("out")) == ["claims.parquet", "identities.parquet", "persons.parquet"]
    again = polc("synth", "std/linxian-2023", *arguments, "--format", "parquet", "-o", "again")
    assert again.out.replace("again", "out") == ran.out
    assert all((Path("out") / name).read_bytes() == (Path("again") / name).read_bytes() for name in os.listdir("out"))


@pytest.mark.parametrize(
    ("option", "zh", "en"),
    [
        (["--claims", "0"], "--claims 要写成整数，不小于 1", "--claims"),
        (["--claims", "1e6"], "--claims 要写成整数", "--claims"),
        (["--seed", "-1"], "--seed 要写成整数，不小于 0", "--seed"),
        (["--near", "101"], "--near 101: 不是 0 到 100 的百分比", "--near 101: is no percentage from 0 to 100"),
        (["--near", "viel"], "不是 0 到 100 的百分比", "is no percentage"),
        (["--near", "nan"], "不是 0 到 100 的百分比", "is no percentage"),
        (["--refused-share", "0.0001"], "不是 0 到 100 的百分比", "is no percentage"),
        (["--refused-share", "-1"], "不是 0 到 100 的百分比", "is no percentage"),
        (["--format", "xlsx"], "--format 只能是：csv、parquet", "'xlsx' is not one of"),
    ],
)
def test_misuse(polc: Polc, option: list[str], zh: str, en: str) -> None:
    for lang, told in (("zh", zh), ("en", en)):
        ran = polc("synth", "小县.pol", *option, "-o", "out", "--lang", lang)
        assert ran.code == 2 and told in ran.err and not ran.out and not Path("out").exists()


def test_a_folder_must_be_named_and_must_not_be_a_file(polc: Polc) -> None:
    assert polc("synth", "小县.pol").code == 2
    Path("out").write_text("x")
    ran = polc("synth", "小县.pol", "-o", "out")
    assert ran.code == 1 and "C571" in ran.err and Path("out").read_text() == "x"


def test_a_policy_with_errors_and_a_year_out_of_force(polc: Polc) -> None:
    Path("坏.pol").write_text("政策 坏\n参数 甲 = \n", encoding="utf-8")
    ran = polc("synth", "坏.pol", "-o", "out")
    assert ran.code == 1 and "T116" in ran.err and not Path("out").exists()
    ran = polc("synth", "小县.pol", "--year", "2019", "-o", "out")
    assert ran.code == 1 and "C681" in ran.err and not Path("out").exists()


def test_what_was_there_stays_where_writing_fails(polc: Polc, monkeypatch: pytest.MonkeyPatch) -> None:
    assert polc("synth", "小县.pol", "--claims", "10", "-o", "out").code == 0
    before = {name: (Path("out") / name).read_bytes() for name in os.listdir("out")}

    def full(self: encode.CsvSink, table: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(encode.CsvSink, "write", full)
    ran = polc("synth", "小县.pol", "--claims", "20", "-o", "out")
    assert ran.code == 1 and "磁盘已满" in ran.err
    assert {name: (Path("out") / name).read_bytes() for name in os.listdir("out")} == before


def test_the_extra_is_named_where_it_is_missing(polc: Polc, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("polc.synth.", "polc.cli.synth_files"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = polc("synth", "小县.pol", "-o", "out")
    assert ran.code == 1 and "C650" in ran.err and "polc[batch]" in ran.err
