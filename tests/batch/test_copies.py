"""What is sent twice: a mere copy holds up nothing, a row that says something else under the same number does."""

from __future__ import annotations

import datetime
from pathlib import Path
from random import Random

import pytest
from tests.batch.conftest import Settle
from tests.batch.test_reversals import HEAD as WITH_REVERSALS
from tests.batch.test_reversals import row
from tests.batch.test_settling import HEAD, line, many, rows_of


@pytest.fixture(params=["native", "interpreter"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    return str(request.param)


def refused(folder: str = "out") -> dict[int, str]:
    """The code of each refused row, by its number."""
    return {int(entry["row"]): entry["refusal"] for entry in rows_of(f"{folder}/refused.csv")}


@pytest.mark.parametrize("part_rows", [7, 1 << 18])
@pytest.mark.parametrize("ordered", [True, False])
def test_a_table_given_twice_comes_to_the_same_as_once(settle: Settle, ordered: bool, part_rows: int) -> None:
    lines = many(11, 9, 120)
    lines += [line("", "N1", "2023-07-01", "100"), line("P001", "N2", "2023-07-01x", "100")]  # refused without copies
    lines = sorted(lines) if ordered else lines
    once = settle(HEAD + "".join(lines), "once", part_rows=part_rows)
    twice = settle(HEAD + "".join([*lines, *lines]), "twice", part_rows=part_rows)
    assert Path("twice/settled.csv").read_bytes() == Path("once/settled.csv").read_bytes()
    copies = {at: code for at, code in refused("twice").items() if at > len(lines) + 1}
    assert set(copies) == set(range(len(lines) + 2, 2 * len(lines) + 2))
    assert all(code == "C547" for at, code in copies.items() if at - len(lines) not in refused("once"))
    assert {at: code for at, code in refused("twice").items() if at <= len(lines) + 1} == refused("once")
    assert twice.totals.billed_settled == once.totals.billed_settled and twice.totals.interpreted == 0


def test_copies_stand_beside_their_rows_or_in_another_file(settle: Settle) -> None:
    lines = sorted(many(3, 5, 40))
    settle(HEAD + "".join(lines), "once")
    settle(HEAD + "".join(part for entry in lines for part in (entry, entry)), "beside")
    Path("files").mkdir()
    for number in range(3):
        Path(f"files/{number}.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    settle("files", "files-out")
    once = [{**entry, "row": "", "file": ""} for entry in rows_of("once/settled.csv")]
    for folder in ("beside", "files-out"):
        assert [{**entry, "row": "", "file": ""} for entry in rows_of(f"{folder}/settled.csv")] == once
    assert {entry["file"] for entry in rows_of("files-out/refused.csv")} == {"files/1.csv", "files/2.csv"}
    assert {entry["refusal"] for entry in rows_of("files-out/refused.csv")} == {"C547"}


OTHERS = line("P2", "X", "2023-03-01", "9") + line("P2", "Y", "2023-09-01", "9")


@pytest.mark.parametrize(
    ("again", "codes"),
    [
        (line("P1", "A", "2023-03-01", "10000"), {4: "C547"}),
        (line("P1", "A", "2023-03-01", "10000", "A1"), {4: "C547", 3: "C656"}),
        (line("P1", "A", "2023-03-01", "10001"), {4: "C547", 3: "C656"}),
        (line("P1", "A", "2023-03-01", "9000", "", "1000"), {4: "C547", 3: "C656"}),
        (line("P1", "A", "2023-02-01", "10000"), {4: "C547", 2: "C656", 3: "C656"}),
        (line("P1", "A", "2023-11-01", "10000"), {4: "C547"}),
        (line("P1", "A", "2022-03-01", "10000"), {4: "C547"}),
        (line("P1", "A", "", "10000"), {4: "C545", 2: "C656", 3: "C656"}),
        (line("P2", "A", "2023-03-01", "10000"), {4: "C547", 5: "C656", 6: "C656"}),
        (line("", "A", "2023-03-01", "10000"), {4: "C552"}),
        (line("P1", "B", "2023-05-01", "10000"), {4: "C547"}),
    ],
    ids=[
        "a mere copy", "other identity", "other amount", "other parts", "an earlier day", "a later day", "another year",
        "no day", "of another person", "of nobody", "other amount on the day itself",
    ],
)  # fmt: skip
def test_what_else_a_row_with_the_number_of_another_says(settle: Settle, again: str, codes: dict[int, str]) -> None:
    own = line("P1", "A", "2023-03-01", "10000") + line("P1", "B", "2023-05-01", "20000")
    settle(HEAD + own + again + OTHERS)
    assert refused() == codes
    settled = {int(entry["row"]): entry for entry in rows_of("out/settled.csv")}
    assert set(settled) == {2, 3, 4, 5, 6} - set(codes)
    settle(HEAD + own + OTHERS, "without")
    alone = {entry["setl_id"]: entry["psn_part_amt"] for entry in rows_of("without/settled.csv")}
    assert all(entry["psn_part_amt"] == alone[entry["setl_id"]] for entry in settled.values())


def test_a_copy_of_a_row_that_is_taken_back(settle: Settle) -> None:
    first, later = row("P1", "A", "2023-03-01", "50000"), row("P1", "B", "2023-05-01", "60000")
    for order in ([first, first], [first, later, first]):
        settle(
            WITH_REVERSALS + "".join([*order, row("P1", "R", "2023-06-01", "-50000", of="A"), later]), str(len(order))
        )
    status = {entry["setl_id"]: entry["status"] for entry in rows_of("2/settled.csv")}
    assert status == {"A": "reversed", "R": "reversal", "B": "settled"}
    assert refused("2") == {3: "C547"} and refused("3") == {4: "C547", 6: "C547"}
    assert [entry["基本医保"] for entry in rows_of("2/settled.csv") if entry["setl_id"] == "B"] == ["41790.00"]


def test_a_copy_of_a_row_that_is_refused_itself(settle: Settle) -> None:
    bad = line("P1", "A", "2023-03-01", "100").replace("100,0,100", "100,0,99")
    settle(HEAD + bad + bad + line("P1", "B", "2023-05-01", "20000") + OTHERS)
    assert refused() == {2: "C536", 3: "C536", 4: "C656"}
    assert [entry["reason"].count("C5") for entry in rows_of("out/refused.csv")][:2] == [1, 2]


@pytest.mark.parametrize("seed", range(8))
def test_which_rows_are_held_up(settle: Settle, seed: int) -> None:
    random = Random(seed)
    entries = []
    for _ in range(150):
        day = datetime.date(2023, 10, 1) + datetime.timedelta(random.randrange(200))
        person, bad = f"P{random.randrange(20):02}", random.random() < 0.08
        date = "" if bad and random.random() < 0.3 else str(day)
        entries.append((person, date, bad))
    text = "".join(
        line(person, f"S{number}", date, "1000" if not bad else "1000.001")
        for number, (person, date, bad) in enumerate(entries)
    )
    settle(HEAD + text, part_rows=random.choice((5, 1 << 18)))
    expected = {}
    for at, (person, date, bad) in enumerate(entries):
        earlier = [
            other
            for other, (of, day, wrong) in enumerate(entries)
            if wrong and of == person and (not day or (day[:4] == date[:4] and (day, other) < (date, at)))
        ]
        if not bad and earlier:
            expected[at + 2] = min(earlier, key=lambda other: (entries[other][1], other)) + 2
    found = {int(entry["row"]): entry["reason"] for entry in rows_of("out/refused.csv") if entry["refusal"] == "C656"}
    assert set(found) == set(expected)
    assert all(f"(claims.csv:{expected[at]}: S{expected[at] - 2})" in reason for at, reason in found.items())
