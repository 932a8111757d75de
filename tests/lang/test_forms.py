"""The lines that messages show as examples are lines of the language, in both spellings."""

import pytest

from pol_lang.forms import FORMS
from pol_lang.parser import parse
from pol_lang.source import Source

# What may stand around a line: the blocks that have it, with what else they need.
AROUND = (
    "{}\n",
    "{}\n  {block}\n",
    "policy 甲\n  {}\n",
    "readings\n  {}\n",
    "layer 甲 paid by 乙\n  {}\n",
    "layer 甲 paid by 乙\n  {}\n    up to 5元 5%\n",
    "layer 甲 paid by 乙\n  {}\n    rate + 5个百分点\n",
    "layer 甲 paid by 乙\n  tilt 丙\n    {}\n",
    "layer 甲 paid by 乙\n  bands\n    {}\n",
    "layer 甲 paid by 乙\n  deductible 5元\n    {}\n",
    "control 甲\n  {}\n",
    "package 甲\n  {}\n",
    "subsidy 甲\n  {}\n",
    "enrolment 甲\n  {}\n    insured none\n",
    "route 甲\n  {}\n",
    "alert 甲\n  {}\n",
    "target 甲 about 5%\n  {}\n",
    "example 甲\n  {}\n    丙 5元\n",
    "example 甲\n  person\n    {}\n",
)
BLOCKS = (
    "base 甲",
    "甲 5元",
    "甲 乙",
    "up to 5元 5%",
    "premium 5元",
    "when 甲\n    insured none",
    "deposit none",
    "above 5元",
    "persons where 甲",
    "person\n    甲 5元",
    'title "甲"',
)


@pytest.mark.parametrize("form", [form for forms in FORMS.values() for form in forms], ids=lambda form: form[1])
def test_an_example_of_a_line_parses_in_some_block(form: tuple[str, str]) -> None:
    for line in form:
        texts = [around.replace("{block}", block).replace("{}", line) for around in AROUND for block in BLOCKS]
        assert any(parse(Source("试", text)).problems == () for text in texts), line
