"""The plan as text shows every step with its clause and place, in both languages."""

from pathlib import Path

import pytest
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from polc.load import standard_names
from polc.pipeline import compile_policy
from polc.plan_json import plan_hash
from polc.plan_text import WIDTH, plan_text

EVERYTHING = """\
政策 大全2023
  标题 "大全"
  文号 "大医保〔2023〕1号"
  发文机关 "甲局"、"乙局"
  印发 2023-01-01
  施行自 2023-01-01 至 2025-12-31
  追溯至 2022-12-01
  地区 "大县" 代码 "990000"
  数据来源 "某处"
  示例数值 "某数"
口径
  先行自付 不计入 基数
  年度 按 出院日期 从 7月1日
身份 特困 代码 "01" 包括 孤儿
身份 低保
群组 困难 = 特困、低保
就高 按人员类别 个人负担最少 依据 一
事实 等级 取一 高 代码 "1"、低 代码 "2"
事实 转诊 是否 缺省 假
参数 缴费 = 380元 依据 二
参数 比例 按 等级
  高 60%
  低 80%
累计 自付 = 个人 每年
保障层 甲层 支付方 基本医保统筹基金 依据 三(一)
  当 医疗类别 是 普通住院 且 非 转诊
  基数 政策范围内费用
  起付线 1000元 每次 依据 三(二)
    第 2 次起 × 50%
    均按原标准
    不低于 200元
  支付比例 比例 依据 三(三)
  封顶线 支付额 10万元 每年
  倾斜 特困 依据 三(四)
    起付线 × 50%
    支付比例 + 5个百分点
    封顶线 取消
保障层 乙层 支付方 居民大病保险资金 依据 四
  基数 余额 政策范围内费用 每年 全部就诊
  起付线 10000元 每年
  分段 按起付线以上 分段累进
    不超过 50000元 60%
    超过 50000元 70% 依据 四(二)
参保资助 资助 依据 五
  适用于 困难
  个人缴费 缴费
  支付 缴费 适用于 特困, 缴费 × 50% 其他
  支付方 医疗救助基金
预警 高额 依据 六
  监测 自付
  超过 2万元
  推送 "民政"
"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_plan_reads_like_its_policy(lang: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    path = tmp_path / "大全.pol"
    path.write_text(EVERYTHING, encoding="utf-8")
    plan = compile_policy(str(path)).usable
    text = plan_text(plan, lang)  # type: ignore[arg-type]
    assert text.splitlines()[1] == f"pol.plan/v1 · {plan_hash(plan)}"
    assert text == snapshot


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", standard_names())
def test_every_step_stands_in_the_text_with_its_clauses_and_place(name: str, lang: str) -> None:
    plan = compile_policy(name, settling=None).usable
    text = plan_text(plan, lang)  # type: ignore[arg-type]
    assert text == plan_text(plan, lang)  # type: ignore[arg-type]
    for at, step in enumerate(plan.body.steps, 1):
        line = next(line for line in text.splitlines() if line.startswith(f"{at} "))
        assert getattr(step, "name", "") in line
        assert step.origin.place in text and all(clause in text for clause in step.origin.clauses)
    for document in plan.documents:
        assert document.policy in text
    assert all(cell_len(line) <= WIDTH for line in text.splitlines())
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_the_highest_of_is_a_node_of_its_own() -> None:
    text = plan_text(compile_policy("std/linxian-2023").usable, "zh")
    assert "就高                对参保人的每个人员类别各结算一遍，取个人负担最少的一遍" in text


def test_bands_are_a_table_with_their_edges() -> None:
    text = plan_text(compile_policy("std/linxian-2023").usable, "zh")
    assert "50,000.00 不含  100,000.00 含   65%  " in text
    assert "300,000.00 不含           不限   85%" in text


def test_the_head_says_everything_about_the_document(tmp_path: Path) -> None:
    path = tmp_path / "大全.pol"
    path.write_text(EVERYTHING, encoding="utf-8")
    text = plan_text(compile_policy(str(path)).usable, "zh")
    for piece in (
        "大全，大医保〔2023〕1号",
        "甲局、乙局，大县 990000",
        "2023-01-01 印发，2023-01-01 起施行，至 2025-12-31，追溯至 2022-12-",
        "年度自7月1日起",
        "代码 01",
        "包括 孤儿",
        "第 2 次起",
        "均按原标准",
        "不低于 200.00",
        "取一 高 1、低 2",
        "缺省 否",
    ):
        assert piece in text
