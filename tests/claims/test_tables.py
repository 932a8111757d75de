"""Tables give persons and claims; a row that is not taken is refused with its reason."""

import datetime

import pytest

from pol_lang.problem import Problems
from polc.claims.tables import join_tables, read_claims, read_persons, read_table

PERSONS = """\
psn_no,psn_name,psn_idet_type,begntime,endtime,age
P1,甲,低保对象,2023-01-01,2023-12-31,66
P2,乙,,,,30
P1,甲,11,2023-06-01,9999-12-31,66
P3,丙,低保户,,,1
P3,丙,低保对象,,,1
P4,丁,,,,40
P4,丁,,,,41
,戊,,,,41
P5,己,,,
"""

CLAIMS = """\
psn_no,mdtrt_id,setl_id,medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_scp_amt,enddate,hosp_lv
P1,M2,S2,200.00,0,0,0,200.00,2023-09-05 08:00:00,二级
P1,M1,S1,100.00,0,0,,100.00,2023-03-01,02
P2,M3,,100.00,0,0,1,100.00,2023-03-01,二级
P2,M4,,,,,,5.00,2023-03-01,二级
P3,M5,,0,,,,,2023-03-01,
P9,M6,,0,,,,,2023-03-01,
P1,M1,S1,100.00,0,0,,100.00,2023-03-01,02
,M7,,0,,,,,2023-03-01,
"""


def codes(refused):
    return [(entry.row, entry.person, [problem.code for problem in entry.problems]) for entry in refused]


def test_persons_are_gathered_from_their_rows(plan):
    table = read_persons(PERSONS.encode(), "persons.csv", plan)
    assert table.rows == 9
    assert list(table.persons) == ["P1", "P2"]
    assert [(h.name, h.since, h.until) for h in table.persons["P1"].identities] == [
        ("低保对象", datetime.date(2023, 1, 1), datetime.date(2023, 12, 31)),
        ("特困人员", datetime.date(2023, 6, 1), None),
    ]
    assert table.persons["P1"].facts == {"人员编号": "P1", "年龄": 66}
    assert codes(table.refused) == [
        (5, "P3", ["C539"]),
        (6, "P3", ["C557"]),
        (7, "P4", ["C557"]),
        (8, "P4", ["C555"]),
        (9, "", ["C552"]),
        (10, "", ["C553"]),
    ]
    assert table.refused[0].problems[0].where == "persons.csv:5: P3: psn_idet_type"
    assert [(w.code, w.where, w.message("en")) for w in table.warnings] == [
        ("C554", "persons.csv:1", "the column “psn_name” is not read")
    ]


def test_claims_are_taken_or_refused_with_their_reason(plan):
    table = read_claims(CLAIMS.encode(), "claims.csv", plan)
    assert table.rows == 8 == len(table.claims) + len(table.refused)
    assert [(c.row, c.person, c.claim.id) for c in table.claims] == [
        (2, "P1", "S2"), (3, "P1", "S1"), (6, "P3", "M5"), (7, "P9", "M6"),
    ]  # fmt: skip
    assert table.claims[0].claim.facts["医院等级"] == table.claims[1].claim.facts["医院等级"] == "二级"
    assert codes(table.refused) == [
        (4, "P2", ["C536"]),
        (5, "P2", ["C537"]),
        (8, "P1", ["C547"]),
        (9, "", ["C552"]),
    ]
    assert table.refused[0].problems[0].where == "claims.csv:4: M3"


def test_claims_join_their_persons_by_date_and_none_is_lost(plan):
    persons, claims = read_persons(PERSONS.encode(), "p", plan), read_claims(CLAIMS.encode(), "c", plan)
    cases, refused = join_tables(persons, claims)
    assert [(case.person.id, [claim.id for claim in case.claims]) for case in cases] == [
        ("P1", ["S1", "S2"]),
        ("P2", []),
    ]
    assert codes(refused) == [(6, "P3", ["C557"]), (7, "P9", ["C556"])]


def test_each_claim_is_read_by_the_facts_of_its_date(plan, july_plan):
    seen = []

    def plan_for(date):
        seen.append(date)
        return july_plan if date.year == 2022 else plan

    text = "psn_no,total,begndate,enddate\nP1,0,2022-01-01,2022-02-01\nP1,0,,2022-02-01\nP1,0,,2023-02-01\n"
    table = read_claims(text.encode(), "c", plan, plan_for=plan_for)
    assert [(c.row, str(c.claim.date)) for c in table.claims] == [(2, "2022-01-01"), (4, "2023-02-01")]
    assert codes(table.refused) == [(3, "P1", ["C545"])]


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        ("psn_no\nP1".encode("utf-16"), "C520", "t.csv"),
        ("psn_no,病种\nP1,高血压\n".encode("gb18030"), "C520", "t.csv"),
        (b"", "C524", "t.csv"),
        (b"\n\n", "C524", "t.csv"),
        ("psn_no,\u200bage\n".encode(), "C525", "t.csv:1"),
        (b"psn_no,age,AGE\n", "C529", "t.csv:1"),
        (b'psn_no,age\nP1,"3', "C551", "t.csv:2"),
        (b'psn_no,age\n"P1"x,3', "C551", "t.csv:2"),
        (b"psn_no,age\nP1," + b"9" * 200_000, "C551", "t.csv:2"),
        (b"age\n3", "C552", "t.csv:1"),
        (b"psn_no\n" + b"P1\n" * 7_000_000, "C522", "t.csv"),
    ],
    ids=range(11),
)
def test_a_table_that_cannot_be_read_is_refused_whole(plan, data, code, where):
    with pytest.raises(Problems) as error:
        read_persons(data, "t.csv", plan)
    assert [(problem.code, problem.where) for problem in error.value.problems] == [(code, where)]


def test_another_encoding_is_read_when_it_is_named(plan):
    data = "psn_no,hukou\nP1,本县\n".encode("gb18030")
    assert read_persons(data, "t", plan, encoding="gb18030").persons["P1"].facts["户籍"] == "本县"


def test_rows_keep_their_numbers(plan):
    data = b'\xef\xbb\xbfpsn_no,age\r\n\r\n"P\r\n1",3\r\nP2,\r\n'
    assert list(read_table(data, "t")) == [(1, ["psn_no", "age"]), (3, ["P\r\n1", "3"]), (4, ["P2", ""])]
    assert codes(read_persons(data, "t", plan).refused) == [(3, "", ["C525"])]


def test_a_column_that_is_almost_one_that_is_read_refuses_the_table(plan):
    """Left out in silence it would change what every row is paid."""
    with pytest.raises(Problems) as caught:
        read_claims(
            "psn_no,mdtrt_id,出院日期,医疗费总额,政策范围内费甪\nA,1,2023-05-01,10,10\n".encode(), "c.csv", plan
        )
    assert [problem.code for problem in caught.value.problems] == ["C560"]
    assert caught.value.problems[0].near[0] == "政策范围内费用"
