"""`pol.trace/v1`: the part that never changes, the schema, and that the JSON holds what the text shows."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import polc.explain
from polc.explain import explain
from polc.explain.document import Line
from polc.explain.sheet import sheet
from polc.explain.wording import CODES
from polc.settlement import Settlement

from .samples import chongqing, plan_hash, rich, sequence

SCHEMA = json.loads((Path(polc.explain.__file__).parent / "trace.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

CASES = [
    (chongqing(), "大病保险"),
    (chongqing(规范转诊=False), "倾斜救助"),
    (rich(), "大病保险"),
    (rich("防止返贫监测对象", 规范转诊=False, 就医地="省外"), "医疗救助"),
    (rich("低保对象"), None),
    (sequence(), "兜底补助"),
]


def trace(settlement: Settlement, lang: str = "zh", why_not: str | None = None) -> dict[str, Any]:
    text = explain(settlement, plan_hash=plan_hash, format="json", lang=lang, why_not=why_not)  # type: ignore[arg-type]
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_part_that_never_changes() -> None:
    found = trace(chongqing())
    assert found["schema"] == "pol.trace/v1"
    assert found["policy"]["name"] == "渝北2023"
    assert found["policy"]["as_of"] == "2023-01-01"
    assert len(found["policy"]["hash"]) == 64
    claim = found["claims"][0]
    assert claim["id"] == "CQ-1"
    assert claim["total"] == "52000.00"
    assert claim["bearers"] == [
        {"bearer": "hifp_pay", "name": "居民医保统筹基金", "amount": "34790.00"},
        {"bearer": "hifmi_pay", "name": "居民大病保险", "amount": "0.00"},
        {"bearer": "maf_pay", "name": "医疗救助基金", "amount": "10647.00"},
        {"bearer": "oth_pay", "name": "倾斜救助资金", "amount": "937.80"},
        {"bearer": "psn_part_amt", "name": "个人负担", "amount": "5625.20"},
    ]
    assert [(x["layer"], x["paid"], x["left"]) for x in claim["layers"]] == [
        ("基本医保", "34790.00", "17210.00"),
        ("大病保险", "0.00", "17210.00"),
        ("大额费用医疗救助", "10647.00", "6563.00"),
        ("倾斜救助", "937.80", "5625.20"),
    ]
    assert claim["accumulators"] == {
        "before": {"大病保险.base": "0.00", "大病保险.paid": "0.00", "大额费用医疗救助.paid": "0.00"},
        "after": {"大病保险.base": "15210.00", "大病保险.paid": "0.00", "大额费用医疗救助.paid": "10647.00"},
    }
    assert all(isinstance(layer["steps"], list) for layer in claim["layers"])


@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_bearers_add_up_to_the_total(case: int) -> None:
    for claim in trace(CASES[case][0])["claims"]:
        assert sum(Decimal(bearer["amount"]) for bearer in claim["bearers"]) == Decimal(claim["total"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("case", range(len(CASES)))
def test_output_obeys_the_schema(case: int, lang: str) -> None:
    settlement, why_not = CASES[case]
    errors = [(list(e.absolute_path), e.message[:300]) for e in VALIDATOR.iter_errors(trace(settlement, lang, why_not))]
    assert errors == []


def test_the_schema_is_one_and_refuses_what_is_wrong() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    good = trace(rich())
    deductible = next(s for s in good["claims"][0]["layers"][0]["steps"] if s["kind"] == "deductible")
    for key, value in (("used", 5), ("used", "5"), ("used", None), ("kind", "franchise"), ("code", "x"), ("more", 1)):
        bad = copy.deepcopy(good)
        steps = bad["claims"][0]["layers"][0]["steps"]
        steps[good["claims"][0]["layers"][0]["steps"].index(deductible)][key] = value
        assert not VALIDATOR.is_valid(bad), key
    assert VALIDATOR.is_valid(good)


def test_every_kind_of_line_is_in_the_schema_with_codes_of_the_vocabulary() -> None:
    assert tuple(SCHEMA["$defs"]["code"]["enum"]) == CODES


def lines_of(settlement: Settlement, why_not: str | None) -> Iterator[Line]:
    shown = sheet(settlement, "zh", plan_hash, why_not)
    for page in (*shown.pages, *shown.years):
        for section in page.sections:
            yield from section.lines


def steps_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "number" in value and "kind" in value and "text" in value:
            yield value
        for inner in value.values():
            yield from steps_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from steps_in(inner)


@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_json_holds_what_the_text_shows(case: int) -> None:
    settlement, why_not = CASES[case]
    found = trace(settlement, "zh", why_not)
    steps = sorted((s["number"], s["kind"], tuple(s["text"]), s["amount"]) for s in steps_in(found))
    lines = sorted((x.number, x.kind, x.text, x.value) for x in lines_of(settlement, why_not))
    assert [repr(s) for s in steps] == [repr(x) for x in lines]
    strings = set(strings_in(found))
    for line in lines_of(settlement, why_not):
        for row in line.table.rows if line.table else ():
            for cell in row.cells:
                amount = cell.split(" ")[0].replace(",", "")
                if amount.replace(".", "", 1).isdigit() and "." in amount:
                    assert amount in strings, (line.number, cell)


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)


@pytest.mark.parametrize("case", range(len(CASES)))
def test_facts_of_a_line_never_hide_what_every_line_has(case: int) -> None:
    fixed = {"number", "kind", "code", "label", "text", "amount", "clause", "document", "place", "changed_by"}
    for line in lines_of(*CASES[case]):
        assert not fixed & line.data.keys(), line.kind


def test_there_is_no_binary_floating_point_in_it() -> None:
    def floats(value: Any) -> bool:
        if isinstance(value, dict):
            return any(map(floats, value.values()))
        return any(map(floats, value)) if isinstance(value, list) else isinstance(value, float)

    assert not any(floats(trace(settlement)) for settlement, _ in CASES)


def test_keys_do_not_depend_on_the_language() -> None:
    def keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: keys(inner) for key, inner in value.items()}
        return [keys(inner) for inner in value] if isinstance(value, list) else None

    for settlement, why_not in CASES:
        assert keys(trace(settlement, "zh", why_not)) == keys(trace(settlement, "en", why_not))
