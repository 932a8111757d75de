"""A policy that leaves a choice open is asked for it, with the code of the fork and what each answer would pay."""

from __future__ import annotations

from pathlib import Path

import pytest

from polc.cli import run

FORKS = Path(__file__).parents[2] / "examples" / "forks"

# The policy of a fork, what is taken out of it (and put in its place), the code that asks, and the amounts it tells,
# worked out by hand.
OPEN = [
    # 120000 with a deductible of 20000: 30000 × 50% + 50000 × 60% + 20000 × 70% = 59000 above it;
    # 10000 × 50% + 50000 × 60% + 40000 × 70% = 63000 over the cost itself
    ("01-band-coordinates-over-base", "按费用本身 分段累进", "分段累进", "S422", ("59000元", "63000元")),
    ("01-band-coordinates-over-excess", "按起付线以上 分段累进", "分段累进", "S422", ("59000元", "63000元")),
    # 100000 × 70% = 70000 as a whole
    ("02-band-mode-progressive", "over excess progressive", "over excess", "S423", ("59000元", "70000元")),
    ("02-band-mode-whole-amount", "over excess whole amount", "over excess", "S423", ("59000元", "70000元")),
    # 20000 × 60% and 22000 × 60%
    ("03-copay-in-base-outside", "口径\n  先行自付 不计入 基数\n", "", "S424", ("12000元", "13200元")),
    # 180000 × 60% = 108000, at most 90000; at most 90000 × 60% = 54000
    ("04-cap-object-payment", "payment 90000元", "90000元", "S420", ("90000元", "54000元")),
    ("04-cap-object-cost", "cost 90000元", "90000元", "S420", ("90000元", "54000元")),
    # 10000 × 70% and 10000 × 66%
    ("06-points-or-factor-points", "10个百分点", "10%", "U303", ("7000元", "6600元")),
    ("06-points-or-factor-points", "rate + 10个百分点", "rate = 60% + 10%", "U303", ("7000元", "6600元")),
    # 12000 + 12600 and 15000 + 10500
    ("07-highest-of-items", "就高 按待遇项目\n", "", "S428", ("24600元", "25500元")),
    ("07-highest-of-items", "就高 按待遇项目", "就高", "S428", ("24600元", "25500元")),
    # two stays
    ("08-threshold-scope-year", "3000元 per year", "3000元", "S421", ("6000元", "3000元")),
    ("09-derived-amount-exact", "  折算数额 不取整\n", "", "S426", ("3134.5元", "3135元")),
    # (20000 - 10000) × 60% and 20000 × 60%
    ("11-year-by-discharge", "口径\n  年度 按 出院日期\n", "", "S425", ("6000元", "12000元")),
    # 400 × 75% × 50% and 400 × 50%
    ("12-repeat-chained", "    chained\n", "", "S427", ("150元", "200元")),
    # 20000 × 70% and (20000 - 5000) × 70%
    ("13-deductible-met-by-cost", " 按累计费用", "", "S437", ("5000元", "14000元", "10500元")),
    ("13-deductible-met-by-deductions", " 按累计扣除", "", "S437", ("5000元", "14000元", "10500元")),
    # 10000 above the deductible × 60%
    ("14-times-counted-when-applied", " counted when applied", "", "S439", ("0元", "6000元")),
    ("14-times-counted-when-paid", " counted when paid", "", "S439", ("0元", "6000元")),
    # 20000 × 60% and (20000 - 5000) × 60%: cases in the amount itself
    ("07-highest-of-items", " 按累计费用", "", "S437", ("12000元", "9000元")),
]


@pytest.mark.parametrize(("name", "take", "put", "code", "amounts"), OPEN, ids=[f"{x[3]}-{x[0]}" for x in OPEN])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_compiler_asks(
    name: str,
    take: str,
    put: str,
    code: str,
    amounts: tuple[str, ...],
    lang: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = (FORKS / f"{name}.pol").read_text(encoding="utf-8")
    assert text.count(take) == 1
    path = tmp_path / "open.pol"
    path.write_text(text.replace(take, put), encoding="utf-8")
    assert run(["check", "--lang", lang, str(path)]) == 1
    printed = capsys.readouterr().out
    assert printed.count(f"[{code}]") == 1
    assert "1 " in printed.splitlines()[-1]  # nothing else is wrong
    for amount in amounts:
        assert amount in printed


def test_the_readings_of_a_fork_differ_in_few_lines() -> None:
    """Apart from the remark, the head and the example: three lines at most, or the same lines in another order."""
    readings: dict[str, list[tuple[str, list[str]]]] = {}
    for path in sorted(FORKS.iterdir()):
        body = path.read_text(encoding="utf-8").partition("\n\n")[2]
        lines = [line for line in body.splitlines() if line.strip()]
        at = next(i for i, line in enumerate(lines) if line.startswith(("算例 ", "example ")))
        readings.setdefault(path.name[:2], []).append((path.name, lines[:at]))
    assert sorted(readings) == [f"{n:02}" for n in range(1, 15)]
    for fork in readings.values():
        assert len(fork) >= 2
        (_, first), *others = fork
        for name, other in others:
            same_lines = sorted(first) == sorted(other)
            assert same_lines or len(set(first) ^ set(other)) <= 6, name
