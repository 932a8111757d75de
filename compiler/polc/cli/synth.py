"""`polc synth`: persons and claims made up for a policy, to try things on."""

from __future__ import annotations

import contextlib
import sys
from decimal import Decimal, InvalidOperation
from typing import Literal as OneOf

import click

from polc.cli.batch_extra import batch_extra
from polc.cli.command import argument, language_of, option
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.progress import progress_bar
from polc.cli.write import complain, write_result
from polc.explain.figures import money
from polc.pipeline import Plans, compile_policy
from polc.synth.plans_of import plans_of

_FORMATS = ("csv", "parquet")
_MOST = 10**11


def _share(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """A percentage with at most three decimals, as parts of 100,000."""
    with contextlib.suppress(InvalidOperation):
        share = Decimal(value.strip().removesuffix("%")) * 1000
        if share == share.to_integral_value() and 0 <= share <= 100_000:
            return int(share)
    told = "不是 0 到 100 的百分比" if language_of(ctx) == "zh" else "is no percentage from 0 to 100"
    raise click.UsageError(f"{param.opts[0]} {value}: {told}", ctx)


@make_command(
    "synth",
    zh="为一个政策生成参保人和就诊：人数、费用、身份、医院等级、转诊的分布像真实数据，政策要的事实都有，费用各部分"
    "加得起来。同样的参数得到同样的数据。\n\n目录里写三张表：claims（就诊）、persons（参保人，每人每个身份一行）、"
    "identities（身份）；政策要看费用明细的，还有 items（明细）。列名用平台字段，没有的用政策里的名称，polc settle 和 "
    "polc report 直接能读。",
    en="Makes up persons and claims for a policy: numbers, costs, identities, hospital levels and referrals are spread "
    "as in real data, every fact the policy asks for is given, and the parts of the cost add up. The same arguments "
    "give the same data.\n\nThe folder gets three tables: claims, persons (a row per person and identity) and "
    "identities; and items, where the policy looks at cost items. Columns are the platform's fields, or the policy's "
    "names where there is none, as polc settle and polc report read them.",
    example="polc synth std/linxian-2023 -o 数据\npolc synth std/linxian-2023 --claims 1000000 --seed 7 "
    "--format parquet -o 数据\npolc synth 临县.pol --claims 5000 --near 30 --refused-share 0.5 -o 数据",
)
@argument("policy", zh="文件或 std/… 政策", en="a file or std/… policy")
@option("--claims", type=click.IntRange(1, _MOST), default=10_000, metavar="N", zh="就诊数", en="how many claims")
@option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=1, metavar="S",
    zh="种子：换一个就得到另一批数据", en="the seed: another one gives other data",
)  # fmt: skip
@option(
    "--year", type=click.IntRange(1900, 2199), metavar="YYYY",
    zh="就诊所在的年度（缺省为政策施行的那一年；那一年不满就取有效日子更多的下一年）",
    en="the year of the claims (by default the policy's first, or the one after it where the first is not whole)",
)  # fmt: skip
@option(
    "--near", default="0", callback=_share, metavar="PERCENT",
    zh="这么多就诊的金额正好在政策的起付线、分段和封顶线上，或只差一分",
    en="so many claims have amounts at the policy's deductibles, band edges and caps, or one fen off",
)  # fmt: skip
@option(
    "--refused-share", default="0", callback=_share, metavar="PERCENT",
    zh="这么多行有错，会被拒绝", en="so many rows have something wrong and are to be refused",
)  # fmt: skip
@option("--format", "form", type=click.Choice(_FORMATS), default="csv", zh="文件格式", en="format of the files")
@option("-o", "--output", required=True, metavar="FOLDER", zh="写到这个目录", en="the folder to write to")
@click.pass_obj
def command(
    lang: Language, policy: str, claims: int, seed: int, year: int | None, near: int, refused_share: int,
    form: OneOf["csv", "parquet"], output: str,
) -> int:  # fmt: skip
    """Prints what was made."""
    compiled = compile_policy(policy, settling=None)
    plan = compiled.usable
    complain(compiled.problems, lang)
    plans, days = plans_of(Plans(compiled), plan, year)
    with batch_extra():
        from polc.cli.synth_files import write_tables
        from polc.synth.asked import asked
        from polc.synth.synth import synth
        from polc.synth.visits import Shares
    pieces = synth(asked(plans, days), claims, seed, Shares(near, refused_share))
    with progress_bar(sys.stderr, lang) as tell:
        made = write_tables(pieces, output, form, lambda done: tell(done, claims) if tell else None)
    lines = [
        _line(lang, made.claims_file, made.claims, "次就诊，医疗费总额 {cost} 元", "claims, total cost {cost} yuan"),
        _line(lang, made.persons_file, made.people, "人", "persons"),
    ]
    if made.identities_file:
        lines.append(_line(lang, made.identities_file, made.identities, "条身份", "identities held"))
    if made.items_file:
        lines.append(_line(lang, made.items_file, made.items, "条费用明细", "cost items"))
    told = "".join(f"{line}\n" for line in lines).replace("{cost}", money(made.cost))
    if refused_share:
        zh, en = (
            f"其中有错、会被拒绝的就诊：{made.refused:,} 行",
            f"claims with something wrong, to be refused: {made.refused:,}",
        )
        told += (zh if lang == "zh" else en) + "\n"
    write_result(told)
    return 0


def _line(lang: Language, file: str, count: int, zh: str, en: str) -> str:
    return f"{file}  {count:,} {zh if lang == 'zh' else en}"
