"""Persons and identities from other tables are those the reader of persons gives, on the day of the claim."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from random import Random

import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import HEAD, line, rows_of
from tests.claims.conftest import make_plan

from polc.batch.chunks import chunks
from polc.batch.headers import read_headers
from polc.batch.inputs import open_table
from polc.batch.mapping import Renaming
from polc.batch.part_columns import Setting
from polc.batch.parts import with_places
from polc.batch.people import join_people, people_setting, read_people
from polc.batch.read_rows import read_rows
from polc.claims.persons import holds_on
from polc.claims.tables import join_tables, read_claims, read_persons
from polc.claims.vocabulary import vocabulary
from polc.cli import run as polc


@pytest.fixture(params=["native", "interpreter"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    return str(request.param)


PLAN = make_plan()


def persons(seed: int) -> str:
    random = Random(seed)
    lines = ["psn_no,psn_idet_type,begntime,endtime,age,户籍,cfm_date,psn_name"]
    ages = {number: random.choice(("", "30", "31")) for number in range(15)}
    for _ in range(40):
        number = random.randrange(15)
        since = random.choice(("", "2023-01-01", "2023-06-15", "20230701", "2022-01-01 00:00:00"))
        until = random.choice(("", "2023-06-14", "9999-12-31", "2023-12-31", "2021-01-01", "x"))
        cells = [
            f"P{number}", random.choice(("", "11", "12", "监测对象", "孤儿", "低保对象", "低保户")),
            since, until if random.random() < 0.8 else "", ages[number] if random.random() < 0.95 else "7",
            random.choice(("", "1" if number % 2 else "外县")), "", "某",
        ]  # fmt: skip
        if cells[1] in ("", "低保户") and random.random() < 0.9:
            cells[1] = "12"
        if cells[3] in ("x", "2021-01-01") and random.random() < 0.8:
            cells[3] = ""
        lines.append(",".join(cells))
    lines.append(",11,,,,,,")
    return "\n".join(lines) + "\n"


def claims(seed: int) -> str:
    random = Random(seed)
    lines = ["psn_no,setl_id,total,inscope,noncovered,overlimit,copay,enddate"]
    for number in range(80):
        date = datetime.date(2023, 1, 1) + datetime.timedelta(random.randrange(365))
        lines.append(f"P{random.randrange(17)},S{number},1,1,0,0,0,{date}")
    return "\n".join(lines) + "\n"


def facts_without_number(facts):
    return {name: value for name, value in facts.items() if name != "人员编号"}


@pytest.mark.parametrize("seed", range(30))
def test_persons_are_read_and_joined_alike(seed: int, tmp_path: Path) -> None:
    people_path, claims_path = tmp_path / "persons.csv", tmp_path / "claims.csv"
    people_path.write_text(persons(seed), encoding="utf-8")
    claims_path.write_text(claims(seed), encoding="utf-8")
    single = read_persons(people_path.read_bytes(), str(people_path), PLAN)
    cases, unjoined = join_tables(single, read_claims(claims_path.read_bytes(), str(claims_path), PLAN))
    expected: dict[str, object] = {entry.claim: [p.code for p in entry.problems] for entry in unjoined}
    for case in cases:
        for claim in case.claims:
            held = {h.name for h in case.person.identities if holds_on(h, claim.date)}
            expected[claim.id] = held, facts_without_number(case.person.facts)

    words = vocabulary(PLAN)
    inputs, people_inputs = open_table(str(claims_path), Renaming()), open_table(str(people_path), Renaming())
    setting = people_setting(people_inputs, words, all=True, identities=True)
    headers = read_headers(inputs, [words], persons=False, identities=False)
    (chunk,) = chunks(inputs, headers.read, Renaming())
    (people_chunk,) = chunks(people_inputs, setting.read, Renaming())
    rows = read_rows(with_places(chunk), (words,), Setting(inputs, headers, False, False))
    people = read_people(with_places(people_chunk), words, setting)
    join_people(rows, people, setting)
    found: dict[str, object] = {}
    for at in range(len(rows)):
        person = rows.person(at)
        found[rows.name(at)] = [p.code for p in rows.problems[at]] if at in rows.problems else (
            {h.name for h in person.identities}, facts_without_number(person.facts)
        )  # fmt: skip
    assert found == expected
    assert [(row, number, [p.code for p in problems]) for _, row, number, problems in people.refused] == [
        (entry.row, entry.person, [p.code for p in entry.problems]) for entry in single.refused
    ]


@pytest.mark.parametrize("option", ["persons", "identities"])
def test_identities_count_on_the_day_of_the_claim(settle: Settle, option: str) -> None:
    Path("people.csv").write_text("psn_no,psn_idet_type,begntime,endtime\nP1,A1,2023-03-01,2023-03-31\nP2,,,\n")
    text = HEAD.replace("psn_idet_type,", "") + "".join(
        line("P1", id, date, "1300").replace(",,", ",") for id, date in (
            ("A", "2023-02-28"), ("B", "2023-03-01"), ("C", "2023-03-31"), ("D", "2023-04-01"),
        )
    )  # fmt: skip
    run = settle(text + line("P3", "E", "2023-03-01", "1300").replace(",,", ","), **{option: "people.csv"})
    settled = {row["setl_id"]: row["医疗救助"] for row in rows_of("out/settled.csv")}
    assert {name: settled[name] for name in "ABCD"} == {"A": "0.00", "B": "300.00", "C": "300.00", "D": "0.00"}
    assert run.totals.outside == 2
    # Whoever is not among the persons is unknown; whoever is not in a list of identities has none.
    assert settled.get("E") == (None if option == "persons" else "0.00")
    assert [row["refusal"] for row in rows_of("out/refused.csv")] == (["C556"] if option == "persons" else [])


def test_a_person_whose_row_is_refused_is_not_settled(settle: Settle) -> None:
    Path("people.csv").write_text("psn_no,psn_idet_type\nP1,A1\nP1,A9\nP2,A1\nP3\n")
    text = HEAD.replace("psn_idet_type,", "") + line("P1", "A", "2023-03-01", "1").replace(",,", ",")
    run = settle(text + line("P2", "B", "2023-03-01", "1").replace(",,", ","), identities="people.csv")
    assert run.totals.codes == {"C557": 1}
    assert [(row["row"], row["refusal"], row["psn_no"]) for row in rows_of("out/refused-persons.csv")] == [
        ("2", "C557", "P1"), ("3", "C539", "P1"), ("5", "C553", "P3"),
    ]  # fmt: skip


def test_identities_given_twice_are_read_from_the_table_of_identities(settle: Settle) -> None:
    Path("persons.csv").write_text("psn_no,psn_idet_type,begntime\nP1,A2,\n", encoding="utf-8")
    Path("ids.csv").write_text("psn_no,psn_idet_type\nP1,A1\n", encoding="utf-8")
    claims = HEAD.replace(",psn_idet_type", "") + line("P1", "A", "2023-03-01", "100").replace(",,", ",")
    run = settle(claims, persons="persons.csv", identities="ids.csv")
    assert [(w.code, w.en.format(columns=getattr(w, "columns", ""))) for w in run.warnings if w.code == "C693"] == [
        ("C693", "identities are read from the table given with --identities, not from “psn_idet_type/begntime” here")
    ]


def test_refused_rows_of_persons_are_counted_and_told(settle: Settle, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "psn_no,psn_idet_type,begntime,endtime\nP1,A1\nP2,ZZ,,\n,A1,,\nP3,A1,,\n"
    Path("held.csv").write_text(rows, encoding="utf-8")
    table = HEAD + "".join(line(f"P{at}", f"S{at}", "2023-03-01", "1000") for at in (1, 2, 3))
    run = settle(table, identities="held.csv")
    assert run.totals.people_refused == 3 == len(rows_of("out/refused-persons.csv"))
    told = json.loads(Path("out/totals.json").read_text(encoding="utf-8"))
    assert told["rows_of_persons_refused"] == 3
    code = polc(["settle", "小县.pol", "claims.csv", "--identities", "held.csv", "-o", "again", "--lang", "en"])
    assert code == 0
    assert "refused rows of persons and identities (see refused-persons.csv): 3" in capsys.readouterr().out
