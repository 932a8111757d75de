"""A policy means the same in Chinese and in English keywords, and however it is laid out."""

from __future__ import annotations

from pathlib import Path

import pytest

from pol_lang.formatter import format_text
from polc.load import standard_folder, standard_names
from polc.pipeline import compile_policy
from polc.plan_json import full_hash


@pytest.mark.parametrize("name", standard_names())
def test_the_english_twin_of_a_standard_policy_is_the_same_plan(name: str, tmp_path: Path) -> None:
    text = Path(standard_folder(), f"{name.removeprefix('std/')}.pol").read_text(encoding="utf-8")
    twin = tmp_path / "twin.pol"
    twin.write_text(format_text(text, "en"), encoding="utf-8")
    assert "policy " in twin.read_text(encoding="utf-8")
    plans = [compile_policy(which, settling=None).usable for which in (name, str(twin))]
    assert full_hash(plans[0]) == full_hash(plans[1])


@pytest.mark.parametrize("name", standard_names())
def test_layout_is_no_part_of_the_meaning(name: str, tmp_path: Path) -> None:
    text = Path(standard_folder(), f"{name.removeprefix('std/')}.pol").read_text(encoding="utf-8")
    loose = tmp_path / "loose.pol"
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    loose.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    plans = [compile_policy(which, settling=None).usable for which in (name, str(loose))]
    assert full_hash(plans[0]) == full_hash(plans[1])
