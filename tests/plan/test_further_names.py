"""A policy that calls things by their further names is the same policy, and its examples come out the same."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from tests.native.policies import DISEASES
from tests.native.policies import policy as drawn_policy

from polc.examples.run import run_example
from polc.load import locate, read_file, standard_names
from polc.pipeline import Compiled, Plans, compile_policy
from polc.plan_json import full_hash

from .renaming import with_further_names

ROOT = Path(__file__).parents[2]
FILES = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("examples/**/*.pol"))]


def rewritten(name: str, text: str) -> Compiled:
    """The policy as it is with another text in the place of its own file."""
    path = os.path.abspath(locate(name))

    def read(wanted: str) -> bytes:
        return text.encode() if os.path.abspath(wanted) == path else read_file(wanted)

    return compile_policy(name, settling=None, read=read)


def assert_same(old: Compiled, new: Compiled) -> None:
    """The same problems; where there are none the same plan, and the same of every example."""
    assert [problem.code for problem in new.problems] == [problem.code for problem in old.problems], new.problems
    if old.plan is None or new.plan is None or old.problems:
        return
    assert full_hash(new.plan) == full_hash(old.plan)
    for was, now in zip(old.program.examples, new.program.examples, strict=True):
        first, second = (run_example(*each) for each in ((was, old.plan, Plans(old)), (now, new.plan, Plans(new))))
        assert [one.code for one in second.problems] == [one.code for one in first.problems], second.problems
        assert [one.actual.value for one in second.compared] == [one.actual.value for one in first.compared]
        assert second.passed == first.passed


@pytest.mark.parametrize("name", [*standard_names(), *FILES])
def test_every_policy_there_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = read_file(locate(name)).decode()
    other = with_further_names(text, Random(name))
    assert_same(compile_policy(name, settling=None), rewritten(name, other))


@pytest.mark.parametrize("seed", range(40))
def test_policies_drawn_at_random(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "drawn.pol"
    path.write_text(drawn_policy(seed), encoding="utf-8")
    other = with_further_names(path.read_text(encoding="utf-8"), Random(seed), (*DISEASES, "糖尿病"))
    assert_same(compile_policy(str(path), settling=None), rewritten(str(path), other))
