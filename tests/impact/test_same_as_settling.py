"""A comparison comes to what two runs of `polc settle` come to, added up here in another way, to the fen."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.batch.tables import table as odd_table

from polc.batch.mapping import Renaming, read_mapping
from polc.batch.options import Options
from polc.cli import run
from polc.impact.in_force import AsIfInForce
from polc.impact.json import impact_json
from polc.impact.measure import measure
from polc.load import standard_folder
from polc.pipeline import Plans, compile_policy
from polc.synth.asked import asked
from polc.synth.encode import CsvSink
from polc.synth.plans_of import plans_of
from polc.synth.synth import synth
from polc.synth.visits import Shares

# A standard policy, one of the files it rests on, what is written there, and what instead.
CHANGES = {
    "hunan-2015": ("hunan-2015", "700元       50%", "600元       45%"),
    "linxian-2023": ("shanxi-2022", "55%", "45%"),
    "changsha-2017": ("hunan-2015", "700元       50%", "600元       45%"),
    "guizhou-2019-qianxinan": ("guizhou-2019-qianxinan", "三级    60%", "三级    50%"),
    "liaoning-2018-shenyang": ("liaoning-2018-shenyang", "基本报销比例 = 65%", "基本报销比例 = 68%"),
    "zhejiang-2017-hangzhou": ("zhejiang-2017-hangzhou", "三级医院  70%", "三级医院  60%"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed(name: str, folder: Path) -> str:
    """A standard policy with one figure changed, beside the files it rests on."""
    file, was, now = CHANGES[name]
    for path in Path(standard_folder()).glob("*.pol"):
        text = re.sub(r"std/([a-z0-9-]+)", r'"\1.pol"', path.read_text(encoding="utf-8"))
        if path.stem == file:
            assert was in text
            text = text.replace(was, now, 1)
        (folder / path.name).write_text(text, encoding="utf-8")
    return f"{name}.pol"


def made(name: str, claims: int, seed: int, **shares: int) -> dict[str, pa.Table]:
    compiled = compile_policy(f"std/{name}")
    held, days = plans_of(Plans(compiled), compiled.usable, None)
    (part,) = synth(asked(held, days), claims, seed, Shares(**shares))
    assert part.identities is not None
    return {"claims": part.claims, "persons": part.persons, "identities": part.identities}


def write_csv(table: pa.Table, path: str) -> str:
    with open(path, "wb") as stream:
        CsvSink(stream, table.schema).write(table.combine_chunks())
    return path


def settled(policy: str, claims: str, *more: str) -> tuple[dict[tuple[str, str], dict[str, str]], Counter[str], Any]:
    """What `polc settle` says: settled rows by place, refusals by code, the totals."""
    out = f"settled-{len(list(Path().glob('settled-*')))}"
    assert run(["settle", policy, claims, "-o", out, "--format", "csv", *more]) == 0
    with open(f"{out}/settled.csv", encoding="utf-8", newline="") as stream:
        rows = {(row.get("file", ""), row["row"]): row for row in csv.DictReader(stream)}
    with open(f"{out}/refused.csv", encoding="utf-8", newline="") as stream:
        codes = Counter(row["refusal"] for row in csv.DictReader(stream))
    return rows, codes, json.loads(Path(f"{out}/totals.json").read_text(encoding="utf-8"))


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def check(found: Any, billed: pa.Table | None, old: str, new: str, claims: str, *more: str) -> None:
    """Holds a comparison (JSON) to two runs of `polc settle`."""
    sides = [settled(policy, claims, *more) for policy in (old, new)]
    rows = [side[0] for side in sides]
    both = [key for key in rows[1] if {rows[0].get(key, {}).get("status"), rows[1][key]["status"]} == {"settled"}]
    gone = [key for key in rows[1] if key in rows[0] and {r[key]["status"] for r in rows} <= {"reversed", "reversal"}]
    read = sides[1][2]["rows"]["read"]
    assert {key: found["claims"][key] for key in ("rows", "settled", "cancelled", "left_out")} == {
        "rows": read, "settled": len(both), "cancelled": len(gone), "left_out": read - len(both) - len(gone),
    }  # fmt: skip
    amounts = {key: Decimal(found["cost"][key]) for key in found["cost"]}
    assert amounts["read"] == Decimal(sides[1][2]["billed"]["read"])
    assert amounts["read"] == amounts["settled"] + amounts["cancelled"] + amounts["left_out"]
    for which, (_, codes, totals) in zip(("old", "new"), sides, strict=True):
        used = found["settled_with"][which]
        assert used["refused_by_code"] == codes == totals["rows"]["refused_by_code"]
        assert used["items_not_settled_by_code"] == totals.get("items", {"refused_by_code": {}})["refused_by_code"]
    for line in found["payers"]:
        for which, side in zip(("old", "new"), rows, strict=True):
            known = line["bearer"] in next(iter(side.values()), {})
            total = sum((Decimal(side[key][line["bearer"]]) for key in both), Decimal()) if known else Decimal()
            assert line[which] == money(total), (line["bearer"], which)
    cells = (
        billed.select(["psn_no", "setl_id", "medfee_sumamt"]).to_pylist() if billed is not None else rows[1].values()
    )
    costs = {(cell["psn_no"], cell["setl_id"]): cell["medfee_sumamt"] for cell in cells}
    persons: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal()] * 3)
    for key in both:
        mine = (
            costs[rows[1][key]["psn_no"], rows[1][key]["setl_id"]],
            rows[0][key]["psn_part_amt"],
            rows[1][key]["psn_part_amt"],
        )
        number = rows[1][key]["psn_no"]
        persons[number] = [a + Decimal(b) for a, b in zip(persons[number], mine, strict=True)]
    assert tallied(persons.values()) == {key: found["persons"][key] for key in tallied([])}
    ranked = sorted(persons, key=lambda number: (persons[number][0], number))
    ends = [len(ranked) * tenth // 10 for tenth in range(11)] if len(ranked) >= 10 else []
    tenths = [[persons[number] for number in ranked[low:high]] for low, high in pairwise(ends)]
    assert len(found["deciles"]) == len(tenths)
    for line, inside in zip(found["deciles"], tenths, strict=True):
        assert (line["least"], line["most"]) == (money(inside[0][0]), money(inside[-1][0]))
        sums = [sum((one[at] for one in inside), Decimal()) for at in range(3)]
        assert [line["cost"], line["old"], line["new"]] == list(map(money, sums))
        assert tallied(inside) == {key: line[key] for key in tallied([])}
    most = sorted((n for n in persons if persons[n][1] != persons[n][2]),
                  key=lambda n: (-abs(persons[n][2] - persons[n][1]), -persons[n][0], n))  # fmt: skip
    assert [line["person"] for line in found["most_affected"]] == most[:10]
    for line in found["alerts"]:
        if line["above"] is not None:
            above = Decimal(line["above"])
            assert [line["old"], line["new"]] == [sum(x[at] > above for x in persons.values()) for at in (1, 2)]


def tallied(persons: Any) -> dict[str, Any]:
    changes = [new - old for _, old, new in persons]
    return {
        "persons": len(changes), "gain": sum(c < 0 for c in changes), "lose": sum(c > 0 for c in changes),
        "same": sum(c == 0 for c in changes), "spared": money(sum((-c for c in changes if c < 0), Decimal())),
        "burdened": money(sum((c for c in changes if c > 0), Decimal())),
    }  # fmt: skip


def compared(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run(["impact", *arguments, "--above", "8000", "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def as_they_are(table: pa.Table) -> pa.Table:
    return table


def shuffled(table: pa.Table) -> pa.Table:
    """In another order, the rows of one person and day as they stood."""
    seen: Counter[str] = Counter()
    ranks = []
    for person in table.column("psn_no").to_pylist():
        ranks.append(seen[person])
        seen[person] += 1
    return table.take(pa.array(np.argsort(ranks, kind="stable")))


@pytest.mark.parametrize("name", CHANGES)
def test_standard_policies(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = made(name, 500, 7, near=20_000, refused=4_000)
    names = {key: write_csv(table, f"{key}.csv") for key, table in tables.items()}
    old, new = f"std/{name}", changed(name, folder)
    found = compared(capsys, old, new, names["claims"], "--persons", names["persons"])
    assert found["claims"]["left_out"] and found["persons"]["gain"] + found["persons"]["lose"]
    check(found, tables["claims"], old, new, names["claims"], "--persons", names["persons"])


def csv_parts(tables: dict[str, pa.Table]) -> dict[str, str]:
    Path("claims").mkdir()
    for at in range(3):
        write_csv(shuffled(tables["claims"]).slice(at * 200, 200), f"claims/{at}.csv")
    people = tables["persons"].drop_columns(["psn_idet_type", "begntime", "endtime"])
    return {
        "claims": "claims", "persons": write_csv(people, "p.csv"),
        "identities": write_csv(tables["identities"], "i.csv"),
    }  # fmt: skip


def parquet(tables: dict[str, pa.Table]) -> dict[str, str]:
    for key, table in tables.items():
        pq.write_table(shuffled(table), f"{key}.parquet")
    return {"claims": "claims.parquet", "persons": "persons.parquet"}


def within(tables: dict[str, pa.Table]) -> dict[str, str]:
    claims = tables["claims"]
    names = np.array(["", "特困人员", "低保对象、脱贫人口"])[np.arange(len(claims)) % 3]
    claims = claims.append_column("psn_idet_type", pa.array(names))
    return {"claims": write_csv(claims.append_column("已参保", pa.array(["是"] * len(claims))), "c.csv")}


def renamed(tables: dict[str, pa.Table]) -> dict[str, str]:
    Path("m.toml").write_text('[columns]\nmedfee_sumamt = "总额"\npsn_no = "谁"\n', encoding="utf-8")
    for key in ("claims", "persons"):
        names = [{"medfee_sumamt": "总额", "psn_no": "谁"}.get(name, name) for name in tables[key].column_names]
        write_csv(tables[key].rename_columns(names), f"{key}.csv")
    return {"claims": "claims.csv", "persons": "persons.csv", "mapping": "m.toml"}


@pytest.mark.parametrize(
    ("form", "engine"),
    [(csv_parts, "native"), (parquet, "native"), (within, "native"), (renamed, "native"), (csv_parts, "interpreter")],
)
def test_tables_of_every_kind(
    form: Callable[[dict[str, pa.Table]], dict[str, str]], engine: str, folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    tables = made("linxian-2023", 600, 11, near=20_000, refused=3_000)
    claims = tables["claims"].slice(0, 590)  # and the last ten rows have names that were used before
    again = tables["claims"].slice(590).set_column(1, "setl_id", tables["claims"].column("setl_id").slice(0, 10))
    whole = pa.concat_tables([claims, again])
    given = form({**tables, "claims": whole})
    names = given.pop("claims")
    old, new = "std/linxian-2023", changed("linxian-2023", folder)
    more = [word for key, value in given.items() for word in (f"--{key}", value)]
    found = compared(capsys, old, new, names, *more, "--engine", engine)
    assert found["settled_with"]["old"]["refused_by_code"]["C547"] >= 5
    check(found, whole, old, new, names, *more)
    mapping = given.pop("mapping", None)
    renaming = read_mapping(Path(mapping).read_bytes(), mapping) if mapping else Renaming()
    options = Options(part_rows=64, engine=engine, threads=2, renaming=renaming, **given)
    policies = [AsIfInForce(compile_policy(policy)) for policy in (old, new)]
    in_parts = impact_json(measure(policies[0], policies[1], names, options, 800_000))
    assert in_parts == {key: found[key] for key in in_parts}


MATERIALS = """政策 材料
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度     按 出院日期
先行自付 合计 (金额合计 × 30%) 逐条明细 其中 (项目类别 是 材料 且 单价 > 1000元) 从 政策范围内费用
保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  支付比例 80%
累计 全年自付 = 个人 每年
预警 自付过高
  监测 全年自付
  超过 5000元
目标 实际比 不低于 70%
  比值 基本医保 比 政策范围内费用
"""


def test_cost_items(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "旧.pol").write_text(MATERIALS, encoding="utf-8")
    (folder / "新.pol").write_text(MATERIALS.replace("30%", "20%"), encoding="utf-8")
    assert run(["check", "旧.pol"]) == 0, capsys.readouterr().out
    assert run(["synth", "旧.pol", "--claims", "120", "-o", "made"]) == 0
    lines = Path("made/items.csv").read_text(encoding="utf-8").splitlines()
    nobodys = lines[9].replace("S0", "X0")  # so one is missing
    Path("items.csv").write_text("\n".join([*lines[:9], nobodys, *lines[10:]]) + "\n", encoding="utf-8")
    claims = csv_table("made/claims.csv")
    found = compared(capsys, "旧.pol", "新.pol", "made/claims.csv", "--items", "items.csv")
    assert found["claims"]["left_out"] == 1 and found["persons"]["gain"] and found["targets"][0]["old"]["value"]
    assert set(found["settled_with"]["old"]["items_not_settled_by_code"]) == {"C682", "C683"}
    check(found, claims, "旧.pol", "新.pol", "made/claims.csv", "--items", "items.csv")
    again = compared(capsys, "旧.pol", "新.pol", "made/claims.csv", "--items", "items.csv", "--engine", "interpreter")
    assert {**again, "settled_with": 0} == {**found, "settled_with": 0}


def csv_table(path: str) -> pa.Table:
    with open(path, encoding="utf-8", newline="") as stream:
        return pa.Table.from_pylist(list(csv.DictReader(stream)))


# Another fact, another identity, other names for what is read: the two read the table differently.
ODD = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
事实 自费药 金额 字段 zfy 缺省 0元
保障层 统筹 支付方 基本医保统筹基金
  当 自费药 < 12元 或 病种 是 高血压
  基数 政策范围内费用
  起付线 100元 每次
  支付比例 50%
  封顶线 支付额 3万元 每年
"""
EVEN = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
事实 慢特病 可多选 高血压 代码 "M1"、糖尿病 代码 "M2"
事实 规范转诊 是否 缺省 假
保障层 统筹 支付方 基本医保统筹基金
  当 规范转诊 或 医院等级 是 二级
  基数 政策范围内费用
  支付比例 60% 适用于 慢特病 属于 高血压, 40% 其他
  封顶线 支付额 2万元 每年
"""


@pytest.mark.parametrize("seed", range(6))
def test_tables_with_odd_cells(seed: int, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "旧.pol").write_text(ODD, encoding="utf-8")
    (folder / "新.pol").write_text(EVEN if seed % 2 else ODD.replace("50%", "55%"), encoding="utf-8")
    assert run(["check", "旧.pol", "新.pol"]) == 0, capsys.readouterr().out
    (folder / "claims.csv").write_bytes(odd_table(seed, rows=150, odd=0.02))
    found = compared(capsys, "旧.pol", "新.pol", "claims.csv")
    check(found, None, "旧.pol", "新.pol", "claims.csv")
    policies = [AsIfInForce(compile_policy(policy)) for policy in ("旧.pol", "新.pol")]
    in_parts = impact_json(measure(policies[0], policies[1], "claims.csv", Options(part_rows=16), 800_000))
    assert in_parts == {key: found[key] for key in in_parts}
