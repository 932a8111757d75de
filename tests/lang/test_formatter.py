"""The house layout: what it looks like, and that nothing but the layout changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from programs import programs
from rich.cells import cell_len

from pol_lang.columns import MARGIN, aligned, hung
from pol_lang.formatter import format_text
from pol_lang.parser import Parsed, parse
from pol_lang.problem import Problems
from pol_lang.read import read_source
from pol_lang.source import Source
from pol_lang.syntax import same

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("stdlib_policies/*.pol"), *ROOT.glob("examples/**/*.pol")])


def parsed(text: str) -> Parsed:
    return parse(Source("试行", text))


def comments(text: str) -> list[str]:
    return [comment.text.rstrip() for comment in parsed(text).comments]


# ---------------------------------------------------------------- what it looks like


def test_blocks_are_indented_by_two_and_steps_have_their_values_in_one_column() -> None:
    text = """\
保障层   大病保险   支付方   居民大病保险资金
     基数  余额   政策范围内费用 每年
     起付线  10000 元 每次
           第2次起*50 %
           不低于   500元
     分段   按费用本身
        不超过 5万元 55%
        超过 5万元  不超过 10 万元     100%
     支付额取整到 1元   四舍五入
     倾斜 特困人员
       起付线 ×50%
       支付比例 +  5 个百分点
"""
    assert (
        format_text(text)
        == """\
保障层 大病保险 支付方 居民大病保险资金
  基数         余额 政策范围内费用 每年
  起付线       10000元 每次
    第 2 次起 × 50%
    不低于    500元
  分段         按费用本身
    不超过 5万元               55%
    超过 5万元 不超过 10万元  100%
  支付额取整到 1元 四舍五入
  倾斜         特困人员
    起付线   × 50%
    支付比例 + 5个百分点
"""
    )


def test_statements_of_one_line_are_aligned_while_nothing_parts_them() -> None:
    text = """\
承担方 医疗机构 字段 hosp_part_amt
承担方 个人 字段 psn_part_amt
身份 特困人员 代码 "11" 包括 孤儿
身份 低保对象 包括 城市低保
# 说明不分开
身份 返贫致贫人口 代码 "13"

身份 甲
参数 起付标准=5元
参数 限额 由地方规定 金额
分段 大病 由地方规定
事实 急诊 是否 缺省 假
事实 年龄 数值 属于参保人
事实 就医地 取一 省内、省外 字段 place
"""
    assert (
        format_text(text)
        == """\
承担方 医疗机构 字段 hosp_part_amt
承担方 个人     字段 psn_part_amt
身份 特困人员     代码 "11" 包括 孤儿
身份 低保对象               包括 城市低保
# 说明不分开
身份 返贫致贫人口 代码 "13"

身份 甲
参数 起付标准 = 5元
参数 限额     由地方规定 金额
分段 大病     由地方规定
事实 急诊   是否                       缺省 假
事实 年龄   数值                               属于参保人
事实 就医地 取一 省内、省外 字段 place
"""
    )


def test_rows_stand_in_columns_and_figures_end_in_one() -> None:
    text = """\
表 标准 按 医院等级、次数
  医院等级 次数 起付标准 浮动
  三级 不超过 2次 1000元 -5个百分点
  其他 超过 2次 50元 10个百分点
参数 比例 按 医院等级
  三级 60% 依据 一
  其他 10% × 基准
参数 限额
  自 2022-01-01 至 2022-12-31 9万元
  自 2023-01-01 10万元
"""
    assert (
        format_text(text)
        == """\
表 标准 按 医院等级、次数
  医院等级  次数        起付标准        浮动
  三级      不超过 2次    1000元  -5个百分点
  其他      超过 2次        50元  10个百分点
参数 比例 按 医院等级
  三级  60%  依据 一
  其他  10% × 基准
参数 限额
  自 2022-01-01  至 2022-12-31   9万元
  自 2023-01-01                 10万元
"""
    )


def test_what_an_example_gives_and_expects_stands_in_columns() -> None:
    text = """\
算例 住院 出处 "手工"
 参保人
  身份 特困人员 从 2023-01-01
  年龄 60岁
 一次就诊 甲
  明细 项目类别 西药、金额合计 100元
  明细 项目类别 诊疗费、金额合计 5元
  急诊 真
 应得
  大病保险 100元
  个人 -5元
"""
    assert (
        format_text(text)
        == """\
算例 住院 出处 "手工"
  参保人
    身份 特困人员 从 2023-01-01
    年龄 60岁
  一次就诊 甲
    明细 项目类别 西药,   金额合计 100元
    明细 项目类别 诊疗费, 金额合计 5元
    急诊 真
  应得
    大病保险 100元
    个人      -5元
"""
    )


def test_citations_and_comments_hang_in_one_column_of_a_statement() -> None:
    text = """\
保障层 甲 支付方 乙 依据 三 # 头
  当 丙 cite   三.二   # 条件
  起付线 10000元 每年 #无条款
  支付比例 50% 依据 三.三、三.四
参数 子 = 5元 依据 一
参数 丑寅 = 5元 + 6元 依据 二

参数 卯 = 5元 依据 三
"""
    assert (
        format_text(text)
        == """\
保障层 甲 支付方 乙  依据 三     # 头
  当       丙        cite 三.二  # 条件
  起付线   10000元 每年          #无条款
  支付比例 50%       依据 三.三、三.四
参数 子   = 5元        依据 一
参数 丑寅 = 5元 + 6元  依据 二

参数 卯 = 5元  依据 三
"""
    )


def test_a_long_line_has_its_citation_one_space_behind_it_and_the_others_keep_their_column() -> None:
    long = " + ".join(["某某费用"] * 9)
    text = f"定义 甲 = {long} 依据 一\n定义 乙 = 5元 依据 二\n定义 丙 = 50元 依据 三\n"
    assert format_text(text) == (f"定义 甲 = {long} 依据 一\n定义 乙 = 5元   依据 二\n定义 丙 = 50元  依据 三\n")


def test_broken_lists_stay_broken_and_so_does_what_brackets_hold() -> None:
    text = """\
群组 困难群众 = 特困人员、   # 第一类
 低保对象,
# 第三类

       孤儿 依据 二
定义 数 = 较小者(5元,
 6元 + (
       7元)) × 2
政策 甲
 发文机关 "乙",
 "丙"
"""
    assert (
        format_text(text)
        == """\
群组 困难群众 = 特困人员、  # 第一类
    低保对象、
    # 第三类
    孤儿  依据 二
定义 数 = 较小者(5元,
    6元 + (
    7元)) × 2
政策 甲
  发文机关 "乙"、
      "丙"
"""
    )


def test_blank_lines_keep_the_groups_of_the_author_and_never_more_than_one() -> None:
    text = '\n\n# 甲\n\n\n\n# 乙\n政策 丙\n\n\n  标题 "丁"\n  \n\t\n  文号 "戊"\n\n\n'
    assert format_text(text) == '# 甲\n\n# 乙\n政策 丙\n\n  标题 "丁"\n\n  文号 "戊"\n'


def test_comments_stay_in_the_block_whose_column_they_stand_in() -> None:
    text = """\
      # 文件
保障层 甲 支付方 乙
 # 层
      倾斜 丙
  # 倾斜
        起付线 = 0元
        # 仍在倾斜
       # 层里
    # 之外
      支付比例 5%
  # 末尾
# 顶层
"""
    assert (
        format_text(text)
        == """\
# 文件
保障层 甲 支付方 乙
  # 层
  倾斜     丙
    # 倾斜
    起付线 = 0元
    # 仍在倾斜
  # 层里
  # 之外
  支付比例 5%
# 末尾
# 顶层
"""
    )


def test_signs_take_their_usual_form() -> None:
    text = "要求 甲*乙/丙<=5 元+- 3元 且 丁!=-(戊 . 己) 且 庚>=−1 或 辛 属于 ( 壬,癸 )\n"
    assert format_text(text) == "要求 甲 × 乙 ÷ 丙 ≤ 5元 + -3元 且 丁 ≠ -(戊.己) 且 庚 ≥ -1 或 辛 属于 (壬、癸)\n"


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        (
            "群组 甲 = 乙、丙  依据 一、二\n",
            "group 甲 = 乙, 丙  cite 一、二\n",
        ),
        (
            "保障层 甲 支付方 乙\n  起付线 5元 适用于 丙, 6元 其他 每次\n    第 2 次起 × 50%\n",
            "layer 甲 paid by 乙\n  deductible 5元 for 丙, 6元 otherwise per admission\n    from admission 2 × 50%\n",
        ),
        (
            "参保资助 甲\n  支付方 省级财政 5、县级财政 3 当 乙\n",
            "subsidy 甲\n  paid by 省级财政 5, 县级财政 3 when 乙\n",
        ),
        (
            "算例 甲\n  应得\n    参保.参保年度 次年\n",
            "example 甲\n  expect\n    参保.参保年度 next year\n",
        ),
    ],
)
def test_keywords_change_language_and_names_do_not(chinese: str, english: str) -> None:
    assert format_text(english, "zh") == format_text(chinese, "zh") == format_text(chinese) == chinese
    assert format_text(chinese, "en") == format_text(english, "en") == format_text(english) == english


def test_without_a_language_each_keyword_stays_and_most_of_them_choose_the_separator() -> None:
    assert format_text("群组 甲 = 乙,丙 cite 一\nlayer 丁 支付方 戊\n  rate 5%\n  封顶线 5元\n  当 己\n") == (
        "群组 甲 = 乙、丙  cite 一\nlayer 丁 支付方 戊\n  rate   5%\n  封顶线 5元\n  当     己\n"
    )


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("参数 paid 按 甲\n  5元\n", "parameter paid 按 甲\n  5元\n"),  # not `paid by`
        ("先行自付 甲 属于 force 从 乙\n", "copay 甲 属于 force from 乙\n"),  # not `in force from`
        ("不予支付 paid 从 乙 由 丙\n", "exclude paid from 乙 on 丙\n"),
    ],
)
def test_a_keyword_stays_chinese_where_its_english_would_merge_with_a_name(chinese: str, english: str) -> None:
    assert format_text(chinese, "en") == english
    assert format_text(english, "zh") == chinese


def test_text_is_read_as_a_file_is() -> None:
    assert format_text("﻿参数 甲 = 5元\r\n\r\n") == "参数 甲 = 5元\n"
    assert format_text("") == ""
    assert format_text(" \n\n") == ""
    for text in ("参数 甲 = 5元\u200b", "参数 甲 = \ud800"):
        with pytest.raises(Problems):
            format_text(text)


def test_a_file_with_mistakes_is_left_alone() -> None:
    with pytest.raises(Problems) as caught:
        format_text("参数 甲 = 5元 6元\n群组 = 乙\n")
    assert [problem.code for problem in caught.value.problems] == ["T116", "T116"]


# ---------------------------------------------------------------- that nothing but the layout changes


def check(text: str) -> None:
    """Formats a text in every way and holds each result to the promises of the formatter."""
    chinese, english, kept = format_text(text, "zh"), format_text(text, "en"), format_text(text)
    for result, language in ((chinese, "zh"), (english, "en"), (kept, None)):
        assert parsed(result).problems == ()
        assert same(parsed(text).file, parsed(result).file)
        assert comments(result) == comments(text)
        assert format_text(result, language) == result
        lines = result.split("\n")
        assert lines.pop() == ""
        assert all(line == line.rstrip() for line in lines)
        assert "" not in (lines[0], lines[-1])
        assert "\n\n\n" not in result
        assert all((len(line) - len(line.lstrip(" "))) % 2 == 0 for line in lines)
    assert format_text(english, "zh") == format_text(kept, "zh") == chinese
    assert format_text(chinese, "en") == format_text(kept, "en") == english


@given(programs())
def test_layout_and_language_never_change_the_meaning(text: str) -> None:
    check(text)


@given(programs(treacherous=True))
def test_names_that_begin_a_keyword_never_change_the_meaning(text: str) -> None:
    check(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_policies_keep_their_meaning(path: Path) -> None:
    source = read_source(path.name, path.read_bytes())
    if parse(source).problems:
        with pytest.raises(Problems):
            format_text(source)
    else:
        check(source.text)


# ---------------------------------------------------------------- columns


def test_columns_are_as_wide_as_they_are_shown() -> None:
    rows = aligned([["甲乙", "1", "x"], ["abc", "100"], ["丙", "", "y"]], " ", {1})
    assert rows == ["甲乙   1 x", "abc  100", "丙       y"]


def test_a_column_that_nobody_uses_takes_no_room() -> None:
    assert aligned([["甲", "", "x"], ["乙丙", "", "y"]], " ") == ["甲   x", "乙丙 y"]


def test_a_cell_wider_than_a_column_may_be_pushes_only_what_follows_it() -> None:
    wide = "甲" * 21
    assert aligned([[wide, "x"], ["乙", "y"], ["丙丁", "z"]], " ") == [f"{wide} x", "乙   y", "丙丁 z"]


def test_ends_keep_one_column_as_long_as_they_stay_within_the_margin() -> None:
    bodies, ends = ["甲", "x" * (MARGIN - 5), "丙丁", "戊"], ["一", "二二", "三", ""]
    texts = hung(bodies, ends)
    assert texts == ["甲    一", "x" * (MARGIN - 5) + " 二二", "丙丁  三", "戊"]
    assert hung(["甲", "乙丙", "丁"], ["一" * MARGIN, "二", "三"]) == ["甲 " + "一" * MARGIN, "乙丙  二", "丁    三"]
    assert hung(["x" * (MARGIN - 4)], ["二"]) == ["x" * (MARGIN - 4) + "  二"]
    assert cell_len(hung(["x" * (MARGIN - 4)], ["二"])[0]) == MARGIN
