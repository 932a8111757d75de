"""The options of commands that read tables of claims."""

from __future__ import annotations

import click

from polc.cli.command import option

PERSONS_BESIDE = option(
    "--persons", metavar="FILE",
    zh="参保人表；没有时身份取自就诊表的 psn_idet_type 列",
    en="the table of persons; without it identities are taken from the claims' column psn_idet_type",
)  # fmt: skip
IDENTITIES = option(
    "--identities", metavar="FILE",
    zh="身份表：psn_no、psn_idet_type、begntime、endtime",
    en="a table of identities: psn_no, psn_idet_type, begntime, endtime",
)  # fmt: skip
ITEMS = option(
    "--items", metavar="FILE",
    zh="费用明细表：setl_id、det_item_fee_sumamt 和政策里属于明细的事实",
    en="a table of cost items: setl_id, det_item_fee_sumamt and the policy's facts of items",
)  # fmt: skip
MAPPING = option(
    "--mapping", metavar="FILE", zh="列名和代码的对照（TOML）", en="other names of columns and codes (TOML)"
)
ENCODING = option(
    "--encoding", type=click.Choice(("utf-8", "gb18030")), default="utf-8", zh="CSV 的编码", en="encoding of CSV"
)
