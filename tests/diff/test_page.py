"""A comparison as a page with charts, and the two sheets of a claim in text."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.cells import cell_len

from polc.cli import run
from polc.diff.charts import class_chart
from polc.diff.money import compare
from polc.diff.result import difference
from polc.diff.sheets import WIDE, sheets
from polc.explain.say import Say
from polc.pipeline import compile_policy

POLICY = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
身份 低保对象
参数 门槛 = 10000元 依据 二
保障层 大病保险 支付方 居民大病保险资金 依据 二(一)
  基数 政策范围内费用 每年 全部就诊
  起付线 门槛 每年 按累计费用
  支付比例 60%
  封顶线 支付额 3万元 每年
  倾斜 低保对象 依据 二(二)
    起付线 × 50%
"""
HEAD = "psn_no,psn_idet_type,mdtrt_id,enddate,medfee_sumamt,inscp_scp_amt,fulamt_ownpay_amt,preselfpay_amt"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLC_LANG", raising=False)
    (tmp_path / "旧.pol").write_text(POLICY, encoding="utf-8")
    new = POLICY.replace("10000元", "8000元").replace("3万元", "2.9万元")
    (tmp_path / "新.pol").write_text(new, encoding="utf-8")
    return tmp_path


class _Tags(HTMLParser):
    """Holds that elements are closed in order and that ids differ; collects their names."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag not in ("meta", "br", "col", "link", "hr"):
            self.open.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id" and "svg" not in self.open]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_lines_and_regions_of_a_chart_are_those_worked_out_by_hand(folder: Path) -> None:
    old, new = (compile_policy(name).usable for name in ("旧.pol", "新.pol"))
    nobody, _ = compare(old, new).classes
    chart = class_chart(old, new, nobody, Say("zh"))
    assert chart is not None
    both, change = chart.panels
    was, now = (line.points for line in both.lines)
    # Old: 60 % from 10,000, 30,000 reached at 60,000. New: from 8,000, 29,000 reached at 8000 + 29000/0.6 = 56,333.33.
    full = Fraction(169_000, 3)
    assert (10_000, 10_000) in was and (60_000, 30_000) in was
    assert (8_000, 8_000) in now and (full, full - 29_000) in now
    # They cross where the old plan has paid 29,000 too: 10000 + 29000/0.6.
    crossing = 10_000 + Fraction(29_000 * 5, 3)
    assert {x for area in both.areas if area.style == "loss" for x, _, _ in area.points} == {crossing, 60_000, 80_000}
    assert min(x for area in both.areas for x, _, _ in area.points) == 8_000
    deepest = min(low for area in change.areas for _, low, _ in area.points)
    highest = max(high for area in change.areas for _, _, high in area.points)
    assert (deepest, highest) == (-1_200, 1_000)  # 2,000 more at 60 %; a cap lower by 1,000


def test_the_page_is_whole_and_shows_clauses_classes_charts_and_sheets(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", "旧.pol", "新.pol", "--format", "html", "-o", "a.html"]) == 1
    assert run(["diff", "旧.pol", "新.pol", "--format", "html", "-o", "b.html"]) == 1
    page = (folder / "a.html").read_text(encoding="utf-8")
    assert page == (folder / "b.html").read_text(encoding="utf-8")
    tags = _Tags()
    tags.feed(page)
    assert not tags.open and "script" not in tags.names
    assert len(set(tags.ids)) == len(tags.ids)
    assert page.count('role="img"') >= 2
    assert "10,000.00" in page and "最多少负担 1,200.00" in page
    assert page.count('<div class="pair">') == 2  # one claim each shows the largest gain and the largest loss
    assert not re.search(r'(src|href)="(?!#)', page.replace("http://www.w3.org", ""))


def test_names_from_files_are_text_in_the_page(folder: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    rows = [HEAD + ",overlmt_selfpay", f"{evil},,a,2023-03-01,20000,20000,0,0,0", f"{evil}2,,b,<b>,1,1,0,0,0"]
    (folder / "c.csv").write_text("\n".join(rows), encoding="utf-8")
    assert run(["diff", "旧.pol", "新.pol", "--claims", "c.csv", "--format", "html", "-o", "a.html"]) == 1
    page = (folder / "a.html").read_text(encoding="utf-8")
    assert "<img" not in page and "&lt;img src=x" in page and "<b>" not in page
    assert "−1,200.00" in page


def test_the_page_needs_the_extra_only_where_something_is_drawn(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib" or name == "polc.plot.draw"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert run(["diff", "旧.pol", "新.pol", "--format", "html", "-o", "a.html"]) == 1
    assert "polc[plot]" in capsys.readouterr().err
    assert not (folder / "a.html").exists()
    assert run(["diff", "旧.pol", "旧.pol", "--format", "html", "-o", "a.html"]) == 0
    assert "没有改动" in (folder / "a.html").read_text(encoding="utf-8")


def test_both_sheets_stand_beside_each_other_where_there_is_room(folder: Path) -> None:
    old, new = (compile_policy(name).usable for name in ("旧.pol", "新.pol"))
    found = difference(old, new, "zh", same=False)
    wide = sheets(found, "zh", WIDE).splitlines()
    assert max(map(cell_len, wide)) <= WIDE
    places = {cell_len(line.partition("│")[0]) for line in wide if " │ " in line or line.endswith(" │")}
    assert places == {101}
    narrow = sheets(found, "zh", WIDE - 1).splitlines()
    assert max(map(cell_len, narrow)) <= 100
    assert [line for line in narrow if line in ("【旧】", "【新】")] == ["【旧】", "【新】"] * 2


def test_sheets_are_for_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "旧.pol", "新.pol", "--sheets"]) == 1
    assert "【旧】" in capsys.readouterr().out
    assert run(["diff", "旧.pol", "新.pol", "--sheets", "--format", "md"]) == 2
