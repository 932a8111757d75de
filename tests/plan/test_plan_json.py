"""A plan written as JSON is read back as the same plan; its fingerprint follows the meaning and nothing else."""

import datetime
import json
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from pol_lang.formatter import format_text
from pol_lang.problem import Problems
from pol_lang.read import read_source
from polc import plan as p
from polc.load import load, standard_names
from polc.lowering.lower import lower
from polc.pipeline import Plans, compile_policy
from polc.plan_json import MAX_NODES, full_hash, plan_from_json, plan_hash, plan_json, plan_text_json
from polc.resolve import resolve

SMALL = """\
政策 小县2023
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
参数 比例
  自 2023-01-01 70%
  自 2024-01-01 75%
保障层 基本医保 支付方 基本医保统筹基金 依据 二(一)
  基数 政策范围内费用
  起付线 300元 每次
  支付比例 比例
  封顶线 支付额 25万元 每年
"""


def same(a: object, b: object) -> bool:
    """Whether two nodes are the same all the way down."""
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(map(same, a, b))
    if attrs.has(type(a)):
        return type(a) is type(b) and all(same(getattr(a, f.name), getattr(b, f.name)) for f in attrs.fields(type(a)))
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def compiled(name: str, keywords: str | None = None, as_of: datetime.date | None = None) -> p.Plan:
    """The plan of a policy, with its files reformatted in a keyword language where one is given."""

    def read(path: str) -> bytes:
        data = Path(path).read_bytes()
        return format_text(read_source(path, data), keywords).encode() if keywords else data

    lowered = lower(resolve(load(name, read)), as_of, settling=False)
    assert not [problem for problem in lowered.problems if problem.severity == "error"]
    return lowered.plan


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "小县.pol"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", standard_names())
def test_a_plan_survives_being_written_and_read(name: str) -> None:
    plan = compiled(name)
    text = plan_text_json(plan)
    back = plan_from_json(json.loads(text))
    assert same(plan, back)
    assert full_hash(back) == full_hash(plan) == json.loads(text)["hash"]
    assert plan_text_json(back) == text


@pytest.mark.parametrize("name", standard_names())
def test_the_fingerprint_is_the_same_in_both_keyword_languages_and_any_layout(name: str) -> None:
    assert full_hash(compiled(name, "en")) == full_hash(compiled(name, "zh")) == full_hash(compiled(name))


def test_json_of_a_small_plan(small: Path) -> None:
    data = plan_json(compiled(str(small)))
    assert data["schema"] == "pol.plan/v1" and data["op"] == "Plan" and data["as_of"] == "2023-01-01"
    assert data["expires"] == "2024-01-01"
    layer = data["root"]["steps"][0]
    assert layer["op"] == "Layer" and layer["origin"]["clauses"] == ["二(一)"]
    deductible, rate, rounding, cap = layer["steps"]
    assert deductible["value"] == {"op": "Const", "value": 30000, "unit": "money"}  # fen
    assert rate["value"]["value"] == {"op": "Const", "value": "7/10", "unit": "ratio"}
    assert rounding["op"] == "Round" and cap["value"]["value"] == 25_000_000


def test_a_field_called_op_does_not_hide_the_kind_of_node() -> None:
    data = plan_json(compiled("std/linxian-2023"))
    text = json.dumps(data)
    assert '{"op": "Compare", "operator": "=' in text


def test_the_fingerprint_leaves_out_the_day_comments_and_places(small: Path) -> None:
    first = plan_hash(compiled(str(small)))
    assert len(first) == 16 and int(first, 16) >= 0
    assert plan_hash(compiled(str(small), as_of=datetime.date(2023, 6, 1))) == first
    small.write_text("# 说明\n\n" + SMALL.replace("  起付线 300元", "  起付线    300.00元"), encoding="utf-8")
    assert plan_hash(compiled(str(small))) == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("300元", "301元"),
        ("70%", "71%"),
        ("二(一)", "二(二)"),
        ("每次", "每年"),
        ("支付额 25万元", "支付额 26万元"),
        ("小县2023", "大县2023"),
    ],
)
def test_the_fingerprint_follows_the_meaning(small: Path, old: str, new: str) -> None:
    first = full_hash(compiled(str(small)))
    small.write_text(SMALL.replace(old, new), encoding="utf-8")
    assert full_hash(compiled(str(small))) != first


def test_another_epoch_is_another_plan(small: Path) -> None:
    assert full_hash(compiled(str(small))) != full_hash(compiled(str(small), as_of=datetime.date(2024, 1, 1)))


def test_every_kind_of_value_survives() -> None:
    plan = compiled("std/linxian-2023")
    values = [
        p.Const(Fraction(1, 3), "money"),
        p.Const(7, "number"),
        p.Const(True, "bool"),
        p.Const(None, "text"),
        p.Const("1/2", "text"),
        p.Const(datetime.date(2023, 9, 4), "date"),
        p.Const(frozenset({"乙", "甲"}), "choices"),
        p.Const((9, 1), "month_day"),  # type: ignore[arg-type]
    ]
    tallies = tuple(p.Tally(str(at), value, "", p.Origin((), "", "")) for at, value in enumerate(values))
    plan = attrs.evolve(plan, tallies=tallies)
    back = plan_from_json(json.loads(plan_text_json(plan)))
    assert same(plan.tallies, back.tallies)
    assert [type(tally.value.value) for tally in back.tallies] == [type(value.value) for value in values]


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "pol.plan/v9"},
        {"op": "Layer"},
        {"op": "Nothing"},
        {"root": {"op": "Const", "value": 1, "unit": "money"}},
        {"year": None},
        {"as_of": 20230904},
        {"extra": 1},
        {"bearers": [["a"]]},
        {"name": 5},
    ],
)
def test_what_is_not_a_plan_is_refused(change: dict[str, object]) -> None:
    data = plan_json(compiled("std/linxian-2023"))
    with pytest.raises(ValueError):
        plan_from_json({**data, **change})  # type: ignore[arg-type]


def test_a_plan_that_doubles_with_every_definition_is_refused_but_has_a_fingerprint() -> None:
    origin = p.Origin((), "", "")
    value: p.Expr = p.Const(1, "money")
    for _ in range(60):
        value = p.Add(((1, value), (1, value)), "money")
    plan = attrs.evolve(compiled("std/hunan-2015"), tallies=(p.Tally("大", value, "", origin),))
    assert len(full_hash(plan)) == 64
    with pytest.raises(Problems) as caught:
        plan_json(plan)
    assert [problem.code for problem in caught.value.problems] == ["C583"] and str(MAX_NODES) in str(caught.value)


def test_plans_by_date_are_compiled_once_for_each_stretch(small: Path) -> None:
    plans = Plans(compile_policy(str(small)))
    first, second = plans(datetime.date(2023, 5, 1)), plans(datetime.date(2023, 12, 31))
    third = plans(datetime.date(2024, 1, 1))
    assert first is second and first is not third
    assert (third.since, third.expires) == (datetime.date(2024, 1, 1), None)
    assert plans(datetime.date(2024, 7, 1)) is third
    fixed = Plans(compile_policy(str(small), datetime.date(2024, 3, 1)), datetime.date(2024, 3, 1))
    assert fixed(datetime.date(2023, 1, 1)).as_of == datetime.date(2024, 3, 1)
    dated = Plans(compile_policy(str(small)), dated=True)
    assert dated(datetime.date(2023, 5, 1)).as_of == datetime.date(2023, 5, 1)


def test_a_policy_with_errors_gives_no_plans(small: Path) -> None:
    small.write_text(SMALL.replace("起付线 300元", "起付线 免赔额"), encoding="utf-8")
    with pytest.raises(Problems):
        Plans(compile_policy(str(small)))
    small.write_text(
        SMALL.replace("  自 2024-01-01 75%\n", "").replace("01 70%", "01 至 2023-12-31 70%"), encoding="utf-8"
    )
    plans = Plans(compile_policy(str(small)))
    assert plans(datetime.date(2023, 12, 31)).name == "小县2023"
    with pytest.raises(Problems) as caught:
        plans(datetime.date(2024, 1, 1))
    assert "2024-01-01" in str(caught.value)
