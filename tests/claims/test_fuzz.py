"""Reading is total: whatever the bytes, a case or problems come out, and what is read adds up."""

import datetime
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pol_lang.problem import Problems
from polc.account_names import WORDS
from polc.claims.read_case import read_case
from polc.claims.tables import join_tables, read_claims, read_persons
from polc.claims.vocabulary import CONTINUES, IDENTITIES, ITEMS, PARTS, PERSON, SECTIONS

WORDS = sorted(
    {word for names in (*PARTS.values(), *SECTIONS.values(), *WORDS.values()) for word in names}
    | {*PERSON, *IDENTITIES, *ITEMS, *CONTINUES, "id", "年龄", "出院日期", "begndate", "hosp_lv", "大病保险", "慢特病"}
)
TEXTS = st.sampled_from(
    ["", "P1", "1", "0.01", "-3", "1e9", "是", "二级", "低保对象", "2023-02-30", "2023-09-04", "70%"]
)
SCALARS = st.one_of(
    TEXTS, st.text(max_size=5), st.integers(), st.booleans(), st.none(), st.floats(),
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | TEXTS, inner, max_size=5),
    max_leaves=20,
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(data, name, plan):
    try:
        case = read_case(data, name, plan)
    except Problems as error:
        assert error.problems
        for problem in error.problems:
            assert problem.where.startswith(name) and problem.code.startswith("C5")
            assert problem.message("zh") and problem.message("en") and problem.hint("zh") is not None
        return
    for claim in case.claims:
        assert isinstance(claim.date, datetime.date)
        assert all(isinstance(fen, int) and fen >= 0 for fen in claim.parts.values())
        assert claim.parts["total"] == sum(fen for part, fen in claim.parts.items() if part != "total")
    assert len({claim.id for claim in case.claims}) == len(case.claims)


@quick
@given(st.binary(max_size=200), st.sampled_from(["a.toml", "a.json", "a"]))
def test_any_bytes(plan, data, name):
    read(data, name, plan)


@quick
@given(st.text(alphabet=st.sampled_from("[]{}='\"\\#.,: \n01-eEinfx年龄claim"), max_size=80))
def test_any_text_that_looks_like_toml(plan, text):
    read(text.encode(), "a.toml", plan)


@quick
@given(st.dictionaries(st.sampled_from(WORDS), TREES, max_size=5))
def test_any_tree(plan, tree):
    read(json.dumps(tree).encode(), "a.json", plan)


@quick
@given(st.lists(st.dictionaries(st.sampled_from(WORDS), SCALARS, max_size=8), max_size=4))
def test_any_claims(plan, claims):
    read(json.dumps({"claims": claims, "person": {"psn_no": "P1"}}).encode(), "a.json", plan)


HEADERS = ["psn_no", "age", "psn_idet_type", "begntime", "endtime", "mdtrt_id", "total", "inscope", "enddate", "x"]


@quick
@given(
    st.lists(st.sampled_from(HEADERS), unique=True, max_size=6),
    st.lists(st.lists(TEXTS | st.text(max_size=4), max_size=7), max_size=6),
)
def test_any_table_and_no_row_is_lost(plan, header, rows):
    text = "\n".join(",".join(cells) for cells in (["psn_no", *[h for h in header if h != "psn_no"]], *rows))
    data = text.encode("utf-8", "surrogatepass")
    try:
        persons, claims = read_persons(data, "p", plan), read_claims(data, "c", plan)
    except Problems:
        return
    assert claims.rows == len(claims.claims) + len(claims.refused)
    assert persons.rows >= len(persons.persons) + len(persons.refused)
    cases, refused = join_tables(persons, claims)
    assert sum(len(case.claims) for case in cases) + len(refused) == len(claims.claims)
