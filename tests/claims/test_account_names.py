"""Running sums have one name each, which sheets and plans show and which claim files and examples take."""

from __future__ import annotations

from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from polc.account_names import PERIODS, WORDS, account_named, account_of, name_of
from polc.cli import run
from polc.explain.wording import Words
from polc.pipeline import compile_policy
from polc.plan import Accumulator, Plan

POLICY = """政策 试
口径
  先行自付 不计入 基数
  年度 按 出院日期
合并封顶 两项限额 9000元 每年
累计 年度自负 = 个人 每年
保障层 门诊统筹 支付方 基本医保统筹基金
  基数 政策范围内费用
  起付线 100元 每次
    第 2 次起 - 50元
  支付比例 50%
  封顶线 支付额 共用 两项限额
  封顶线 支付额 500元 每月
  封顶线 支付额 2000元 每年
保障层 大病保险 支付方 居民大病保险资金
  基数 余额 政策范围内费用 每年
  封顶线 费用额 50000元 每年
  起付线 1000元 每年
  支付比例 60%
  支付额取整到 0.01元 四舍五入 按累计数
算例 一次 出处 "手工计算"
  此前累计
{earlier}
  一次就诊
    出院日期 2024-05-01
    医疗费总额 1000元
    政策范围内费用 1000元
  应得
    门诊统筹 475元
{expected}
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("names") / "试.pol"
    path.write_text(POLICY.format(earlier="    门诊统筹.次数 1", expected=""), encoding="utf-8")
    return compile_policy(str(path)).usable


def test_every_kind_has_words_and_no_word_two_kinds() -> None:
    assert set(get_args(get_type_hints(Accumulator)["kind"])) == set(WORDS)
    words = [word for several in WORDS.values() for word in several]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sheets_show_the_words_that_are_taken(lang: str) -> None:
    w = Words(lang)  # type: ignore[arg-type]
    for kind, (english, chinese, *_) in WORDS.items():
        assert w(f"k_{kind}") == (chinese if lang == "zh" else english.replace("_", " "))
    for period, words in PERIODS.items():
        assert w(period) in words


def test_each_name_means_its_own_sum(plan: Plan) -> None:
    assert len(plan.accumulators) == 8
    for account in plan.accumulators:
        for chinese in (True, False):
            name = name_of(account, plan, chinese)
            assert account_named(name, plan) is account
            assert account_of(name.split("."), plan) is account
            assert account_named(name.replace("_", " ").upper().replace(".", "·"), plan) is account
        assert account_named(account.key, plan) is account
    assert account_named("门诊统筹.已支付.每周", plan) is None
    assert account_named("门诊统筹", plan) is None


def test_what_is_given_before_is_expected_afterwards_by_the_same_names(
    plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 1000 - 50 = 950 at 50 %; 525 are left for the other layer, below its deductible
    added = {
        "cap": 475, "tally": 525, "paid": 475, "count": 1, "base": 525, "cost": 525, "exact": 0,
    }  # fmt: skip
    for chinese in (True, False):
        given, wanted = [], []
        for account in plan.accumulators:
            name, unit = name_of(account, plan, chinese), "" if account.kind == "count" else "元"
            given.append(f"    {name} {1}{unit}")
            wanted.append(f"    {name} {1 + added[account.kind]}{unit}")
        path = tmp_path / f"{chinese}.pol"
        path.write_text(POLICY.format(earlier="\n".join(given), expected="\n".join(wanted)), encoding="utf-8")
        assert run(["test", str(path)]) == 0, capsys.readouterr().out


def test_a_running_sum_meant_where_an_amount_of_the_claim_stands_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "试.pol"
    text = POLICY.format(earlier="    大病保险.base 100元", expected="    大病保险.base 650元\n    大病保险.支付 7元")
    path.write_text(text, encoding="utf-8")
    assert run(["test", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "大病保险.base 是本次就诊的数；累计数写 大病保险.base_so_far" in shown
    assert shown.count("累计数写") == 1


def test_an_unknown_name_has_near_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "试.pol"
    path.write_text(POLICY.format(earlier="    大病保险.累积费用 1元", expected=""), encoding="utf-8")
    assert run(["test", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "[C548]" in shown
    assert "是不是想写：大病保险.累计费用" in shown
