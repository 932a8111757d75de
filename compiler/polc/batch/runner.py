"""The parts of a run settled on this machine, several at a time: `settle_here`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import chain

import pyarrow as pa

from polc.batch.background import ahead, writing_through
from polc.batch.chunks import Chunk, Ragged
from polc.batch.duplicates import NONE, Twice
from polc.batch.memory import keep_memory
from polc.batch.merge import Window, grouped
from polc.batch.names import Names
from polc.batch.part_columns import no_rows
from polc.batch.parts import NotSorted, Part, sorted_parts
from polc.batch.pieces import Pieces
from polc.batch.sources import Sources
from polc.batch.spill import by_person, parts_for, ragged_lists, spill, spilled_part
from polc.batch.totals import Totals
from polc.batch.whereabouts import Whereabouts
from polc.native import sweeps

NAMES_HELD = 12_000_000
"""So many hashed names of rows are held in memory; those of more are kept on disk, which takes longer."""
ITEMS = 8
"""About so many cost items take the room of a claim."""
Progress = Callable[[int, int], None]
"""Told how many rows are done and about how many there are."""


def settle_here(pieces: Pieces, sources: Sources, threads: int, progress: Progress | None) -> Totals:
    """All parts of a run settled in threads; their sums."""
    keep_memory()
    with writing_through() as soon:
        pieces.work.soon = soon
        try:
            return _Runner(pieces, sources, threads, progress).run()
        finally:
            pieces.work.soon = None


class _Runner:
    """Without tables beside the claims, and where these are sorted by person, parts are runs of rows as they stand;
    otherwise all tables are spilled by person first."""

    def __init__(self, pieces: Pieces, sources: Sources, threads: int, progress: Progress | None) -> None:
        self.pieces, self.sources, self.threads, self.progress = pieces, sources, threads, progress
        self.work = pieces.work
        self.rows = sources.claims.about_rows
        self.thirds = 0
        """Rows done, each as three: where a table is in any order they are spilled, settled and put back in order."""

    def run(self) -> Totals:
        """All parts settled; their sums."""
        self._told(0)
        if not self.sources.sides and not self.work.has("unsorted.json"):
            try:
                return self._by_runs()
            except NotSorted:
                self.thirds = 0
                self.work.drop("parts")
                self.work.write("unsorted.json", True)
        return self._by_spilling()

    # ------------------------------------------------ tables sorted by person

    def _by_runs(self) -> Totals:
        """Parts as they stand in the table. Which names occur twice is known at the end only; then the parts that have
        the later ones are settled again."""
        self.work.drop("names")
        names = self.pieces.names(NAMES_HELD, self.rows)
        if not self.pieces.looked_for_duplicates:
            self._settle(self._parts(), NONE, names=names)
        duplicates = self.pieces.find_duplicates(names, self.sources)
        if duplicates:
            self.thirds = 0
            self._settle(self._parts(), duplicates)
        return self.pieces.sums()

    def _parts(self) -> Iterator[Part]:
        claims = self.sources.claims
        return sorted_parts(claims.chunks(self.threads), claims.numbers, self.sources.part_rows)

    # ------------------------------------------------ tables in any order

    def _by_spilling(self) -> Totals:
        sources, pieces = self.sources, self.pieces
        count = parts_for(max(self.rows, sources.item_rows // ITEMS), sources.part_rows)
        words = pieces.task.policies.entries[0].words
        places = {name: Whereabouts(self.work, words, side.by) for name, side in sources.sides.items() if side.by}
        if self.work.has("spill/done.json"):  # by a run that was interrupted
            self._told(self.rows)
        else:
            for folder in ("names", "duplicates", "whereabouts"):
                self.work.drop(folder)
            claims = sources.claims
            chunks = self._telling(ahead(claims.chunks(self.threads)))
            spill(
                chunks, claims.numbers, count, self.work, "spill", sources.base,
                self._seen("claims", tuple(places.values()), count), size=sources.part_rows,
            )  # fmt: skip
        for name, side in sources.sides.items():
            if not self.work.has(f"side-{name}/done.json"):
                seen = self._seen(name) if name == "history" else None
                where = None
                if name in places:
                    places[name].put_in_order()
                    where = partial(places[name].files, keys=side.keys, count=count)
                spill(side.chunks(self.threads), side.numbers, count, self.work, f"side-{name}", seen=seen, where=where)
            if side.told:
                pieces.refuse_ragged(name, side, list(chain(*ragged_lists(self.work, f"side-{name}"))))
        duplicates = pieces.find_duplicates(pieces.names(), sources)
        told = self.work.read("spill/done.json")
        windows = grouped([tuple(piece) for piece in told["pieces"]], sources.part_rows)
        self._settle(self._spilled(count), duplicates, windows=windows)
        self._merge(len(windows), sum(count for _, _, count in told["pieces"]))
        return pieces.sums()

    def _seen(self, kind: str, places: Sequence[Whereabouts] = (), count: int = 1) -> Callable[[int, pa.Table], None]:
        names = self.pieces.names()

        def seen(piece: int, table: pa.Table) -> None:
            self.pieces.remember(f"{kind}-{piece:06}", table, names)
            for whereabouts in places:
                whereabouts.add(f"{piece:06}", table, by_person(table, self.sources.claims.numbers, count))

        return seen

    def _spilled(self, count: int) -> Iterator[Part]:
        folders, read = {name: (f"side-{name}",) for name in self.sources.sides}, self.sources.claims.read
        for at in range(count):
            part = spilled_part(self.work, at, count, ("spill",), folders, read)
            if part is not None:
                yield part
        for at, rows in enumerate(ragged_lists(self.work, "spill"), count):
            if rows:
                ragged = tuple((file, Ragged(row, tuple(cells), tuple(names))) for file, row, cells, names in rows)
                yield Part(at, no_rows(read), ragged, dict.fromkeys(folders))

    def _merge(self, windows: int, rows: int) -> None:
        """What came of all rows put back into the order of the table, some windows at a time."""
        parts = self.pieces.settled_windows()
        self.work.path("merged").mkdir(exist_ok=True)
        with ThreadPoolExecutor(self.threads) as pool:
            for at, _ in enumerate(pool.map(lambda window: self.pieces.merge(parts, window, windows), range(windows))):
                self._told(rows * (at + 1) // windows - rows * at // windows)

    # ------------------------------------------------ both

    def _telling(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The chunks as they come, each told of once it is spilled."""
        for chunk in chunks:
            yield chunk
            self._told(len(chunk.rows))

    def _settle(
        self, parts: Iterator[Part], duplicates: Twice, *, names: Names | None = None,
        windows: Sequence[Window] | None = None,
    ) -> None:  # fmt: skip
        waiting: deque[Future[int]] = deque()
        share = 3 if windows is None else 1
        with ThreadPoolExecutor(self.threads) as pool:
            if sweeps.pays(self.rows):
                pool.submit(self.pieces.prepare)
            try:
                for part in parts:
                    waiting.append(pool.submit(self.pieces.settle, part, duplicates, names=names, windows=windows))
                    del part
                    while len(waiting) > self.threads:
                        self._told(waiting.popleft().result() * share)
                while waiting:
                    self._told(waiting.popleft().result() * share)
            except BaseException:
                for future in waiting:
                    future.cancel()
                raise

    def _told(self, thirds: int) -> None:
        self.thirds += thirds
        if self.progress:
            self.progress(self.thirds // 3, max(self.rows, self.thirds // 3))
