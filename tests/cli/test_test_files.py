"""`polc test` over claim files that say what must come of them, and its options."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cli.conftest import CLAIM, POLICY, Polc

# 2024: (50000 − 300) × 75% = 37275, left 12725; (12725 − 10000) × 60% = 1635, left 11090
EXPECT = '\n[expect]\n基本医保 = "37275.00"\n大病保险 = 1635\n个人 = "11090元"\n'


def write(text: str, name: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def test_a_claim_file_beside_its_policy(polc: Polc) -> None:
    write(CLAIM + EXPECT, "claim.toml")
    assert polc("test", "claim.toml").out == "通过  claim.toml\n1 个算例：1 个通过，0 个失败\n"
    assert polc("test").out.endswith("2 个算例：2 个通过，0 个失败\n")
    assert polc("explain", "小县.pol", "claim.toml").code == 0


@pytest.mark.parametrize(
    "expect",
    [
        "基本医保.起付线 = 300\n大病保险.支付比例 = '60%'",
        "[expect.基本医保]\n起付线 = 300\n支付 = 37275",
        "'基本医保.起付线' = 300.00",
        "医疗费总额 = 50000",
        "hifp_pay = 37275",
    ],
)
def test_terms_are_expected_as_in_examples(polc: Polc, expect: str) -> None:
    write(f"{CLAIM}\n[expect]\n{expect}\n", "claim.toml")
    ran = polc("test", "claim.toml")
    assert ran.code == 0, ran.out


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("基本医保 = 1", "✗ 基本医保"),
        ("基本医报 = 1", "C576"),
        ("基本医保 = '70%'", "C577"),
        ("基本医保 = -1", "C577"),
        ("基本医保 = []", "C577"),
        ("", "C579"),
    ],
)
def test_what_differs_or_means_nothing(polc: Polc, expect: str, said: str) -> None:
    write(f"{CLAIM}\n[expect]\n{expect}\n", "claim.toml")
    ran = polc("test", "claim.toml")
    assert said in ran.out and ran.code == (0 if said == "C579" else 1)


def test_each_claim_may_expect_something_of_itself(polc: Polc) -> None:
    claims = CLAIM.replace("[claim]", "[[claims]]").split("[[claims]]")
    one = "[[claims]]" + claims[1]
    # again in 2024: (50000 − 300) × 75% = 37275, and 12725 × 60% = 7635, the deductible of the year being used up
    text = (
        f"{claims[0]}{one}\n[claims.expect]\n大病保险 = 1635\n"
        f"{one.replace('C1', 'C2').replace('03-01', '04-01')}\n[claims.expect]\n大病保险 = 7635\n"
        "\n[应得]\n大病保险 = 9270\n"
    )
    write(text, "claim.toml")
    ran = polc("test", "claim.toml")
    assert ran.code == 0, ran.out + ran.err


def test_in_a_folder_only_files_that_expect_something_count(polc: Polc) -> None:
    write(f'policy = "../政策/小县.pol"\n{CLAIM}{EXPECT}', "案例/甲.toml")
    write("[project]\nname = 'x'\n", "案例/pyproject.toml")
    write("{not json, nothing expect", "案例/broken.json")
    write('{"jest": {"expect": 1}}', "案例/package.json")
    Path("政策").mkdir()
    Path("小县.pol").rename("政策/小县.pol")
    ran = polc("test", "案例")
    assert ran.code == 1 and "通过  案例/甲.toml" in ran.out
    assert "broken.json" in ran.err and "package.json" not in ran.err + ran.out
    Path("案例/broken.json").unlink()
    assert polc("test", "案例").code == 0
    Path("案例/甲.toml").unlink()
    assert polc("test", "案例").code == 1  # a folder with neither policies nor claim files


def test_which_policy(polc: Polc) -> None:
    write(CLAIM + EXPECT, "claim.toml")
    write(POLICY, "大县.pol")
    ran = polc("test", "claim.toml")
    assert ran.code == 1 and "C587" in ran.err and "2 个政策" in ran.err
    write(f'policy = "没有.pol"\n{CLAIM}{EXPECT}', "claim.toml")
    assert "N201" in polc("test", "claim.toml").err
    write(f'政策 = "大县.pol"\n{CLAIM}{EXPECT}', "claim.toml")
    assert polc("test", "claim.toml").code == 0


def test_the_sheet_is_shown_where_expected_and_actual_part(polc: Polc) -> None:
    """The deductible is the first to differ; what the layers pay only follows from it."""
    write(f"{CLAIM}\n[expect]\n个人 = 1\n大病保险 = 2\n基本医保 = 3\n'基本医保.起付线' = 200\n", "claim.toml")
    out = polc("test", "claim.toml").out
    part = out.split("从这里开始不符：")[1].split("完整计算书")[0]
    assert "3.1.3  ✗ 起付线  应得 200.00 │ 实际 300.00 │ +100.00" in part
    assert "3.1.2  基数" in part and "3.1.4" not in part and "3.2" not in part
    write(f"{CLAIM}\n[expect]\n个人 = 1\n", "claim.toml")
    out = polc("test", "claim.toml", "--lang", "en").out
    assert "expected 1.00 │ actual 11,090.00 │ +11,089.00" in out.split("They part here:")[1]


def test_junit(polc: Polc) -> None:
    write(POLICY.replace("普通住院 出处", '"<a>&]]>\ufffe" 出处').replace("3126元", "1元"), "小县.pol")
    write("政策", "坏.pol")
    write(CLAIM + EXPECT.replace("1635", "1636"), "县/claim.toml")
    write(POLICY, "县/县.pol")
    ran = polc("test", "--junit", "out.xml")
    assert ran.code == 1
    root = ElementTree.parse("out.xml").getroot()
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "2")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert cases["普通住院"].get("file") == "县/县.pol" and cases["普通住院"].get("line") == "25"
    failure = cases["县/claim.toml"].find("failure")
    assert failure is not None and "1,636.00" in (failure.get("message") or "") and "3.2" in (failure.text or "")
    for suite in root:
        assert int(suite.get("tests") or 0) == len(suite)
    assert polc("test", "--junit", "nowhere/out.xml").code == 1
    assert not Path("nowhere").exists()


def test_junit_escapes_what_xml_cannot_hold(polc: Polc) -> None:
    write(POLICY.replace("普通住院 出处", "甲<乙&丙 出处").replace("3126元", "1元"), "小县.pol")
    polc("test", "小县.pol", "--junit", "out.xml")
    ElementTree.parse("out.xml")


@pytest.mark.parametrize(("settings", "title"), [("", "就诊 甲"), ('sheets = "en"\n', "Claim 甲")])
def test_sheets_are_kept_in_the_language_of_the_project(polc: Polc, settings: str, title: str) -> None:
    Path("polc.toml").write_text(settings, encoding="utf-8")
    for lang in ("zh", "en"):
        assert polc("test", "小县.pol", "--update", "--lang", lang).code == 0
        assert f"═ {title}" in Path("__sheets__/小县/普通住院.txt").read_text(encoding="utf-8")
    Path("polc.toml").write_text("sheets = 1\n", encoding="utf-8")
    ran = polc("test", "小县.pol", "--update")
    assert ran.code == 1 and "C646" in ran.err


def test_files_that_are_not_the_project_s_own_are_left_alone(polc: Polc) -> None:
    for folder in (".hidden", "node_modules", "venv"):
        Path(folder).mkdir()
        Path(folder, "x.pol").write_text("nothing", encoding="utf-8")
        Path(folder, "x.toml").write_text("expect", encoding="utf-8")
    Path("venv/pyvenv.cfg").write_text("", encoding="utf-8")
    assert polc("test", ".").code == polc("check", ".").code == 0
    assert polc("fmt", ".", "--check").out in ("", "小县.pol\n")


def test_fail_on_empty(polc: Polc) -> None:
    assert polc("test", "小县.pol", "--filter", "没有").code == 0
    ran = polc("test", "小县.pol", "--filter", "没有", "--fail-on-empty")
    assert ran.code == 1 and "C588" in ran.err
    assert polc("test", "小县.pol", "--fail-on-empty").code == 0


def test_watch_runs_again_and_ends_cleanly(tmp_path: Path) -> None:
    policy = tmp_path / "小县.pol"
    policy.write_text(POLICY, encoding="utf-8")
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "polc", "test", "--watch"], cwd=tmp_path, stdout=out, stderr=out,
            env={**os.environ, "POLC_LANG": "zh"},
        )  # fmt: skip
        try:
            _until(tmp_path / "out", "1 个通过，0 个失败")
            policy.write_text(POLICY.replace("3126元", "1元"), encoding="utf-8")
            _until(tmp_path / "out", "0 个通过，1 个失败")
            (tmp_path / "又一.pol").write_text(POLICY, encoding="utf-8")
            _until(tmp_path / "out", "1 个通过，1 个失败")
            for file in tmp_path.glob("*.pol"):
                file.rename(file.with_suffix(".away"))
            _until(tmp_path / "out", "C573")
            for file in tmp_path.glob("*.away"):
                file.rename(file.with_suffix(".pol"))
            _until(tmp_path / "out", "1 个通过，1 个失败", times=2)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
    told = (tmp_path / "out").read_text(encoding="utf-8")
    assert "Traceback" not in told
    assert "有改动：小县.pol" in told and "等待文件改动" in told


def _until(file: Path, text: str, times: int = 1) -> None:
    end = time.monotonic() + 30
    while file.read_text(encoding="utf-8").count(text) < times:
        assert time.monotonic() < end, file.read_text(encoding="utf-8")
        time.sleep(0.05)
