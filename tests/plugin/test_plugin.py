"""The pytest plugin in repositories of policies: examples as tests, kept sheets, what belongs to nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import CLAIM, POLICY

# Loaded here, or every run inside this process would load the compiler anew and leave its modules twice.
import polc.pytest_items
import polc.pytest_sheets

assert polc.pytest_items and polc.pytest_sheets
pytest_plugins = ["pytester"]

SHEET = Path("__sheets__/小县/普通住院.txt")
# 15210 − 10000 = 5210; × 65% = 3386.50; 15210 − 3386.50 = 11823.50
RAISED = POLICY.replace("支付比例 60%", "支付比例 65%").replace("3126元", "3386.5元").replace("12084元", "11823.5元")


@pytest.fixture
def repo(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A repository with one policy of one example, its sheet kept."""
    monkeypatch.delenv("POLC_LANG", raising=False)
    write(POLICY)
    assert run(pytester, "--snapshot-update").ret == 0
    return pytester


def write(text: str, name: str = "小县.pol") -> None:
    Path(name).write_text(text, encoding="utf-8")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest("-p", "no:cacheprovider", *arguments)


def test_an_example_is_a_test_and_its_sheet_is_kept(repo: pytest.Pytester) -> None:
    text = SHEET.read_text(encoding="utf-8")
    assert text.startswith("小县2023 · 普通住院\n")
    # (50000 − 300) × 70%
    assert "  3.1.4 按比例支付 = 34,790.00 〔二(一)〕\n    49,700.00 × 70% = 34,790.00\n" in text
    assert ".pol:" not in text and "哈希" not in text
    result = run(repo, "-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["小县.pol::普通住院 PASSED*", "*1 snapshot passed*"])


def test_a_sheet_not_kept_yet_fails(repo: pytest.Pytester) -> None:
    SHEET.unlink()
    result = run(repo)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["还没有保存这个算例的计算书*--snapshot-update*"])
    assert not SHEET.exists()


def test_a_line_moved_in_the_policy_changes_no_sheet(repo: pytest.Pytester) -> None:
    write("# 又一行说明\n\n" + POLICY)
    run(repo).assert_outcomes(passed=1)


def test_a_changed_sheet_is_shown_by_its_lines(repo: pytest.Pytester) -> None:
    write(RAISED)
    result = run(repo)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "计算书与保存的*不同；手工给出的数都相符*",
            "就诊 甲（2023-05-20）",
            "  3.2.3 按比例支付  〔二(二)〕",
            "    3,126.00 → 3,386.50",
            "    原 5,210.00 × 60% = 3,126.00",
            "    现 5,210.00 × 65% = 3,386.50",
            "  5.3 个人",
            "    12,084.00 → 11,823.50",
        ]
    )
    assert "3.1.4" not in result.stdout.str()
    run(repo, "--snapshot-update").assert_outcomes(passed=1)
    assert "3,386.50" in SHEET.read_text(encoding="utf-8")
    run(repo).assert_outcomes(passed=1)


@pytest.mark.parametrize("options", [(), ("--snapshot-update",)])
def test_values_given_by_hand_are_held_whatever_the_sheet_says(repo: pytest.Pytester, options: tuple[str, ...]) -> None:
    before = SHEET.read_bytes()
    write(POLICY.replace("支付比例 60%", "支付比例 65%"))
    result = run(repo, *options)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*✗ 大病保险*3,126.00*3,386.50*+260.50*", "*应得 3,126.00 │ 实际 3,386.50*"])
    assert SHEET.read_bytes() == before, "a sheet that contradicts the hand-given values was accepted"
    write(POLICY.replace("大病保险 3126元", "大病保险 3127元"))
    run(repo, *options).assert_outcomes(failed=1)


def test_the_first_value_that_differs_stands_in_the_summary(repo: pytest.Pytester) -> None:
    write(POLICY.replace("支付比例 60%", "支付比例 65%"))
    run(repo, "-rf").stdout.fnmatch_lines(["FAILED 小县.pol::普通住院 - 大病保险：应得 3,126.00*"])


def test_sheets_that_cannot_be_written_are_told(repo: pytest.Pytester) -> None:
    SHEET.unlink()
    SHEET.parent.rmdir()
    SHEET.parent.parent.rmdir()
    SHEET.parent.parent.write_text("a file where the folder would be", encoding="utf-8")
    result = run(repo, "--snapshot-update")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["计算书写不进去（__sheets__*普通住院.txt）：*"])


def test_a_sheet_of_an_example_that_is_gone_fails_and_is_removed(repo: pytest.Pytester) -> None:
    write(POLICY.replace("算例 普通住院", "算例 住院"))
    result = run(repo)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*普通住院.txt）不属于任何算例*"])
    run(repo, "--snapshot-update").assert_outcomes(passed=2)
    assert sorted(path.name for path in SHEET.parent.iterdir()) == ["住院.txt"]


def test_a_sheet_of_a_policy_that_is_gone_fails_and_is_removed(repo: pytest.Pytester) -> None:
    Path("小县.pol").rename("大县.pol")
    run(repo).assert_outcomes(failed=2)
    run(repo, "--snapshot-update").assert_outcomes(passed=2)
    assert sorted(path.name for path in SHEET.parent.parent.iterdir()) == ["大县"]


def test_a_run_of_some_tests_leaves_the_sheets_of_others(repo: pytest.Pytester) -> None:
    second = POLICY.split("算例 ")[1].replace("普通住院 出处", "第二个 出处")
    write(f"{POLICY}\n算例 {second}")
    run(repo, "--snapshot-update").assert_outcomes(passed=2)
    write(f"{RAISED}\n算例 {second.replace('3126元', '3386.5元').replace('12084元', '11823.5元')}")
    run(repo, "--snapshot-update", "-k", "第二个").assert_outcomes(passed=1, deselected=1)
    assert "3,126.00" in SHEET.read_text(encoding="utf-8")
    assert "3,386.50" in SHEET.with_name("第二个.txt").read_text(encoding="utf-8")
    run(repo, "小县.pol::第二个").assert_outcomes(passed=1)


def test_a_policy_with_errors_is_an_error(repo: pytest.Pytester) -> None:
    write(POLICY.replace("300元 每次", "免赔额 每次"))
    result = run(repo)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*免赔额*"])
    assert "Traceback" not in result.stdout.str()


def test_which_policies_are_collected_is_configured(repo: pytest.Pytester) -> None:
    Path("旧").mkdir()
    write(POLICY.replace("3126元", "1元"), "旧/小县.pol")
    run(repo).assert_outcomes(failed=1, passed=1)
    Path("pytest.ini").write_text("[pytest]\npolc_policies = *.pol\n", encoding="utf-8")
    run(repo).assert_outcomes(passed=1)
    Path("pytest.ini").write_text("[pytest]\npolc_policies =\n", encoding="utf-8")
    assert run(repo).ret == pytest.ExitCode.NO_TESTS_COLLECTED
    run(repo, "小县.pol").assert_outcomes(passed=1)  # named: collected in any case


def test_without_sheets(repo: pytest.Pytester) -> None:
    Path("pytest.ini").write_text("[pytest]\npolc_sheets = false\n", encoding="utf-8")
    SHEET.unlink()
    run(repo).assert_outcomes(passed=1)
    run(repo, "-p", "no:syrupy").assert_outcomes(passed=1)
    Path("pytest.ini").unlink()
    result = run(repo, "-p", "no:syrupy")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*pip install 'polc?pytest?'*"])


def test_claim_files_where_they_are_asked_for(repo: pytest.Pytester) -> None:
    # 2024: (50000 − 300) × 75% = 37275; (12725 − 10000) × 60% = 1635
    Path("claims").mkdir()
    claim = f'policy = "../小县.pol"\n{CLAIM}\n[expect]\n基本医保 = "37275.00"\n大病保险 = 1635\n'
    Path("claims/甲.toml").write_text(claim, encoding="utf-8")
    Path("claims/other.toml").write_text("a = 1\n", encoding="utf-8")
    run(repo).assert_outcomes(passed=1)
    Path("pytest.ini").write_text("[pytest]\npolc_claims = claims/**/*.toml\n", encoding="utf-8")
    run(repo, "--snapshot-update").assert_outcomes(passed=2)
    assert Path("claims/__sheets__/甲.toml/甲.txt").exists()
    Path("claims/甲.toml").write_text(claim.replace("1635", "1636"), encoding="utf-8")
    run(repo).assert_outcomes(passed=1, failed=1)
    Path("claims/甲.toml").unlink()
    run(repo).assert_outcomes(passed=1, failed=1)


def test_other_projects_pay_nothing_for_the_plugin(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\n\ndef test_it():\n    loaded = {m for m in sys.modules if m.split('.')[0].startswith('pol')}\n"
        "    assert loaded == {'polc', 'polc.pytest_plugin'}\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "小县.pol").write_text(POLICY, encoding="utf-8")
    codes = [
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *options], cwd=tmp_path, capture_output=True, timeout=60
        ).returncode
        for options in ([], ["--snapshot-update"], [])
    ]
    assert codes == [1, 0, 0]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "polc", *arguments], capture_output=True, text=True, timeout=60)


def test_polc_test_keeps_the_same_sheets(repo: pytest.Pytester) -> None:
    """`polc test --update` and `pytest --snapshot-update` write the same files, and neither keeps what is wrong."""
    before = SHEET.read_bytes()
    SHEET.write_text("something else\n", encoding="utf-8")
    SHEET.with_name("旧算例.txt").write_text("old\n", encoding="utf-8")
    done = command("test", "--update")
    assert done.returncode == 0 and done.stdout.endswith("计算书：写了 1 份，删去 1 份\n")
    assert [path.name for path in SHEET.parent.iterdir()] == [SHEET.name] and SHEET.read_bytes() == before
    write(POLICY.replace("3126元", "1元"))
    assert command("test", "--update").returncode == 1
    assert SHEET.read_bytes() == before
    write(POLICY)
    run(repo).assert_outcomes(passed=1)
