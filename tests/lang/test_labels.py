"""Names that only label an example or a claim may look like a number in Chinese digits."""

import pytest

from pol_lang.formatter import format_text
from pol_lang.parser import parse
from pol_lang.problem import Language
from pol_lang.source import Source
from pol_lang.syntax import same

TEXT = """算例 十岁
  一次就诊 一月
    医疗费总额 1元
  应得
    一月.基本医保 0元
"""


def test_a_label_may_be_a_number_in_chinese_digits() -> None:
    assert parse(Source("labels.pol", TEXT)).problems == ()


def test_a_label_may_be_a_keyword() -> None:
    text = "example below\n  claim 次年\n    总额 1元\n  expect\n    甲 0元\n"
    assert parse(Source("labels.pol", text)).problems == ()


def test_an_amount_may_not() -> None:
    (problem,) = parse(Source("digits.pol", "参数 限额 = 三万元\n")).problems
    assert problem.code == "T106"


@pytest.mark.parametrize("keywords", ["zh", "en"])
def test_a_label_stays_when_keywords_change_language(keywords: Language) -> None:
    text = "算例 其他\n  claim 次年\n    总额 1元\n  应得\n    甲 0元\nexample below\n  expect\n    甲 0元\n"
    source = Source("labels.pol", text)
    formatted = parse(Source("labels.pol", format_text(source, keywords)))
    assert formatted.problems == ()
    assert all(map(same, formatted.file.statements, parse(source).file.statements))
