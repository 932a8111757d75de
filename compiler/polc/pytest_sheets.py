"""Sheets kept by syrupy: one readable text file per example.

Syrupy compares, writes and counts; which sheets belong to nothing is found by the plugin itself, from the examples a
policy has rather than from the tests of this run, so that a run of one test never takes the sheets of others for
unused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.data import SnapshotCollections
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation


class _Location(PyTestLocation):
    """An example as syrupy sees a test; it knows the file of its sheet."""

    @property
    def sheet(self) -> Path:
        return Path(self.item.sheet)  # type: ignore[attr-defined]

    def matches_snapshot_name(self, snapshot_name: str) -> bool:
        return True

    def matches_snapshot_location(self, snapshot_location: str) -> bool:
        return Path(snapshot_location) == self.sheet


class SheetExtension(SingleFileSnapshotExtension):
    """One text file per example, in the folder of its policy."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"

    @classmethod
    def dirname(cls, *, test_location: Any) -> str:
        """The folder of the policy's sheets."""
        return str(test_location.sheet.parent)

    @classmethod
    def get_snapshot_name(cls, *, test_location: Any, index: Any = 0) -> str:
        """The name of the sheet's file."""
        return str(test_location.sheet.stem)

    @classmethod
    def matches_test_location(cls, *, test_location: Any, snapshot_location: str) -> bool:
        """Whether a file is the sheet of an example."""
        return bool(Path(snapshot_location) == test_location.sheet)

    def discover_snapshots(self, **_: Any) -> SnapshotCollections:
        """None: see above."""
        return SnapshotCollections()


def keep(item: pytest.Item, sheet: Path, text: str) -> bool:
    """Whether the text is the sheet that is kept, or has been accepted as it."""
    options = item.config.option
    extra = {name: getattr(options, name) for name in ("update_new_snapshots_only",) if hasattr(options, name)}
    assertion = SnapshotAssertion(
        session=item.config._syrupy,  # type: ignore[attr-defined]
        extension_class=SheetExtension,
        test_location=_Location(item),
        update_snapshots=options.update_snapshots,
        **extra,
    )
    same: bool = assertion == text
    return same
