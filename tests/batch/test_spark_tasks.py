"""What the machines of a cluster do comes to what one machine comes to, in whatever order and however often it is done.

The tasks are packed as they are for a cluster and run here, each twice, the second time after all others: what Spark
does where it starts a copy of a slow task, or gives a machine up for lost that goes on writing.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_items import (  # noqa: F401
    settle_items,
    test_a_refused_claim_takes_its_items_with_it,
    test_ragged_rows_of_items_are_refused_and_counted,
)
from tests.batch.test_people import (  # noqa: F401
    test_a_person_whose_row_is_refused_is_not_settled,
    test_identities_count_on_the_day_of_the_claim,
)
from tests.batch.test_policies import (  # noqa: F401
    settle_listed,
    test_each_row_by_its_division_and_date,
    test_states_go_on_by_policy,
)
from tests.batch.test_settling import HEAD, line, many
from tests.batch.test_spark import in_row_groups, told
from tests.batch.test_state import (  # noqa: F401
    test_a_late_claim_changes_those_after_it,
    test_a_name_of_an_earlier_month_is_not_used_again,
    test_a_refused_row_holds_up_later_months_until_it_is_mended,
    test_accumulators_from_a_table,
)

from polc.batch import buckets, names
from polc.batch.hashing import hashes
from polc.batch.work import ENDING, Work

Ran = list[str]


@pytest.fixture
def engine() -> str:
    """What the tests of other modules settle with here."""
    return "spark"


class Twice:
    """Does what a cluster does, on this machine and twice; `ran` has the names of what was done."""

    cores = 2

    def __init__(self, ran: Ran) -> None:
        self.ran = ran

    def ship(self, shipped: Any) -> None:
        """Packs it, as for a machine far away."""
        self.shipped = pickle.loads(pickle.dumps(shipped))

    def run(
        self, task: Callable[..., Any], items: Sequence[Any], tell: Callable[[int], None] | None = None
    ) -> list[Any]:
        """What the tasks give, done one after the other and once more the other way round."""
        packed = [pickle.dumps((task, item)) for item in items]
        self.ran.append(getattr(task, "func", task).__name__)
        found = [self.once(data) for data in packed]
        again = [self.once(data) for data in reversed(packed)]
        assert self.ran[-1] == "look" or again[::-1] == found
        return found

    def once(self, data: bytes) -> Any:
        """What one task gives."""
        task, item = pickle.loads(data)
        return task(self.shipped, item)


@pytest.fixture(autouse=True)
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    """The kinds of tasks, in the order in which they were run."""
    found: Ran = []

    @contextmanager
    def cluster(master: str, log: str = "") -> Iterator[Twice]:
        yield Twice(found)

    monkeypatch.setattr("polc.batch.spark.cluster", cluster)
    return found


def by_person(lines: list[str]) -> list[str]:
    return sorted(lines, key=lambda text: text.split(",")[0])


WHERE_THEY_STAND = ["look", "names_twice", "settle_unit", "hash_file"]
FILES_COMPARED = ["look", "file_persons", "any_shared", "names_twice", "settle_unit", "hash_file"]
SPREAD = ["spill_slices", "names_twice", "settle_spilled", "merge_window", "hash_file"]


def with_names_twice(tasks: list[str]) -> list[str]:
    """The same where names seem to occur twice: they are looked at again."""
    at = tasks.index("names_twice") + 1
    return [*tasks[:at], "other_names", *tasks[at:]]


def test_claims_in_the_order_of_persons_stay_where_they_are(settle: Settle, ran: Ran) -> None:
    lines = by_person(many(7, 40, 300))
    in_row_groups([*lines, lines[-1]], "claims.parquet", 20)  # the last one twice
    settle("claims.parquet", "here", engine="native", part_rows=20)
    settle("claims.parquet", "there", part_rows=20)
    assert ran == with_names_twice(WHERE_THEY_STAND)
    assert told("there") == told("here")


@pytest.mark.parametrize("inside", ["sorted", "any"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_claims_in_files_by_person_stay_where_they_are(settle: Settle, ran: Ran, inside: str, form: str) -> None:
    lines = many(8, 40, 300)
    lines.append(line("", "X", "2023-03-01", "1"))  # nobody's, in two files
    Path("claims").mkdir()
    for file in range(7):
        mine = [text for text in lines if hash_of(text) % 7 == file or text.startswith(",")]
        mine = by_person(mine) if inside == "sorted" else mine
        if form == "csv":
            Path(f"claims/{file}.csv").write_text(HEAD + "".join(mine) + "P1,ragged\n", encoding="utf-8")
        else:
            in_row_groups(mine, f"claims/{file}.parquet", 10)
    settle("claims", "here", engine="native", part_rows=20)
    settle("claims", "there", part_rows=20)
    assert ran == with_names_twice(FILES_COMPARED)
    assert told("there") == told("here")


def hash_of(text: str) -> int:
    return sum(text.split(",")[0].encode())


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("of", [{}, {"line": True, "keep": ("med_type",)}, {"state_out": True}])
def test_claims_in_any_order_are_spread_once(settle: Settle, ran: Ran, form: str, of: dict[str, Any]) -> None:
    lines = many(9, 40, 300)
    lines[40:40] = [lines[3], "P1,X\n", line("P2", "Y", "2023-02-30", "1")]
    Path("claims").mkdir()
    for file, cut in enumerate((slice(0, 155), slice(155, 157), slice(157, 400))):
        if form == "csv":
            Path(f"claims/{file}.csv").write_text(HEAD + "".join(lines[cut]), encoding="utf-8")
        else:
            in_row_groups([text for text in lines[cut] if len(text) > 9], f"claims/{file}.parquet", 10)
    settle("claims", "here", engine="native", part_rows=20, **of)
    settle("claims", "there", part_rows=20, **of)
    assert ran == ["look", *with_names_twice(SPREAD)]
    assert told("there") == told("here")
    if form == "csv":
        assert Path("there/settled.csv").read_bytes() == Path("here/settled.csv").read_bytes()
    if of.get("state_out"):
        for run in ("here", "there"):
            settle("claims", f"{run}-again", engine="native", part_rows=20, state_in=run)
        assert told("there-again") == told("here-again")
    assert not Path("there" + ENDING).exists()


@pytest.mark.parametrize("order", ["sorted", "any"])
@pytest.mark.parametrize("values", [1, 40])
def test_names_whose_hashes_are_the_same_by_chance(
    settle: Settle, monkeypatch: pytest.MonkeyPatch, order: str, values: int
) -> None:
    lines = many(4, 30, 200)
    lines += lines[20:30]
    in_row_groups(by_person(lines) if order == "sorted" else lines, "claims.parquet", 20)
    settle("claims.parquet", "here", engine="native", part_rows=20)
    monkeypatch.setattr(names, "hashes", lambda column: hashes(column) % np.uint64(values))
    settle("claims.parquet", "there", part_rows=20)
    assert told("there") == told("here")


def test_a_file_of_moderate_size_is_settled_as_it_is(settle: Settle, ran: Ran) -> None:
    Path("claims.csv").write_text(HEAD + "".join(many(3, 10, 60)), encoding="utf-8")
    settle("claims.csv", "here", engine="native", part_rows=20)
    settle("claims.csv", "there", part_rows=20)
    assert ran == WHERE_THEY_STAND
    assert told("there") == told("here")


def test_the_manifest_is_that_of_one_machine(settle: Settle) -> None:
    Path("claims.csv").write_text(HEAD + "".join(many(3, 10, 20)), encoding="utf-8")
    settle("claims.csv", "here", engine="native")
    settle("claims.csv", "there")
    assert Path("there/manifest.json").read_bytes() == Path("here/manifest.json").read_bytes()


def test_a_machine_that_does_not_see_the_work_makes_no_place_for_it(tmp_path: Path) -> None:
    work = Work(tmp_path / "elsewhere" / "work", False)
    with pytest.raises(FileNotFoundError):
        work.write("parts/000001.json", {})
    assert not (tmp_path / "elsewhere").exists()


def test_names_that_occur_again_are_found_in_every_range(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    names = random.integers(0, 2**64, 4000, np.uint64)
    names[3000:3500] = names[:500]
    names[3900:] = names[:100]
    paths = [tmp_path / str(file) for file in range(4)]
    for file, path in enumerate(paths):
        part = slice(1000 * file, 1000 * file + 1000)
        buckets.write(names[part], np.arange(part.start, part.stop), path)
    found = [pair for at in range(0, 1024, 256) for pair in buckets.twice(paths, at, at + 256)]
    assert sorted(found) == [(3000 + at, at) for at in range(500)] + [(3900 + at, at) for at in range(100)]
    assert not any(buckets.shared(paths[:3], at, at + 512) for at in (0, 512))
    assert any(buckets.shared(paths, at, at + 512) for at in (0, 512))
