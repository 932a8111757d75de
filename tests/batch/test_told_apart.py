"""Names whose hashes are the same by chance are different names, whatever hash it is and however many share it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import HEAD, many

from polc.batch import names, told_apart
from polc.batch.hashing import hashes


def weaken(monkeypatch: pytest.MonkeyPatch, values: int) -> None:
    """A hash that has few values, and few rows told apart together."""
    monkeypatch.setattr(names, "hashes", lambda column: hashes(column) % np.uint64(values))
    monkeypatch.setattr(told_apart, "AT_ONCE", 20)


@pytest.mark.parametrize("seed", range(20))
def test_rows_are_told_apart_by_another_hash(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    random = Random(seed)
    monkeypatch.setattr(told_apart, "AT_ONCE", random.choice((1, 5, 1000)))
    places = sorted(random.sample(range(1000), 60))
    called = {place: random.randrange(20) for place in places}  # names, of which four each have one hash
    first_of_hash: dict[int, int] = {}
    first: dict[int, int] = {}
    suspects, expected = {}, {}
    for place in places:
        if first_of_hash.setdefault(called[place] // 4, place) != place:
            suspects[place] = first_of_hash[called[place] // 4]
        if first.setdefault(called[place], place) != place:
            expected[place] = first[called[place]]

    def other(asked: np.ndarray) -> np.ndarray:
        assert (np.diff(asked) > 0).all()
        return np.array([called[place] for place in asked.tolist()], np.uint64)

    found, firsts = told_apart.told_apart(
        np.array([*suspects], np.int64), np.array([*suspects.values()], np.int64), other
    )
    assert dict(zip(found.tolist(), firsts.tolist(), strict=True)) == expected
    assert (np.diff(found) > 0).all()


def results(out: str) -> dict[str, object]:
    """What a run gave: settled rows in their order, refused ones, sums."""
    paths = sorted(Path(out, "settled").glob("*.parquet"))
    settled = pa.concat_tables([pq.read_table(path) for path in paths]).to_pylist() if paths else []
    if Path(out, "settled.csv").exists():
        settled = pacsv.read_csv(f"{out}/settled.csv").to_pylist()
    return {
        "settled": settled,
        "refused": Path(out, "refused.csv").read_text(),
        "sums": Path(out, "totals.json").read_text(),
    }


@pytest.mark.parametrize("values", [1, 7, 50])
@pytest.mark.parametrize("kind", ["sorted.csv", "any.csv", "sorted.parquet", "any.parquet"])
def test_a_run_takes_no_name_for_another(
    settle: Settle, monkeypatch: pytest.MonkeyPatch, kind: str, values: int
) -> None:
    lines = many(5, 30, 200)
    lines += Random(1).sample(lines, 15)  # names that occur twice indeed
    Path("claims.csv").write_text(
        HEAD + "".join(sorted(lines) if kind.startswith("sorted") else lines), encoding="utf-8"
    )
    claims = "claims.csv"
    if kind.endswith("parquet"):
        texts = pacsv.ConvertOptions(column_types={name: pa.string() for name in HEAD.strip().split(",")})
        pq.write_table(pacsv.read_csv(claims, convert_options=texts), claims := "claims.parquet")
    settle(claims, "strong", part_rows=40)
    weaken(monkeypatch, values)
    run = settle(claims, "weak", part_rows=40)
    assert results("weak") == results("strong")
    assert run.totals.codes == {"C547": 15} and run.totals.settled == 200


@pytest.mark.parametrize("values", [1, 30])
def test_a_later_run_takes_no_name_for_one_of_an_earlier(
    settle: Settle, monkeypatch: pytest.MonkeyPatch, values: int
) -> None:
    lines = many(6, 20, 120)
    first, second = HEAD + "".join(lines[:60]), HEAD + "".join(lines[50:])  # ten are sent again
    settle(first, "one", state_out=True)
    settle(second, "strong", state_in="one", part_rows=30)
    weaken(monkeypatch, values)
    run = settle(second, "weak", state_in="one", part_rows=30)
    assert results("weak") == results("strong")
    assert run.totals.codes == {"C547": 10}
