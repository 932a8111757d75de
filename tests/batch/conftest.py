"""A small policy and tables to settle under it, in an empty folder."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from polc.batch.options import Options, Run
from polc.batch.policies import single
from polc.batch.run import settle_files
from polc.pipeline import Plans, compile_policy

POLICY = """\
政策 小县2023
  施行自 2023-01-01

口径
  先行自付 不计入 基数
  年度     按 出院日期

身份 低保对象 代码 "A1"
身份 特困人员 代码 "A2"

参数 支付比例标准
  自 2023-01-01 70%
  自 2024-01-01 75%

保障层 基本医保 支付方 基本医保统筹基金 依据 二(一)
  当 医疗类别 是 普通住院
  基数 政策范围内费用
  起付线 300元 每次
  支付比例 支付比例标准
  封顶线 支付额 5万元 每年

保障层 大病保险 支付方 居民大病保险资金 依据 二(二)
  基数 余额 政策范围内费用 每年 全部就诊
  起付线 10000元 每年
  支付比例 60%

保障层 医疗救助 支付方 医疗救助基金 依据 二(三)
  当 低保对象 或 特困人员
  基数 余额 政策范围内费用
  支付比例 50%
  封顶线 支付额 3000元 每年
"""

Settle = Callable[..., Run]


@pytest.fixture
def engine() -> str:
    """What settles; modules of tests that must hold with both engines parametrise it."""
    return "native"


@pytest.fixture
def settle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str) -> Settle:
    """Settles a table (a path, or the text of a CSV) under the small policy into the folder `out`."""
    monkeypatch.chdir(tmp_path)
    Path("小县.pol").write_text(POLICY, encoding="utf-8")
    compiled = compile_policy("小县.pol")
    plans = Plans(compiled)

    def call(
        claims: str, out: str = "out", progress: Callable[[int, int], None] | None = None, **options: object
    ) -> Run:
        if "\n" in claims:
            Path("claims.csv").write_text(claims, encoding="utf-8")
            claims = "claims.csv"
        options = {"engine": engine, "lang": "en", **options}
        policies = single("小县.pol", compiled.usable, plans)
        return settle_files(policies, claims, out, Options(**options), progress)  # type: ignore[arg-type]

    return call


@pytest.fixture
def plan_for() -> Callable[[datetime.date], object]:
    """The plan of the small policy by date."""
    return Plans(compile_policy("小县.pol"))
