"""`polc settle`: a table of claims settled as a batch."""

from __future__ import annotations

import datetime
import sys

import click

from polc.batch.paths import path_of
from polc.cli.batch_extra import batch_extra
from polc.cli.command import AS_OF, argument, option
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.progress import progress_bar
from polc.cli.read import read_bytes
from polc.cli.settle_text import settle_text
from polc.cli.spark_extra import spark_extra
from polc.cli.table_options import ENCODING, IDENTITIES, ITEMS, MAPPING
from polc.cli.write import complain, write_result


@make_command(
    "settle",
    zh="批量结算：把一张就诊表（CSV、Parquet，或装着它们的目录）逐行结算到一个结果目录。\n\n每一行要么结算，要么写进 "
    "refused.csv 并注明原因；合计核对到分，写在 totals.json。",
    en="Settles a table of claims (CSV, Parquet, or a folder of them) into a folder of results.\n\nEvery row is "
    "settled, or stands in refused.csv with the reason; sums reconcile to the fen and stand in totals.json.",
    example="polc settle std/linxian-2023 claims.parquet -o settled-2023",
)
@argument(
    "policy", zh="文件、std/… 政策，或列出几个政策的 .toml", en="a file, a std/… policy, or a .toml that lists some"
)
@argument("claims", zh="就诊表：文件或目录", en="the table of claims: a file or a folder")
@option(
    "-o",
    "--output",
    "out",
    required=True,
    metavar="FOLDER",
    zh="结果目录（还不存在）",
    en="the folder for the results (not there yet)",
)
@option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet"]),
    zh="结果的格式（缺省同输入）",
    en="form of the results (default: as the claims)",
)
@MAPPING
@option(
    "--persons",
    metavar="FILE",
    zh="参保人表：身份（含起止日期）和个人事实",
    en="a table of persons: identities with their periods, facts of persons",
)
@IDENTITIES
@ITEMS
@option(
    "--state-in",
    metavar="PATH",
    zh="接着以前的结果（用 --state-out 跑出的目录，或累计数表）继续结算",
    en="go on from earlier results (a folder made with --state-out, or a table of running sums)",
)
@option(
    "--state-out",
    is_flag=True,
    zh="在结果目录里留下 state，供以后接着结算",
    en="leave a state in the folder, for later runs to go on from",
)
@option(
    "--close-before",
    type=click.IntRange(1901, 2199),
    metavar="YEAR",
    zh="关闭这个待遇年度以前的年度：留下的 state 不再保留其中的就诊，以后也不再收",
    en="close the benefit years before this one: the state left keeps no claims of them, later runs take none in",
)
@ENCODING
@option(
    "--keep",
    multiple=True,
    metavar="COLUMN",
    zh="照抄到结果里的输入列（可多次）",
    en="a column of the input to copy into the results (repeatable)",
)
@option(
    "--explain-line",
    "line",
    is_flag=True,
    zh="每行加一列 setl_proc_info：一行说明",
    en="adds setl_proc_info, one line of explanation per row",
)
@option(
    "--engine",
    type=click.Choice(["native", "interpreter", "spark"]),
    default="native",
    zh="机器码、逐步的解释器，或由 Spark 分到多台机器上的机器码",
    en="machine code, the interpreter that keeps every step, or machine code on the machines of a Spark cluster",
)
@option(
    "--master",
    metavar="URL",
    default="local[*]",
    show_default=True,
    zh="Spark 集群的地址",
    en="the address of the Spark cluster",
)
@option(
    "--spark-log",
    metavar="FILE",
    zh="把 Spark 自己的信息写到这个文件",
    en="write what Spark says for itself to this file",
)
@option(
    "--threads",
    type=click.IntRange(1, 256),
    metavar="N",
    zh="线程数（缺省为核数）",
    en="threads (default: as many as there are cores)",
)
@AS_OF
@click.pass_obj
def command(
    lang: Language, policy: str, claims: str, out: str, form: str | None, mapping: str | None, persons: str | None,
    identities: str | None, items: str | None, encoding: str, state_in: str | None, state_out: bool,
    close_before: int | None,
    keep: tuple[str, ...], line: bool, engine: str, master: str, spark_log: str | None, threads: int | None,
    as_of: datetime.datetime | None,
) -> int:  # fmt: skip
    """Settles and prints the sums; 1 where nothing could be settled at all."""
    if close_before is not None and not state_out:
        told = "要和 --state-out 一起用" if lang == "zh" else "goes with --state-out"
        raise click.UsageError(f"--close-before: {told}", click.get_current_context())
    if engine == "spark":
        spark_extra()
    with batch_extra():
        from polc.batch.mapping import Renaming, read_mapping
        from polc.batch.options import Options
        from polc.batch.run import settle_files
        from polc.cli.policies import policies_of
    claims, out = path_of(claims), path_of(out)
    persons, identities, items, state_in = (
        path_of(at) if at else None for at in (persons, identities, items, state_in)
    )
    day = as_of.date() if as_of else None
    policies = policies_of(policy, day, lang)
    renaming = read_mapping(read_bytes(mapping), mapping) if mapping else Renaming()
    options = Options(
        policy=policy, as_of=day, form=form, engine=engine, renaming=renaming, encoding=encoding, keep=keep, line=line,  # type: ignore[arg-type]
        persons=persons, identities=identities, items=items, state_in=state_in, state_out=state_out,
        close_before=close_before, lang=lang,
        threads=threads or 0, master=master, spark_log=spark_log or "",
    )  # fmt: skip
    with progress_bar(sys.stderr, lang) as progress:
        run = settle_files(policies, claims, out, options, progress)
    complain(run.warnings, lang)
    write_result(settle_text(run.totals, out, run.reasons, lang))
    return 0
