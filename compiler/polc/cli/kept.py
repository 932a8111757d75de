"""What `polc test --update` does: keeps the sheets of examples that pass, and removes those that belong to none."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from polc.cli.settings import sheet_language
from polc.cli.tested import Tested
from polc.cli.write_file import write_file
from polc.examples.kept import orphans, sheet_paths
from polc.examples.sheets import pinned_sheet


@frozen(eq=False, repr=False, slots=False)
class Kept:
    """How many sheets were written because they were new or another one, and how many were removed."""

    written: int
    removed: int


def keep_sheets(tested: Sequence[Tested]) -> Kept:
    """Writes the sheets; standard policies have none, and an example that fails keeps the one it had. Raises
    `Problems`."""
    written = removed = 0
    for one in tested:
        if one.compiled is None or one.plans is None or one.name.startswith("std/"):
            continue
        file = Path(one.name)
        policy = file.suffix == ".pol"
        names = [x.name.text for x in one.compiled.program.examples] if policy else [file.stem]
        paths = sheet_paths(file, names)
        for result in one.results:
            if result.passed:
                path = paths[result.name if policy else file.stem]
                written += _write(path, pinned_sheet(result, sheet_language(one.name)))
        for path in orphans(file, names):
            path.unlink()
            removed += 1
            with contextlib.suppress(OSError):
                path.parent.rmdir()
    return Kept(written, removed)


def _write(path: Path, text: str) -> bool:
    data = text.encode("utf-8")
    if path.exists() and path.read_bytes() == data:
        return False
    os.makedirs(path.parent, exist_ok=True)
    write_file(str(path), data)
    return True
