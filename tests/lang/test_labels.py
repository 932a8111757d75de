"""Names that only label an example or a claim may look like a number in Chinese digits."""

from pol_lang.parser import parse
from pol_lang.source import Source

TEXT = """算例 十岁
  一次就诊 一月
    医疗费总额 1元
  应得
    一月.基本医保 0元
"""


def test_a_label_may_be_a_number_in_chinese_digits() -> None:
    assert parse(Source("labels.pol", TEXT)).problems == ()


def test_an_amount_may_not() -> None:
    (problem,) = parse(Source("digits.pol", "参数 限额 = 三万元\n")).problems
    assert problem.code == "T106"
