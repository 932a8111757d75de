"""What `polc check` writes for machines: JSON of a stable shape, SARIF that fits its schema, annotations that are read
back as they were meant."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator

from polc.cli import run

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
GOOD = """\
政策 试
  施行自 2023-01-01
"""
BAD = """\
政策 试
  施行自 2023-01-01
# 一处全角符号，一处千位分隔符，一处重复声明，一处没有这个名称
参数 门槛 = 1,000元
参数 门槛 = 50％
定义 甲 = 门坎 ＋ 1元
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLC_LANG", raising=False)
    Path("好.pol").write_text(GOOD, encoding="utf-8")
    Path("坏, 50%.pol").write_text(BAD, encoding="utf-8")
    Path("重.pol").write_text(GOOD + "参数 门槛 = 1元\n参数 门槛 = 2元\n参数 甲 = 门坎\n", encoding="utf-8")


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["check", *arguments])
    out = capsys.readouterr()
    assert out.err == ""
    return code, out.out


def cut(text: str, region: dict[str, int]) -> str:
    """The characters that a region means, by its definition: lines and columns from 1, the end past the last."""
    lines = text.split("\n")[region["startLine"] - 1 : region["endLine"]]
    lines[-1] = lines[-1][: region["endColumn"] - 1]
    lines[0] = lines[0][region["startColumn"] - 1 :]
    return "\n".join(lines)


def sarif(capsys: pytest.CaptureFixture[str], *paths: str) -> dict[str, Any]:
    _, out = check(capsys, *paths, "--format", "sarif")
    log: dict[str, Any] = json.loads(out)
    assert [error.message for error in Draft4Validator(SCHEMA).iter_errors(log)] == []
    return log


# ---------------------------------------------------------------- SARIF


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("paths", [["好.pol"], ["坏, 50%.pol"], ["好.pol", "重.pol"], ["没有.pol"], ["std/没有"]])
def test_sarif_fits_its_schema(capsys: pytest.CaptureFixture[str], paths: list[str], lang: str) -> None:
    log = sarif(capsys, *paths, "--lang", lang)
    assert log["version"] == "2.1.0"
    (one,) = log["runs"]
    rules = one["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in one["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"].startswith(f"# {rule['id']}")
    assert bool(one["results"]) == (paths != ["好.pol"])


def test_sarif_points_at_the_words_of_the_author(capsys: pytest.CaptureFixture[str]) -> None:
    results = sarif(capsys, "坏, 50%.pol")["runs"][0]["results"]
    words = {}
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == "坏, 50%.pol"
        assert place["artifactLocation"]["uriBaseId"] == "SRCROOT"
        words[result["ruleId"], cut(BAD, place["region"])] = result
    assert ("T105", "％") in words or ("T105", "50％") in words
    assert ("T105", "＋") in words
    assert ("T108", "1,000元") in words


def test_a_sarif_fix_says_what_to_write(capsys: pytest.CaptureFixture[str]) -> None:
    results = sarif(capsys, "坏, 50%.pol")["runs"][0]["results"]
    found = set()
    for result in results:
        for fix in result.get("fixes", ()):
            for change in fix["artifactChanges"]:
                for edit in change["replacements"]:
                    found.add((cut(BAD, edit["deletedRegion"]), edit["insertedContent"]["text"]))
    assert ("1,000元", "1000元") in found
    assert ("＋", "+") in found


def test_the_second_place_of_a_problem_is_a_related_location(capsys: pytest.CaptureFixture[str]) -> None:
    results = sarif(capsys, "重.pol")["runs"][0]["results"]
    twice = next(result for result in results if result["ruleId"] == "N205")
    (related,) = twice["relatedLocations"]
    assert related["physicalLocation"]["region"]["startLine"] == 3
    assert twice["locations"][0]["physicalLocation"]["region"]["startLine"] == 4


def test_a_fingerprint_stays_when_lines_are_added_above(capsys: pytest.CaptureFixture[str]) -> None:
    before = [r["partialFingerprints"] for r in sarif(capsys, "重.pol")["runs"][0]["results"]]
    text = Path("重.pol").read_text(encoding="utf-8")
    Path("重.pol").write_text("# 一行\n\n" + text, encoding="utf-8")
    assert [r["partialFingerprints"] for r in sarif(capsys, "重.pol")["runs"][0]["results"]] == before


def test_a_file_elsewhere_is_named_in_full(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("下").mkdir()
    monkeypatch.chdir("下")
    (place,) = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in sarif(capsys, "../重.pol")["runs"][0]["results"]
    }
    assert place.startswith("file:///")


# ---------------------------------------------------------------- GitLab


def test_a_code_quality_report_names_each_problem_once(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, "坏, 50%.pol", "重.pol", "没有.pol", "--format", "gitlab")
    assert code == 1
    found = json.loads(out)
    told = json.loads(check(capsys, "坏, 50%.pol", "重.pol", "没有.pol", "--format", "json")[1])["problems"]
    assert len(found) == len(told) > 3
    assert len({one["fingerprint"] for one in found}) == len(found)
    for one, problem in zip(found, told, strict=True):
        assert one["check_name"] == problem["code"] and problem["message"] in one["description"]
        assert one["severity"] == ("major" if problem["severity"] == "error" else "minor")
        if problem["place"]:
            assert one["location"]["path"] == problem["place"]["file"]
            assert one["location"]["lines"]["begin"] == problem["place"]["line"]
    assert check(capsys, "好.pol", "--format", "gitlab") == (0, "[]\n")


# ---------------------------------------------------------------- GitHub

_ANNOTATION = re.compile(r"::(error|warning) ([^:\n]*)::([^\n]*)")


def unescaped(text: str) -> str:
    """As the runner reads it."""
    for code, sign in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def test_annotations_are_read_back_as_they_were_meant(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, "坏, 50%.pol", "--format", "github")
    assert code == 1
    lines = out.splitlines()
    told = json.loads(check(capsys, "坏, 50%.pol", "--format", "json")[1])["problems"]
    assert len(lines) == len(told) > 0
    for line, problem in zip(lines, told, strict=True):
        match = _ANNOTATION.fullmatch(line)
        assert match is not None
        assert match[1] == problem["severity"]
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        place = problem["place"]
        assert unescaped(properties["file"]) == place["file"] == "坏, 50%.pol"
        assert int(properties["line"]) == place["line"]
        assert int(properties["col"]) == place["column"]
        assert properties["title"] == problem["code"]
        assert unescaped(match[3]).startswith(problem["message"])


def test_a_file_without_problems_has_no_annotation(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, "好.pol", "--format", "github") == (0, "")


def test_a_problem_without_a_place_is_annotated_too(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, "没有.pol", "--format", "github")
    assert code == 1
    assert out.startswith("::error title=N201::没有.pol")


# ---------------------------------------------------------------- JSON


def test_the_shape_of_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, "重.pol", "--format", "json")
    assert code == 1
    report = json.loads(out)
    assert set(report) == {"schema", "files", "problems", "errors", "warnings"}
    assert report["schema"] == "pol.problems/v1"
    assert report["files"] == ["重.pol"]
    assert report["errors"] + report["warnings"] == len(report["problems"])
    for problem in report["problems"]:
        keys = {"code", "severity", "message", "hint", "near", "where", "place", "notes", "fix"}
        assert set(problem) == keys
        assert set(problem["place"]) == {"file", "line", "column", "end_line", "end_column"}
        for note in problem["notes"]:
            assert set(note) == {"message", "place"}


def test_the_json_offers_the_edits_that_mend(capsys: pytest.CaptureFixture[str]) -> None:
    problems = json.loads(check(capsys, "坏, 50%.pol", "--format", "json")[1])["problems"]
    fixes = {edit["text"] for problem in problems for edit in problem["fix"] or ()}
    assert {"1000元", "+"} <= fixes
