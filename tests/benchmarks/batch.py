"""Prints what a batch costs: files to files beside reading and writing them, start-up, memory; see README.md."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from tests.benchmarks.kernel import CLASSES, LEVELS

from polc.batch.chunks import open_parquet
from polc.batch.inputs import Input
from polc.batch.money import decimal
from polc.batch.options import Options
from polc.batch.parts import PART_ROWS
from polc.batch.policies import Policies, single
from polc.batch.run import open_tables, settle_files
from polc.batch.write_tables import write_settled
from polc.pipeline import Plans, compile_policy

POLICY = Path(__file__).with_name("four_layers.pol")
DAYS = 365


def claims(rows: int, path: Path, *, ordered: bool = True, piece: int = 1 << 20) -> None:
    """A year of claims as Parquet: 2.5 per person, log-normal cost, one person in seven with a class. Sorted by person
    and date, or in the order in which claims come in."""
    random = np.random.default_rng(2023)
    persons = max(1, rows * 2 // 5)
    class_ = random.choice(len(CLASSES), persons, p=[0.85, 0.03, 0.08, 0.04])
    writer: pq.ParquetWriter | None = None
    for begin in range(0, rows, piece):
        count = min(piece, rows - begin)
        low, high = (persons * begin // rows, max(persons * (begin + count) // rows, 1)) if ordered else (0, persons)
        person, day = random.integers(low, max(high, low + 1), count), random.integers(0, DAYS, count)
        if ordered:
            order = np.lexsort((day, person))
            person, day = person[order], day[order]
        inscope = np.minimum(np.exp(random.normal(12.5, 1.2, count)), 5e7).astype(np.int64)
        copay = inscope * random.integers(0, 100, count) // 1000
        out = inscope * random.integers(0, 80, count) // 1000
        over = np.where(random.random(count) < 0.1, random.integers(0, 50_000, count), 0)
        table = pa.table(
            {
                "psn_no": texts(person + 62_290_000_000_000),
                "setl_id": texts(np.arange(begin, begin + count) + 202_300_000_000),
                "类别": pa.array(CLASSES).take(pa.array(class_[person])),
                "级别": pa.array(LEVELS).take(pa.array(random.integers(0, len(LEVELS), count))),
                "规范转诊": random.random(count) < 0.7,
                "省域内": random.random(count) < 0.9,
                "enddate": pa.array(np.datetime64("2023-01-01") + day),
                "medfee_sumamt": decimal(inscope + copay + out + over),
                "fulamt_ownpay_amt": decimal(out), "overlmt_selfpay": decimal(over), "preselfpay_amt": decimal(copay),
                "inscp_scp_amt": decimal(inscope),
            }
        )  # fmt: skip
        writer = writer or pq.ParquetWriter(
            path, table.schema, compression="zstd", compression_level=1, store_decimal_as_integer=True
        )
        writer.write_table(table)
    if writer:
        writer.close()


def texts(numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def policies() -> Policies:
    compiled = compile_policy(str(POLICY))
    return single(str(POLICY), compiled.usable, Plans(compiled))


def settled(source: Path, out: Path, threads: int) -> tuple[float, float]:
    """The claims settled. Seconds by the clock and of the processor, from the text of the policy to the results."""
    shutil.rmtree(out, ignore_errors=True)
    begin = perf_counter(), process_time()
    settle_files(policies(), str(source), str(out), Options(policy=str(POLICY), threads=threads))
    return perf_counter() - begin[0], process_time() - begin[1]


Pieces = Iterator[pa.RecordBatch]
Write = Callable[[pa.Table, Path], None]


def usual_reading(claims: Input) -> Pieces:
    """All columns of the claims, in the types that pyarrow gives them."""
    with pq.ParquetFile(claims.path) as file:
        yield from file.iter_batches(PART_ROWS)


def our_reading(claims: Input) -> Pieces:
    """All columns of the claims, few texts as codes: as settling reads them."""
    with open_parquet(claims.path, sorted(claims.coded)) as file:
        yield from file.iter_batches(PART_ROWS)


def usual_writing(table: pa.Table, path: Path) -> None:
    """The same file that settling writes, by pyarrow from the types it gives."""
    of = {field.name: field.type for field in table.schema}
    few = [name for name in ("status", "plan") if name in of]
    numbers = {name: "DELTA_BINARY_PACKED" for name, kind in of.items() if not pa.types.is_string(kind)}
    bounds = [name for name, kind in of.items() if not pa.types.is_decimal(kind)]
    pq.write_table(
        table, path, compression="zstd", compression_level=1, use_dictionary=few, column_encoding=numbers,
        store_decimal_as_integer=True, store_schema=False, row_group_size=1 << 20, write_statistics=bounds,
    )  # fmt: skip


def our_writing(table: pa.Table, path: Path) -> None:
    """The file as settling writes it."""
    write_settled(table, path, "parquet")


def copied(pieces: Pieces, tables: list[pa.Table], write: Write, out: Path, threads: int) -> tuple[float, float]:
    """How long it takes to read all columns of the claims, and to write all columns of results that are in memory
    already: what settling cannot do without, with as many threads. Seconds by the clock and of the processor."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    tables = [*tables]
    begin = perf_counter(), process_time()
    with ThreadPoolExecutor(threads) as pool:
        waiting: list[Future[None]] = []
        for _ in pieces:
            if tables:
                waiting.append(pool.submit(write, tables.pop(0), out / f"{len(waiting)}.parquet"))
        for table in tables:
            waiting.append(pool.submit(write, table, out / f"{len(waiting)}.parquet"))
        for future in waiting:
            future.result()
    return perf_counter() - begin[0], process_time() - begin[1]


def as_made(table: pa.Table) -> pa.Table:
    """A table of results with the columns in memory as settling makes them, which is how they are written fastest."""
    short = decimal(np.zeros(0, np.int64)).type
    columns = []
    for column in table.columns:
        few = pa.types.is_string(column.type) and len(pc.unique(column.slice(0, 1000))) < 10
        column = column.cast(short) if pa.types.is_decimal(column.type) else column
        columns.append(column.dictionary_encode() if few else column)
    made = zip(table.schema, columns, strict=True)
    schema = pa.schema([field.with_type(column.type) for field, column in made])
    return pa.table(columns, schema=schema).combine_chunks()


def file_to_file(rows: int = 10_000_000, times: int = 3) -> None:
    """Settling by turns with reading and writing alone, in the two ways there are."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "claims.parquet"
        claims(rows, source)
        (entry,) = open_tables(policies(), str(source), Options(policy=str(POLICY))).tables["claims"]
        for threads in (1, 2):
            settled(source, folder / "out", threads)
            written = [pq.read_table(path) for path in sorted((folder / "out" / "settled").glob("*.parquet"))]
            made = [as_made(table) for table in written]
            ours: list[tuple[float, float]] = []
            usual: list[tuple[float, float]] = []
            same: list[tuple[float, float]] = []
            for _ in range(times):
                usual.append(copied(usual_reading(entry), written, usual_writing, folder / "copy", threads))
                same.append(copied(our_reading(entry), made, our_writing, folder / "copy", threads))
                ours.append(settled(source, folder / "out", threads))
            for what, at in (("elapsed", 0), ("processor", 1)):
                mine = min(one[at] for one in ours)
                print(f"{rows:,} claims, {threads} threads, {what}: {rows / mine / 1e6:.2f} M/s settled")
                for way, found in (("by pyarrow", usual), ("in the types of settling", same)):
                    theirs = min(one[at] for one in found)
                    print(f"    read and written {way}: {rows / theirs / 1e6:.2f} M/s, ratio {mine / theirs:.2f}")


def start_up(times: int = 7) -> None:
    """The whole process for one claim."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        claims(1, folder / "claims.parquet")

        def once() -> float:
            shutil.rmtree(folder / "out", ignore_errors=True)
            command = [sys.executable, "-m", "polc", "settle", str(POLICY), "claims.parquet", "-o", "out"]
            begin = perf_counter()
            subprocess.run(command, cwd=folder, env=os.environ, stdout=subprocess.DEVNULL, check=True)
            return perf_counter() - begin

        print(f"one claim, the whole process: {min(once() for _ in range(times)):.2f} s")


ALONE = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""Runs a command and says what it had in memory at the most. A process of its own, as a child counts what its parent
had."""


def memory(*sizes: int) -> None:
    """Peak memory of the whole process, for tables of some sizes, sorted and in any order. A hundred million claims
    need 18 GB of disk."""
    for rows in sizes or (10_000_000,):
        for ordered in (True, False):
            with tempfile.TemporaryDirectory() as folder:
                source = Path(folder, "claims.parquet")
                claims(rows, source, ordered=ordered)
                settle = [sys.executable, "-m", "polc", "settle", str(POLICY), str(source), "-o", f"{folder}/out"]
                begin = perf_counter()
                peak = int(subprocess.check_output([sys.executable, "-c", ALONE, *settle]))
                order = "sorted by person" if ordered else "in any order"
                print(f"{rows:,} claims {order}: {peak / 1024:.0f} MB, {perf_counter() - begin:.1f} s")


def spark(rows: int = 4_000_000) -> None:
    """A run handed out by Spark on this machine beside the same run in threads, sorted by person and in any order."""
    threads = os.cpu_count() or 1
    for ordered in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "claims.parquet")
            claims(rows, source, ordered=ordered, piece=PART_ROWS)
            spent = {}
            for name, options in (
                ("threads", Options(threads=threads)),
                ("spark", Options(engine="spark", master=f"local[{threads}]")),
            ):
                begin = perf_counter()
                settle_files(policies(), str(source), str(Path(folder, name)), options)
                spent[name] = perf_counter() - begin
            order = "sorted" if ordered else "any order"
            print(f"{rows:,} claims, {order}: threads {spent['threads']:.1f} s, Spark {spent['spark']:.1f} s, "
                  f"{spent['spark'] / spent['threads']:.2f} ×")  # fmt: skip


BENCHMARKS: dict[str, Callable[[], None]] = {
    "batch": file_to_file,
    "batch-start": start_up,
    "batch-memory": memory,
    "batch-spark": spark,
}
