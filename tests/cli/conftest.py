"""A `polc` to call in an empty folder, with a small policy and a claim to call it on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import frozen

from polc.cli import run

POLICY = """\
# 一个小政策，金额由手工计算。
政策 小县2023
  施行自 2023-01-01

口径
  先行自付 不计入 基数
  年度     按 出院日期

参数 支付比例标准
  自 2023-01-01 70%
  自 2024-01-01 75%

保障层 基本医保 支付方 基本医保统筹基金 依据 二(一)
  当 医疗类别 是 普通住院
  基数 政策范围内费用
  起付线 300元 每次
  支付比例 支付比例标准
  封顶线 支付额 25万元 每年

保障层 大病保险 支付方 居民大病保险资金 依据 二(二)
  基数 余额 政策范围内费用 每年 全部就诊
  起付线 10000元 每年
  支付比例 60%

算例 普通住院 出处 "手工计算"
  一次就诊 甲
    医疗类别 普通住院
    出院日期 2023-05-20
    医疗费总额 50000元
    全自费费用 0元
    超限价自费费用 0元
    先行自付费用 0元
    政策范围内费用 50000元
  # (50000-300)×70% = 34790，自付 15210；(15210-10000)×60% = 3126。
  应得
    基本医保 34790元
    大病保险 3126元
    个人 12084元
"""

CLAIM = """\
[person]
psn_no = "P1"

[claim]
id = "C1"
医疗类别 = "普通住院"
出院日期 = 2024-03-01
医疗费总额 = "50000.00"
全自费费用 = 0
超限价自费费用 = 0
先行自付费用 = 0
"""

PARENT = """\
政策 省2022
  施行自 2022-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
参数 起付标准 由地方规定 金额 不高于 500元 依据 三(一)
参数 报销比例 由地方规定 支付比例 不低于 60% 依据 三(二)
保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  起付线 起付标准 每次
  支付比例 报销比例
"""

LOCAL = """\
政策 县2023
  落实 "省2022.pol"
规定 起付标准 = 400元
"""


@frozen
class Ran:
    """What a command line came to."""

    code: int
    out: str
    err: str


Polc = Callable[..., Ran]


@pytest.fixture
def polc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Polc:
    """Runs `polc ARGUMENTS` in an empty folder that has 小县.pol and claim.toml."""
    monkeypatch.chdir(tmp_path)
    for name in ("POLC_LANG", "POLC_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "小县.pol").write_text(POLICY, encoding="utf-8")
    (tmp_path / "claim.toml").write_text(CLAIM, encoding="utf-8")
    capsys.readouterr()

    def call(*arguments: str) -> Ran:
        code = run(arguments)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return call
