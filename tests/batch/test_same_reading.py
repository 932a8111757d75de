"""The batch reads tables as the reader of single claims does: the same facts, or the same reasons to refuse a row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.batch.tables import table
from tests.claims.conftest import make_plan

from pol_lang.problem import Problems
from polc.batch.chunks import chunks
from polc.batch.csv_chunks import csv_chunks
from polc.batch.duplicates import Duplicates
from polc.batch.headers import read_headers
from polc.batch.inputs import open_table
from polc.batch.mapping import Renaming
from polc.batch.names import Names
from polc.batch.part_columns import ROW, Setting
from polc.batch.parts import with_places
from polc.batch.read_rows import read_rows
from polc.batch.read_singly import turned_around
from polc.batch.results import ragged_problems
from polc.claims.read_case import DuplicateClaim
from polc.claims.tables import read_claims, read_table
from polc.claims.vocabulary import vocabulary

PLAN = make_plan()


def by_single(path: Path) -> dict[int, object]:
    """Every row as the reader of single claims takes it: its facts, or the codes of what is wrong."""
    found = read_claims(path.read_bytes(), str(path), PLAN)
    seen: dict[int, object] = {}
    for entry in found.claims:
        c = entry.claim
        seen[entry.row] = entry.person, c.id, c.date, dict(c.parts), dict(c.facts), c.continues
    for refused in found.refused:
        seen[refused.row] = [problem.code for problem in refused.problems]
    return seen


def by_batch(path: Path, folder: Path) -> dict[int, object]:
    """The same as the batch takes it."""
    inputs = open_table(str(path), Renaming())
    words = vocabulary(PLAN)
    headers = read_headers(inputs, [words], persons=False, identities=False)
    setting = Setting(inputs, headers, False, False)
    seen: dict[int, object] = {}
    names = Names(folder / "names")
    pieces = []
    for number, chunk in enumerate(chunks(inputs, headers.read, Renaming())):
        for ragged in chunk.ragged:
            problems = ragged_problems(ragged, str(path), headers.read)
            seen[ragged.row] = [problem.code for problem in problems]
        pieces.append(with_places(chunk))
        names.add(str(number), pieces[-1], words)
    found = Duplicates(folder / "duplicates")
    names.twice(found)
    twice = {int(piece.column(ROW)[at].as_py()) for piece in pieces for at in found.among(piece)[0].tolist()}
    for piece in pieces:
        rows = read_rows(piece, (words,), setting)
        for at in range(len(rows)):
            row = int(rows.row[at])
            codes = [problem.code for problem in rows.problems.get(at, ())]
            if row in twice and rows.name(at):
                codes.append(DuplicateClaim.code)
            c = None if codes else rows.claim(at)
            seen[row] = codes or (
                rows.text("number", at),
                c.id,
                c.date,
                dict(c.parts),
                dict(c.facts),
                c.continues,  # type: ignore[union-attr]
            )
    return seen


@pytest.mark.parametrize("seed", range(60))
def test_every_row_is_read_alike(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(table(seed, odd=(0.0, 0.05, 0.3)[seed % 3]))
    monkeypatch.setattr(csv_chunks, "__defaults__", (1, 500))  # many small pieces
    found, expected = by_batch(path, tmp_path), by_single(path)
    for row, cells in read_table(path.read_bytes(), str(path)):
        if turned_around(dict(enumerate(cells[3:8]))) is not None:  # a reversal, which single claims have none of
            del found[row], expected[row]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        'psn_no,medfee_sumamt,enddate,病种\n"P1",0,2023-01-01,a"b\n"P2",0,2023-01-02,"a,b"\n',
        'psn_no,medfee_sumamt,enddate,病种\r\nP1,0,2023-01-01,"a\r\nb"\r\nP2,0,2023-01-02,x',
        "psn_no,medfee_sumamt,enddate\n\n\nP1,0,2023-01-01\n,,\n \nP2,0,2023-01-02\n",
        "psn_no,medfee_sumamt,enddate\rP1,0,2023-01-01\rP2,0,2023-01-02\r",
        "\ufeffpsn_no,medfee_sumamt,enddate\nP1,0,2023-01-01\n",
        "psn_no,medfee_sumamt,enddate,病种\nP1,0,2023-01-01,e\u0301\nP1,0,2023-01-01,\u00e9\n",
        'psn_no,medfee_sumamt,enddate,病种\nP1,0,2023-01-01,""""\nP2,0,2023-01-01,"a""b"\n',
        "psn_no,medfee_sumamt,enddate\n",
        'psn_no,medfee_sumamt,enddate\nP1,0,2023-01-01\n"P2\n',
        'psn_no,medfee_sumamt,enddate\nP1,0,2023-01-01\n"P2"x,0,2023-01-01\n',
        "psn_no,medfee_sumamt,enddate\nP1,1," + "2" * 200_000 + "\n",
        "psn_no,medfee_sumamt,enddate\nP1,0,2023-01-01\nP\x002,0,2023-01-01\n",
        "psn_no,medfee_sumamt,medfee_sumamt,enddate\nP1,1,0,2023-01-01\n",
        "psn_no,medfee_sumam,enddate\nP1,0,2023-01-01\n",
        "medfee_sumamt,enddate\n1,2023-01-01\n",
        "",
    ],
)
def test_shapes_of_csv_are_read_alike(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(text.encode())
    monkeypatch.setattr(csv_chunks, "__defaults__", (1, 30))
    outcomes = []
    for read in (by_single, lambda path: by_batch(path, tmp_path)):
        try:
            outcomes.append(read(path))
        except Problems as error:
            outcomes.append([problem.code for problem in error.problems])
    assert outcomes[1] == outcomes[0]


def test_bytes_that_are_no_text_are_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes("psn_no,medfee_sumamt,enddate,病种\nP1,1,2023-01-01,高血压\n".encode("gb18030"))
    with pytest.raises(Problems) as error:
        by_batch(path, tmp_path)
    assert [problem.code for problem in error.value.problems] == ["C520"]
