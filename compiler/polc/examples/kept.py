"""Where the sheets of examples are kept: `__sheets__/POLICY/EXAMPLE.txt`, beside the policy or claim file."""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

FOLDER = "__sheets__"
_FORBIDDEN = frozenset('\\/?*:|"<>')
_LONGEST = 60


def sheet_folder(file: Path) -> Path:
    """The folder of a policy's sheets; that of a claim file carries its ending, so that both may have one name."""
    return file.parent / FOLDER / (file.stem if file.suffix == ".pol" else file.name)


def sheet_paths(file: Path, names: Iterable[str]) -> dict[str, Path]:
    """The file of each example's sheet, by the example's name; no two are the same, in whatever case."""
    folder = sheet_folder(file)
    found: dict[str, Path] = {}
    used: set[str] = set()
    for name in names:
        stem = plain = _stem(name)
        count = 1
        while stem.casefold() in used:
            count += 1
            stem = f"{plain}~{count}"
        used.add(stem.casefold())
        found[name] = folder / f"{stem}.txt"
    return found


def orphans(file: Path, names: Iterable[str]) -> list[Path]:
    """The sheets kept for a policy that belong to none of its examples."""
    own = set(sheet_paths(file, names).values())
    return sorted(path for path in sheet_folder(file).glob("*.txt") if path not in own)


def make_room(path: Path) -> None:
    """Makes the folder of a sheet. Raises `OSError` where the sheet cannot be written there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PermissionError(errno.EACCES, "")


def _stem(name: str) -> str:
    kept = "".join("-" if c in _FORBIDDEN or unicodedata.category(c).startswith("C") else c for c in name)
    return kept.strip(". ")[:_LONGEST] or "_"
