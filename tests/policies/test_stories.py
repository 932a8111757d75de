"""One person's story per document (`examples/`): what polc prints is what lies there, and the amounts are those that
were worked out by hand and stand in the story.

`POLC_UPDATE_STORIES=1 pytest tests/policies/test_stories.py` writes what is printed into the files.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from polc.claims.read_case import read_case
from polc.cli import run
from polc.pipeline import Plans
from polc.settle import settle

from .settling import compiled, yuan

EXAMPLES = Path(__file__).parents[2] / "examples"
UPDATE = os.environ.get("POLC_UPDATE_STORIES") == "1"

POLICIES = {
    "guizhou": "std/guizhou-2019-qianxinan", "zhejiang": "std/zhejiang-2017-hangzhou", "linxian": "std/linxian-2023",
    "liaoning": "std/liaoning-2018-shenyang", "changsha": "std/changsha-2017",
}  # fmt: skip

# What each layer pays and each other bearer bears, claim by claim, worked out by hand; all else is nothing.
AMOUNTS: dict[str, list[dict[str, str]]] = {
    "guizhou": [
        # (3100 - 100) × 85% leave 550, below 1500; 70% of it.
        {"基本医保": "2550.00", "医疗救助": "385.00", "个人": "165.00"},
        # 50000 × 75% leave 12900; the first stay used 550 of 1500: 11950 × 65% leave 5132.50; 70% of it leave 1539.75.
        # 10% of 56400 are 5640 of the 6000 out of the catalogue.
        {"基本医保": "37500.00", "大病保险": "7767.50", "医疗救助": "3592.75", "医疗机构": "360.00", "个人": "7179.75"},
        # 72000 at a price of 60000: 59000 × 60% leave 24600; 65% leave 8610; 70% leave 2583.
        {
            "基本医保": "35400.00", "大病保险": "15990.00", "医疗救助": "6027.00", "医疗机构": "12000.00",
            "个人": "2583.00",
        },
    ],
    "zhejiang": [
        # 25000 × 75% leave 6750; 1000 of a supplement leave 5750; 70%; 4500 × 10%.
        {
            "基本医保": "18750.00", "补充保险": "1000.00", "医疗救助": "4025.00", "合规外救助": "450.00",
            "个人": "5775.00",
        },
        # 120000 × 70% leave 36800; 36800 - (12500 - 6750) = 31050 × 65% leave 16617.50; to 20000 of the year 14250.
        {"基本医保": "84000.00", "大病保险": "20182.50", "医疗救助": "11869.00", "个人": "4748.50"},
    ],
    "linxian": [
        # 60000 × 70% leave 18500; 13500 × 60% leave 10400; 70% leave 3120, with 500 and 7000 not in scope.
        {"基本医保": "42000.00", "大病保险": "8100.00", "医疗救助": "7280.00", "个人": "10620.00"},
        # 28000 to the limit leave 92000; from 18500 on 31500 × 60%, 50000 × 70%, 10500 × 80% leave 29700; 70% leave
        # 8910; 3120 + 8910 - 10000 = 2030, half of it.
        {
            "基本医保": "28000.00", "大病保险": "62300.00", "医疗救助": "20790.00", "倾斜救助": "1015.00",
            "个人": "7895.00",
        },
    ],
    "liaoning": [
        # 39500 × 65% leave 14325 and 1000 first self-paid; 70% leave 4597.50; 20% leave 3678; 80% leave 735.60;
        # 80% of 4500 outside leave 1400 of 5000.
        {
            "基本医保": "25675.00", "医疗救助": "10727.50", "基本医保二次报销": "919.50", "补充合规部分": "2942.40",
            "补充合规外部分": "3600.00", "医疗机构": "500.00", "个人": "2135.60",
        },
        {"补充维持用药": "280.00", "个人": "120.00"},
        # 20000 × 65% leave 7500; 15325 + 7500 - 16000 = 6825 × 50% leave 4087.50; 70% leave 1226.25; 20% leave 981.
        {
            "基本医保": "13000.00", "大病保险": "3412.50", "医疗救助": "2861.25", "基本医保二次报销": "245.25",
            "补充合规部分": "784.80", "个人": "196.20",
        },
    ],
    "changsha": [
        {"基本医保": "8400.00", "个人": "4000.00"},  # 12000 × 70%
        {
            "基本医保": "17500.00", "包干医疗救助": "3750.00", "基本医保补足": "1250.00", "医疗机构": "3600.00",
            "个人": "2500.00",
        },
        # 20000 × 70% leave 6400; 4000 + 2500 + 6400 - 10000 = 2900 × 50%.
        {"基本医保": "14000.00", "大病保险": "1450.00", "个人": "4950.00"},
    ],
}  # fmt: skip

TOLD: dict[str, set[str]] = {
    "guizhou": {"165.00", "360.00", "12,000.00", "2,583.00", "9,927.75", "48,753.00", "34,127.10", "14,625.90"},
    "zhejiang": {"18,750.00", "4,025.00", "450.00", "5,775.00", "11,869.00", "4,748.50"},
    "linxian": {"10,620.00", "11,647.50", "28,000.00", "1,015.00", "7,895.00"},
    "liaoning": {"500.00", "2,942.40", "3,600.00", "2,135.60", "280.00", "120.00", "196.20"},
    "changsha": {"3,600.00", "17,500.00", "3,750.00", "1,250.00", "2,500.00", "4,000.00", "1,450.00", "4,950.00"},
}
"""Amounts of the story that stand in what polc prints."""

REPORTED: dict[str, tuple[str, ...]] = {
    "guizhou": (
        # 70% and the rest of 2935, of 48860.25 (34202.175 rounded half up), and all of 20400.
        "2019-07-04 县域内先诊疗后付费 首付款 1 2,054.50", "2019-07-25 县域内先诊疗后付费 尾款 1 880.50",
        "2019-10-16 县域内先诊疗后付费 首付款 1 34,202.18", "2019-11-06 县域内先诊疗后付费 尾款 1 14,658.07",
        "2019-11-25 非联网报销 报销款 1 20,400.00", "合计 6 99,555.25",
        # Two of class 2 by 5:2:3, one in Gui'an; one in extreme poverty; the soldier has no premium.
        "建档立卡定额资助 省级财政 2 100.00", "建档立卡定额资助 市级财政 2 40.00", "建档立卡定额资助 县级财政 2 60.00",
        "建档立卡定额资助 贵安新区管委会 1 100.00", "合计（人数不重复计） 4 550.00",
        "GZ-ZHOU-2 建档立卡贫困人口 2020 年起参保",
        "保障对象参保率 不低于 100% 2 4 50% 未达到",
    ),
    "linxian": (
        "LX-GAO 孤儿 未参保：推送乡镇督促参保", "高额医疗费用 LX-LI 2023 L1 年度个人负担 10,620.00 6,000.00",
        # 70000 × 45% leave 39500; 29500 × 55% leave 23275, with 9000 out of the catalogue.
        "高额医疗费用 LX-HAO 2023 H1 年度个人负担 32,275.00 20,000.00", "身份调整 LX-REN 2023",
        # 57380 of 60500, and 7500 + 2030 of 10400.
        "省内住院综合报销比例 不低于 80% 66,910.00 70,900.00", "居民参保率 不低于 95% 4 5 80% 未达到",
    ),
}  # fmt: skip
"""What the reports say of a small population, worked out by hand."""


def commands(folder: str) -> list[tuple[list[str], str, str]]:
    """The commands of a story: arguments, the stream that is kept, the file it is kept in."""
    text = (EXAMPLES / folder / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", text, re.S)
    found = []
    for line in block.splitlines():
        command, stream, file = re.fullmatch(r"polc (.*) (2?)> (\S+)", line).groups()  # type: ignore[union-attr]
        found.append((shlex.split(command), "err" if stream else "out", file))
    return found


@pytest.mark.parametrize("folder", POLICIES)
def test_the_files_hold_what_polc_prints(
    folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(EXAMPLES / folder)
    monkeypatch.delenv("POLC_LANG", raising=False)
    for arguments, stream, file in commands(folder):
        assert run(arguments) == (1 if stream == "err" else 0)
        printed = capsys.readouterr()
        shown = printed.err if stream == "err" else printed.out
        assert not (printed.err and stream == "out"), printed.err
        if UPDATE:
            Path(file).write_text(shown, encoding="utf-8")
        assert Path(file).read_text(encoding="utf-8") == shown, file


@pytest.mark.parametrize("folder", POLICIES)
def test_no_file_is_left_over(folder: str) -> None:
    kept = {file for _, _, file in commands(folder)}
    given = {word for arguments, _, _ in commands(folder) for word in arguments}
    for path in (EXAMPLES / folder).iterdir():
        assert path.name in {"README.md", *kept, *given}, path.name


@pytest.mark.parametrize("folder", POLICIES)
def test_the_year_is_what_was_worked_out_by_hand(folder: str) -> None:
    policy = POLICIES[folder]
    case = read_case((EXAMPLES / folder / "year.toml").read_bytes(), "year.toml", compiled(policy).usable)
    found = []
    for settled in settle(Plans(compiled(policy)), case.person, case.claims, case.state).claims:
        amounts = {layer.name: layer.paid for layer in settled.layers}
        amounts |= {
            name: amount for field, name, amount in settled.bearers if field in ("hosp_part_amt", "psn_part_amt")
        }
        found.append({name: yuan(amount) for name, amount in amounts.items() if amount})
    assert found == AMOUNTS[folder]


@pytest.mark.parametrize("folder", POLICIES)
def test_the_story_tells_the_amounts_in_both_languages(folder: str) -> None:
    text = (EXAMPLES / folder / "README.md").read_text(encoding="utf-8")
    printed = "\n".join((EXAMPLES / folder / file).read_text(encoding="utf-8") for _, _, file in commands(folder))
    chinese, english = (
        "\n".join(line for line in text.splitlines() if bool(re.search(r"[一-鿿]", line)) is script)
        for script in (True, False)
    )
    for amount in TOLD[folder]:
        assert amount in chinese and amount in english, amount
        assert amount in printed, amount


@pytest.mark.parametrize("folder", REPORTED)
def test_the_report_says_what_was_worked_out_by_hand(folder: str) -> None:
    printed = " ".join((EXAMPLES / folder / "report.txt").read_text(encoding="utf-8").split())
    for words in REPORTED[folder]:
        assert words in printed, words


def test_every_policy_of_a_story_is_that_of_its_commands() -> None:
    for folder, policy in POLICIES.items():
        assert {word for arguments, _, _ in commands(folder) for word in arguments if word.startswith("std/")} == {
            policy
        }
