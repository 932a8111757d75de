"""`polc test --coverage`: arms that no example takes, on the command line."""

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import CLAIM, PARENT, POLICY, Polc

# of the policy's 8 arms (a guard, two deductibles and a cap, both ways) its example takes 4: the guard holds, both
# deductibles are used up, the cap does not bind


def test_arms_missed_are_listed_with_a_claim(polc: Polc, snapshot: SnapshotAssertion) -> None:
    ran = polc("test", "小县.pol", "--coverage")
    assert ran.code == 0 and not ran.err
    assert "8 个分支，算例走到 4 个（50.0%）" in ran.out
    assert "小县.pol:14  二(一)  基本医保  条件不满足：医疗类别 = 普通住院" in ran.out
    assert ran.out == snapshot
    assert polc("test", "小县.pol", "--coverage", "--lang", "en").out == snapshot


@pytest.mark.parametrize(("threshold", "code"), [("50", 0), ("50.1", 1), ("100", 1), ("0", 0)])
def test_threshold(polc: Polc, threshold: str, code: int) -> None:
    ran = polc("test", "小县.pol", "--threshold", threshold, "--junit", "out.xml")
    assert ran.code == code
    assert ("C589" in ran.err) == bool(code)
    assert ('name="coverage"' in Path("out.xml").read_text(encoding="utf-8")) == bool(code)


@pytest.mark.parametrize("threshold", ["101", "-1", "many"])
def test_a_threshold_that_means_nothing(polc: Polc, threshold: str) -> None:
    assert polc("test", "小县.pol", "--threshold", threshold).code == 2


def test_json_has_examples_that_close_the_gap(polc: Polc) -> None:
    ran = polc("test", "小县.pol", "--coverage", "--format", "json")
    told = json.loads(ran.out)["coverage"]
    assert (told["schema"], told["arms"], told["taken"], told["percent"]) == ("pol.arms/v1", 8, 4, "50")
    (policy,) = told["policies"]
    assert [(arm["step"], arm["kind"], arm["way"], arm["verdict"]) for arm in policy["missed"]] == [
        ("基本医保", "guard", "fails", "reached"),
        ("基本医保", "deductible", "open", "reached"),
        ("基本医保", "cap", "binds", "reached"),
        ("大病保险", "deductible", "open", "reached"),
    ]
    text = POLICY + "\n" + "\n".join(claim["example"] for claim in policy["claims"])
    Path("小县.pol").write_text(text, encoding="utf-8")
    ran = polc("test", "小县.pol", "--threshold", "100")
    assert ran.code == 0, ran.out + ran.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_examples_that_close_the_gap_are_written_for_the_policy(polc: Polc, lang: str) -> None:
    ran = polc("test", "小县.pol", "--examples", "--lang", lang)
    start = "\n# 小县.pol"
    assert ran.code == 0 and start in ran.out
    policy = Path("小县.pol").read_text(encoding="utf-8")
    Path("小县.pol").write_text(policy + ran.out[ran.out.index(start) :], encoding="utf-8")
    assert polc("test", "小县.pol", "--threshold", "100").code == 0


def test_claim_files_count_for_the_policy_they_use(polc: Polc) -> None:
    # 500000 × 75% is far above the cap of 250000
    Path("claim.toml").write_text(
        CLAIM.replace("50000.00", "500000.00") + "\n[expect]\n基本医保 = 250000\n", encoding="utf-8"
    )
    assert "算例走到 5 个" in polc("test", "--coverage").out


def test_a_filter_counts_only_what_is_run(polc: Polc) -> None:
    assert "算例走到 0 个（0.0%）" in polc("test", "小县.pol", "--coverage", "--filter", "没有").out


def test_a_policy_that_leaves_figures_open_is_not_searched(polc: Polc) -> None:
    Path("省2022.pol").write_text(PARENT, encoding="utf-8")
    ran = polc("test", "省2022.pol", "--coverage")
    assert ran.code == 0 and "数值由地方规定" in ran.out
    assert polc("test", "省2022.pol", "--threshold", "90").code == 0


def test_a_policy_with_errors_has_no_coverage(polc: Polc) -> None:
    Path("小县.pol").write_text(POLICY.replace("300元 每次", "免赔额 每次"), encoding="utf-8")
    ran = polc("test", "小县.pol", "--coverage")
    assert ran.code == 1 and "Traceback" not in ran.err and "合计：0/0" in ran.out
