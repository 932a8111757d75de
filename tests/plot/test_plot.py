"""Charts of who bears the cost: breakpoints worked out by hand, cliffs, what is asked for, what a viewer reads."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from pathlib import Path

import pytest

from polc.cli import run
from polc.pipeline import compile_policy
from polc.shape.curve import cliffs, curve, facts_that_matter
from polc.shape.run import Case

NOBODY = Case(frozenset(), {})
# 60 % of what is above 10,000 yuan, at most 30,000: reached at a cost of 60,000.
POLICY = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
身份 低保对象
事实 医院 取一 甲类、乙类
保障层 大病保险 支付方 居民大病保险资金 依据 二(一)
  基数 政策范围内费用 每年 全部就诊
  起付线 10000元 每年 按累计费用
  支付比例 60%
  封顶线 支付额 3万元 每年
  倾斜 低保对象 依据 二(二)
    起付线 × 50%
"""
CLIFF = """政策 坎
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
保障层 门诊 支付方 基本医保统筹基金
  当 政策范围内费用 <= 3000元
  基数 政策范围内费用
  支付比例 50%
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLC_LANG", raising=False)
    (tmp_path / "县.pol").write_text(POLICY, encoding="utf-8")
    (tmp_path / "坎.pol").write_text(CLIFF, encoding="utf-8")
    return tmp_path


def test_breakpoints_and_amounts_are_those_worked_out_by_hand(folder: Path) -> None:
    plan = compile_policy("县.pol").usable
    found = curve(plan, NOBODY, 20_000_000)
    assert [(s.start, s.end) for s in found] == [(0, 1_000_000), (1_000_000, 6_000_000), (6_000_000, 20_000_000)]
    assert [s.person.x for s in found] == [1, Fraction(2, 5), 1]
    assert found[1].at(6_000_000)[-1] == 3_000_000
    assert found[1].at(6_000_000)[[field for field, _ in plan.bearers].index("hifmi_pay")] == 3_000_000
    poor = curve(plan, Case(frozenset(["低保对象"]), {}), 20_000_000)
    assert [s.start for s in poor] == [0, 500_000, 5_500_000]
    # After 40,000 in the year the deductible is used up and 12,000 of the cap are left: 20,000 more.
    later = curve(plan, NOBODY, 20_000_000, earlier=4_000_000)
    assert [s.start for s in later] == [0, 2_000_000]
    assert later[0].person.at((2_000_000, 0)) == 800_000


def test_a_cliff_is_told_with_both_costs_and_amounts(folder: Path) -> None:
    plan = compile_policy("坎.pol").usable
    (found,) = cliffs(plan, NOBODY, curve(plan, NOBODY, 1_000_000))
    assert (found.cost, found.bears, found.bears_next) == (300_000, 150_000, 300_001)
    assert run(["plot", "坎.pol", "--up-to", "1万元", "-o", "坎.svg"]) == 0
    shown = (folder / "坎.svg").read_text(encoding="utf-8")
    assert "费用 3,000.00 元时个人负担 1,500.00 元；多一分（3,000.01 元）就负担 3,000.01 元" in shown


def test_the_svg_says_what_it_shows_and_is_the_same_each_time(folder: Path) -> None:
    arguments = ["plot", "县.pol", "--identity", "低保对象", "--up-to", "20万元", "-o"]
    assert run([*arguments, "a.svg"]) == 0
    assert run([*arguments, "b.svg"]) == 0
    text = (folder / "a.svg").read_text(encoding="utf-8")
    assert text == (folder / "b.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert (root.findtext(f"{space}title") or "").startswith("县：费用由谁负担")
    # 200,000: 30,000 from the fund, the rest from the person.
    assert "个人 170,000.00，居民大病保险资金 30,000.00" in (root.findtext(f"{space}desc") or "")
    words = " ".join("".join(node.itertext()) for node in root.iter(f"{space}text"))
    assert "低保对象" in words and "万元" in words and "居民大病保险资金" in words
    assert "Noto Sans CJK SC" in text and "DejaVu" not in text
    assert not re.search(r"20\d\d-\d\d-\d\dT", text)


def test_the_page_has_the_figures(folder: Path) -> None:
    assert run(["plot", "县.pol", "-o", "县.html", "--lang", "en"]) == 0
    page = (folder / "县.html").read_text(encoding="utf-8")
    assert "<td>60,000.00</td><td>30,000.00</td><td>30,000.00</td><td>100%</td>" in page
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org", "")


def test_a_png_is_a_png(folder: Path) -> None:
    from polc.plot import draw

    if not any(font.name in draw.FONTS for font in draw.fontManager.ttflist):
        assert run(["plot", "县.pol", "-o", "县.png"]) == 1
        return
    assert run(["plot", "县.pol", "-o", "县.png"]) == 0
    assert (folder / "县.png").read_bytes().startswith(b"\x89PNG")
    assert run(["plot", "县.pol", "--format", "png"]) == 2


def test_facts_that_matter_are_asked_for_with_their_values(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "院.pol").write_text(POLICY.replace("  基数 政", "  当 医院 = 乙类\n  基数 政"), encoding="utf-8")
    assert run(["plot", "院.pol", "-o", "院.svg"]) == 1
    told = capsys.readouterr().err
    assert "C618" in told and "--given 医院=甲类（可选：甲类、乙类）" in told
    assert not (folder / "院.svg").exists()
    assert run(["plot", "院.pol", "--given", "医院=乙类", "-o", "院.svg"]) == 0
    matter, _ = facts_that_matter(compile_policy("县.pol").usable, NOBODY, 10_000_000)
    assert matter == {}  # 县.pol has the fact and does not read it


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--identity", "低保"], 1, "是不是想写：低保对象"),
        (["--given", "医园=甲类"], 1, "是不是想写：医院"),
        (["--given", "医院=甲"], 1, "可选：甲类"),
        (["--given", "医院"], 2, "事实=值"),
        (["--up-to", "很多"], 2, "不是金额"),
        (["--earlier", "0.001"], 2, "不是金额"),
    ],
)
def test_slips_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    assert run(["plot", "县.pol", *arguments]) == code
    assert told in capsys.readouterr().err


def test_names_of_a_policy_are_text_in_a_chart(folder: Path) -> None:
    from polc.plot.chart import Chart, Line, Panel
    from polc.plot.drawn import chart_svg
    from polc.plot.page import plot_page

    evil = "</title><script>alert(1)</script>$x$\u202e&"
    panel = Panel(evil, evil, evil, 10, 0, 10, 6, True, (), (Line("new", ((0, 0), (10, 10))),))
    text = chart_svg(Chart(evil, evil, evil, (("new", evil),), (panel,)))
    ElementTree.fromstring(text)
    assert "<script" not in text and "\u202e" not in text and "$x$" in text
    page = plot_page(evil, evil, text, (), (evil,), "zh")
    assert "<script" not in page and "\u202e" not in page


def test_without_the_extra_its_name_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib" or name == "polc.plot.draw"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert run(["plot", "县.pol", "-o", "县.svg"]) == 1
    told = capsys.readouterr().err
    assert "C615" in told and "polc[plot]" in told
    assert not (folder / "县.svg").exists()
