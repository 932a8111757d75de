"""`polc test`: runs the examples in policies and shows what differs."""

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import POLICY, Polc

WRONG = POLICY.replace("大病保险 3126元", "大病保险 3000元").replace("个人 12084元", "个人 12210元")


def test_examples_that_hold(polc: Polc) -> None:
    ran = polc("test", "小县.pol")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "通过  小县.pol  普通住院\n1 个算例：1 个通过，0 个失败\n"
    assert polc("test", "--lang", "en").out.endswith("1 example: 1 passed, 0 failed\n")


def test_an_example_that_fails_shows_both_values_and_where_they_come_from(
    polc: Polc, snapshot: SnapshotAssertion
) -> None:
    Path("小县.pol").write_text(WRONG, encoding="utf-8")
    ran = polc("test", "小县.pol")
    assert ran.code == 1 and not ran.err
    row = next(line for line in ran.out.splitlines() if "✗ 大病保险" in line)
    assert [word for word in row.split() if "." in word and ":" not in word][:3] == ["3,000.00", "3,126.00", "+126.00"]
    assert "二(二) 小县.pol:" in row
    assert "polc explain 小县.pol 普通住院" in ran.out
    assert ran.out == snapshot
    assert polc("test", "小县.pol", "--lang", "en").out == snapshot


def test_json(polc: Polc) -> None:
    Path("小县.pol").write_text(WRONG, encoding="utf-8")
    ran = polc("test", "小县.pol", "--format", "json")
    (policy,) = json.loads(ran.out)["policies"]
    (example,) = policy["examples"]
    assert ran.code == 1 and not example["passed"]
    assert [(one["name"], one["expected"], one["actual"], one["agrees"]) for one in example["expectations"]] == [
        ("基本医保", "34790.00", "34790.00", True),
        ("大病保险", "3000.00", "3126.00", False),
        ("个人", "12210.00", "12084.00", False),
    ]


def test_filter(polc: Polc) -> None:
    Path("小县.pol").write_text(WRONG, encoding="utf-8")
    assert polc("test", "小县.pol", "--filter", "门诊").out == "0 个算例：0 个通过，0 个失败\n"
    assert polc("test", "小县.pol", "--filter", "住院").code == 1


def test_all_standard_examples_hold(polc: Polc) -> None:
    ran = polc("test", "std")
    assert ran.code == 0, ran.out
    assert "失败  " not in ran.out


EXPECTED = [
    ("基本医保.基数 50000元", True),
    ("基本医保.base 50000元", True),
    ("基本医保.起付线 300元", True),
    ("基本医保.deductible 301元", False),
    ("基本医保.起付标准 300元", True),
    ("基本医保.支付比例 70%", True),
    ("基本医保.rate 75%", False),
    ("基本医保.封顶前 34790元", True),
    ("基本医保.封顶线 250000元", True),
    ("基本医保.未能支付 0元", True),
    ("基本医保.forgone 0元", True),
    ("基本医保.支付 34790元", True),
    ("基本医保.尚负担 15210元", True),
    ("基本医保.已支付 34790元", True),
    ("基本医保.分段 0元", True),
    ("基本医保统筹基金 34790元", True),
    ("hifp_pay 34790元", True),
    ("psn_part_amt 12084元", True),
    ("大病保险.累计费用 15210元", True),
    ("大病保险.base_so_far 15210元", True),
    ("医疗费总额 50000元", True),
    ("total 50000元", True),
]


@pytest.mark.parametrize(("line", "holds"), EXPECTED)
def test_what_can_be_expected(polc: Polc, line: str, holds: bool) -> None:
    Path("小县.pol").write_text(POLICY.split("  应得")[0] + f"  应得\n    {line}\n", encoding="utf-8")
    ran = polc("test", "小县.pol")
    assert (ran.code == 0) == holds, ran.out
    assert "[C5" not in ran.out


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        ("基本医报 34790元", "C576", "是不是想写：基本医保"),
        ("基本医保.起付 300元", "C576", "基本医保.起付线"),
        ("基本医保.起付线.甲 300元", "C576", ""),
        ("基本医保 70%", "C577", "金额"),
        ("基本医保 2023-01-01", "C577", "金额"),
        ("基本医保.支付比例 70元", "C577", "百分比"),
    ],
)
def test_expectations_that_mean_nothing(polc: Polc, line: str, code: str, hint: str) -> None:
    Path("小县.pol").write_text(POLICY.split("  应得")[0] + f"  应得\n    {line}\n", encoding="utf-8")
    ran = polc("test", "小县.pol")
    assert ran.code == 1 and f"错误[{code}]" in ran.out and hint in ran.out


def test_a_sequence_expects_after_each_claim(polc: Polc) -> None:
    # first: 34790 and 3126; second: (50000-300)×70% again, base 15210+15210, deductible used up: 15210×60% = 9126
    claim = POLICY.split("算例 普通住院 ")[1].split("  # (50000")[0].split("\n", 1)[1]
    example = (
        f"算例 两次\n{claim}  应得\n    大病保险 3126元\n"
        f"{claim.replace('甲', '乙').replace('05-20', '06-20')}  应得\n    大病保险 9126元\n    个人 6084元\n"
    )
    Path("小县.pol").write_text(POLICY.split("算例")[0] + example, encoding="utf-8")
    ran = polc("test", "小县.pol")
    assert ran.code == 0, ran.out
    together = (
        example.replace("  应得\n    大病保险 3126元\n", "").replace("9126元", "12252元").replace("6084", "18168")
    )
    Path("小县.pol").write_text(POLICY.split("算例")[0] + together, encoding="utf-8")
    ran = polc("test", "小县.pol")
    assert ran.code == 0, ran.out


def test_a_claim_with_a_slip_is_shown_at_its_line(polc: Polc) -> None:
    Path("小县.pol").write_text(POLICY.replace("    医疗类别 普通住院", "    医疗类型 普通住院"), encoding="utf-8")
    ran = polc("test", "小县.pol")
    line = POLICY.splitlines().index("    医疗类别 普通住院") + 1
    assert ran.code == 1 and "C528" in ran.out and f"小县.pol:{line}:5" in ran.out and "医疗类别" in ran.out


def test_an_example_that_expects_nothing_is_only_warned_of(polc: Polc) -> None:
    Path("小县.pol").write_text(POLICY.split("  应得")[0], encoding="utf-8")
    ran = polc("test", "小县.pol")
    assert ran.code == 0 and "警告[C579]" in ran.out


def test_a_policy_with_errors_is_not_run(polc: Polc) -> None:
    Path("小县.pol").write_text(POLICY.replace("300元 每次", "免赔额 每次"), encoding="utf-8")
    ran = polc("test", "小县.pol")
    assert ran.code == 1 and "免赔额" in ran.err and "1 个政策有错误，没有运行" in ran.out
    ran = polc("test", "没有.pol", "--lang", "en")
    assert ran.code == 1 and "N201" in ran.err
