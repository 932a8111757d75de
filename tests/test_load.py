"""Loading what strangers name: too many files, paths outside, one file reached twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from polc.load import MAX_FILES, TooManyFiles, load, standard_names


def test_more_files_than_any_policy_has_are_refused(tmp_path: Path) -> None:
    for i in range(MAX_FILES + 5):
        (tmp_path / f"p{i}.pol").write_text(f'政策 甲{i}\n引用 "p{i + 1}.pol"\n', encoding="utf-8")
    loaded = load(str(tmp_path / "p0.pol"))
    assert TooManyFiles in {type(problem) for problem in loaded.problems}


def test_a_file_used_twice_is_loaded_once(tmp_path: Path) -> None:
    (tmp_path / "公共.pol").write_text("政策 公共\n参数 限额 = 3元\n", encoding="utf-8")
    (tmp_path / "乙.pol").write_text('政策 乙\n引用 "公共.pol"\n', encoding="utf-8")
    (tmp_path / "甲.pol").write_text('政策 甲\n引用 "公共.pol"\n引用 "乙.pol"\n', encoding="utf-8")
    loaded = load(str(tmp_path / "甲.pol"))
    assert not loaded.problems
    names = [Path(f.file.source.name).name for f in loaded.files]
    assert names == ["prelude", "公共.pol", "乙.pol", "甲.pol"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../etc/passwd", "std/../../x"])
def test_no_path_leads_outside(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "甲"
    folder.mkdir()
    (folder / "甲.pol").write_text(f'政策 甲\n引用 "{path}"\n', encoding="utf-8")
    assert [problem.code for problem in load(str(folder / "甲.pol")).problems] == ["N202"]


def test_the_standard_library_has_the_five_documents() -> None:
    documents = {"guizhou-2019", "zhejiang-2017", "linxian-2023", "liaoning-2018", "changsha-2017"}
    assert {f"std/{name}" for name in documents} <= set(standard_names())
