"""Pinned sheets read back, and what changed between two of them."""

from polc.explain.changes import changes_text, sheet_changes
from polc.explain.pinned import Record, read_pinned

OLD = """\
县 · 一

═ 就诊 甲（2023-05-20）
本次医疗总费用 100.00 元

3.1 基本医保（支付方：甲） = 70.00 〔二(一)〕
  3.1.1 起付线 = −0.00 〔二(一)〕
    每次标准 0.00
  3.1.2 按比例支付 = 70.00 〔二(一)；三〕
    100.00 × 70% = 70.00
  3.1.3 本层支付 = 70.00
"""


def test_records() -> None:
    page = "就诊 甲（2023-05-20）"
    records = read_pinned(OLD)
    assert records[0] == Record(page, "", "", "", "", ("本次医疗总费用 100.00 元",))
    assert records[1] == Record(page, "3.1", "基本医保（支付方：甲）", "70.00", "二(一)")
    assert records[3] == Record(page, "3.1.2", "按比例支付", "70.00", "二(一)；三", ("100.00 × 70% = 70.00",))


def test_nothing_changed() -> None:
    assert sheet_changes(OLD, OLD) == ()


def test_from_what_to_what_with_the_clause() -> None:
    new = OLD.replace("70%", "75%").replace("70.00", "75.00")
    assert changes_text(sheet_changes(OLD, new), "zh") == [
        "就诊 甲（2023-05-20）",
        "  3.1 基本医保（支付方：甲）  〔二(一)〕",
        "    70.00 → 75.00",
        "  3.1.2 按比例支付  〔二(一)；三〕",
        "    70.00 → 75.00",
        "    原 100.00 × 70% = 70.00",
        "    现 100.00 × 75% = 75.00",
        "  3.1.3 本层支付",
        "    70.00 → 75.00",
    ]
    assert "    was 100.00 × 70% = 70.00" in changes_text(sheet_changes(OLD, new), "en")


def test_one_more_line_does_not_change_those_behind_it() -> None:
    new = OLD.replace("  3.1.3 本层支付", "  3.1.3 取整 = 70.00 〔二(一)〕\n    到元\n  3.1.4 本层支付")
    assert changes_text(sheet_changes(OLD, new), "zh")[1:] == [
        "  3.1.3 取整  〔二(一)〕",
        "    + 新增：70.00；到元",
    ]
    assert changes_text(sheet_changes(new, OLD), "zh")[1:] == [
        "  3.1.3 取整  〔二(一)〕",
        "    - 已没有这一行：70.00；到元",
    ]


def test_another_clause_is_a_change() -> None:
    new = OLD.replace("二(一)；三", "二(一)；四")
    assert changes_text(sheet_changes(OLD, new), "zh")[1:] == [
        "  3.1.2 按比例支付  〔二(一)；四〕",
        "    原 按比例支付 〔二(一)；三〕",
        "    现 按比例支付 〔二(一)；四〕",
    ]
