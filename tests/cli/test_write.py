"""Files are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from pol_lang.problem import Problems
from polc.cli import write_file as module
from polc.cli.write_file import write_file


def test_an_old_file_keeps_its_rights_and_a_new_one_has_the_usual(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("x")
    old.chmod(0o640)
    for path in (old, new):
        write_file(str(path), b"y")
    assert old.read_bytes() == new.read_bytes() == b"y"
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert stat.S_IMODE(new.stat().st_mode) == 0o666 & ~mask


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("x")
    link.symlink_to(target)
    write_file(str(link), b"y")
    assert link.is_symlink() and target.read_bytes() == b"y"


def test_a_failure_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "replace", fail)
    with pytest.raises(Problems) as caught:
        write_file(str(path), b"new")
    assert caught.value.problems[0].message("zh") == "写不进这个文件（磁盘已满）"
    assert path.read_text() == "old" and [entry.name for entry in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_file_without_the_right_to_write(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o400)
    with pytest.raises(Problems):
        write_file(str(path), b"new")
    assert path.read_text() == "old"


def test_a_device_is_written_to(tmp_path: Path) -> None:
    write_file(os.devnull, b"y")
    assert not os.path.isfile(os.devnull)


def test_a_name_with_a_nul(tmp_path: Path) -> None:
    with pytest.raises(Problems):
        write_file("a\0b", b"y")
