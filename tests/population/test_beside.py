"""What the sheet of a claim says beyond the settlement: what is paid at discharge, claimed later, alerted."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import polc.explain
from polc.claims.read_case import read_case
from polc.explain import explain
from polc.explain.document import Page
from polc.explain.sheet import sheet
from polc.pipeline import compile_policy
from polc.plan_json import plan_hash
from polc.population.beside import beside
from polc.settle import settle

ROOT = Path(__file__).parents[2]


def settled(policy: str, text: str):
    plan = compile_policy(policy).usable
    case = read_case(text.encode(), "claim.toml", plan)
    return settle(lambda day: plan, case.person, case.claims, case.state)


def page(policy: str, text: str, lang: str = "zh") -> Page:
    return sheet(settled(policy, text), lang, plan_hash, None, beside).pages[0]  # type: ignore[arg-type]


def example(name: str) -> str:
    return (ROOT / "examples" / name / "claim.toml").read_text(encoding="utf-8")


def test_what_is_paid_at_discharge_and_what_is_alerted_stand_at_the_top() -> None:
    found = page("std/linxian-2023", example("linxian"))
    assert found.notes[1:] == (
        "出院时应付：不收押金；收取 10,620.00 元。",
        "提醒：高额医疗费用（推送民政、乡村振兴部门）。",
    )
    sections = {section.kind: section for section in found.sections}
    assert (sections["payment"].number, sections["alerts"].number) == ("10", "11")
    assert sections["alerts"].lines[0].text == (
        "高额医疗费用",
        "年度个人负担 = 10,620.00 > 6,000.00",
        "界线：6,000.00（属于 监测对象）、20,000.00（其他）",
        "监测对象 = 是（边缘易致贫户），取 6,000.00",
        "推送民政、乡村振兴部门",
    )


def test_every_amount_that_is_paid_out_is_a_sum_of_what_stands_there() -> None:
    # 37,500 + 7,410 + 3,843 + 0 = 48,753; × 70% = 34,127.10; the rest 14,625.90
    (payment,) = (x for x in page("std/guizhou-2019-qianxinan", example("guizhou")).sections if x.kind == "payment")
    told = {(line.kind, line.text[0].partition("：")[0]): line for line in payment.lines}
    layers = "基本医保 37,500.00 + 大病保险 7,410.00 + 医疗救助 3,843.00 + 再救助 0.00 = 48,753.00"
    assert told["advanced", "由医疗机构垫付"].text == ("由医疗机构垫付", layers)
    assert told["base_amount", "即垫付的金额"].amount == "48,753.00"
    first, rest = told["due", "首付款"], told["due", "尾款"]
    assert (first.text[1], first.amount) == ("70% × 48,753.00 = 34,127.10", "34,127.10")
    assert (rest.text[1], rest.amount) == ("48,753.00 − 34,127.10 = 14,625.90", "14,625.90")
    assert "满足：联网结算 = 是（未申报，按缺省），县域内住院 = 是" in "".join(
        row for line in payment.lines for row in line.text
    )


def test_what_the_person_advances_and_claims_later_is_said_apart() -> None:
    text = example("guizhou").split("[[arrivals]]")[0].replace('就医地 = "县域内"', '就医地 = "省外"\n联网结算 = true')
    found = page("std/guizhou-2019-qianxinan", text)
    # 7,287.00 stay with the person; medical assistance pays 3,843.00, asked for at home.
    assert found.notes[1:] == (
        "出院时应付：收取 11,130.00 元；其中个人负担 7,287.00 元、先行垫付 3,843.00 元。",
        "稍后另行申领：医疗救助 3,843.00，按「非联网报销」申报。",
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_json_fits_the_schema(lang: str) -> None:
    shown = settled("std/linxian-2023", example("linxian"))
    data = json.loads(explain(shown, plan_hash=plan_hash, format="json", lang=lang, around=beside))  # type: ignore[arg-type]
    schema = json.loads((Path(polc.explain.__file__).parent / "trace.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, schema)
    assert data["claims"][0]["payment"]["number"] == "10"
