"""A comparison that is stopped leaves nothing behind, and says what stopped it."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from polc.cli import compared, run

POLICY = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
保障层 统筹 支付方 基本医保统筹基金
  基数 政策范围内费用
  支付比例 50%
"""
CLAIMS = """psn_no,setl_id,enddate,medfee_sumamt,inscp_scp_amt,fulamt_ownpay_amt,preselfpay_amt,overlmt_selfpay
B,S1,2023-05-01,100,100,0,0,0
A,S2,2023-05-01,100,90,0,0,0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a policy and claims in no order, and one for what is there for the while."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "政策.pol").write_text(POLICY, encoding="utf-8")
    (tmp_path / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    (tmp_path / "while").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "while"))
    return tmp_path


def stop_by(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the first part that is done raise an error."""

    def tell(done: int, about: int) -> None:
        if done:
            assert list(Path("while").iterdir()), "it has begun"
            raise error

    @contextmanager
    def bar(*_: Any, **__: Any) -> Iterator[Any]:
        yield tell

    monkeypatch.setattr(compared, "progress_bar", bar)


ARGUMENTS = ["impact", "政策.pol", "政策.pol", "claims.csv", "-o", "out.txt", "--refused", "left.csv", "--lang", "en"]


def test_what_is_there_for_the_while_is_gone_in_the_end(folder: Path) -> None:
    assert run(ARGUMENTS) == 0
    assert not list(Path("while").iterdir())
    words = Path("out.txt").read_text(encoding="utf-8").split()
    assert "both 1 100.00 left out 1 100.00" in " ".join(words)
    assert Path("left.csv").read_text(encoding="utf-8").count("\n") == 2


def test_an_interrupt_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_by(KeyboardInterrupt(), monkeypatch)
    assert run(ARGUMENTS) == 130
    assert not list(Path("while").iterdir())
    assert not Path("out.txt").exists() and not Path("left.csv").exists()


def test_a_full_disk_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop_by(OSError(errno.ENOSPC, "No space left on device"), monkeypatch)
    assert run(ARGUMENTS) == 1
    told = capsys.readouterr().err
    assert "C585" in told and "the disk is full" in told and str(folder / "while") in told
    assert not list(Path("while").iterdir()) and not Path("out.txt").exists()
