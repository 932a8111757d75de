"""`polc explain`: the calculation sheet of a case."""

from __future__ import annotations

import datetime
import os
import sys
from typing import ClassVar

import click

from pol_lang.problem import Problem, Problems, near_names
from polc.claims.case import Case
from polc.claims.read_case import read_case
from polc.cli.batch_extra import batch_extra
from polc.cli.command import AS_OF, OUTPUT, argument, option
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.read import read_bytes
from polc.cli.write import colored, complain, write_result
from polc.examples.day import day_of
from polc.examples.given import case_of_example
from polc.explain import Around, Format, explain, render
from polc.pipeline import Compiled, Plans, compile_policy
from polc.plan import Plan
from polc.plan_json import plan_hash
from polc.settle import settle
from polc.settlement import Settlement

_FORMATS = ("text", "json", "html", "md")


class NoSuchClaim(Problem):
    """What is to be explained is neither a file nor the name of an example in the policy.
    ---
    要解释的既不是文件，也不是政策里算例的名称。
    """

    asked: str = ""
    policy: str = ""
    code = "C572"
    zh: ClassVar[str] = "“{asked}”既不是文件，也不是政策“{policy}”里的算例"
    en: ClassVar[str] = "“{asked}” is neither a file nor an example in the policy “{policy}”"
    hint_zh: ClassVar[str] = "写就诊文件的路径，或者政策里算例的名称"
    hint_en: ClassVar[str] = "give the path of a claim file, or the name of an example in the policy"


class NothingToPay(Problem):
    """The case has neither claims nor arrivals, and the policy says nothing of persons alone: no enrolment rules and no
    premium subsidies.
    ---
    案例没有就诊，也没有申报；政策对参保人本身也没有规定（没有参保认定，也没有参保资助）。
    """

    code = "C580"
    zh: ClassVar[str] = "没有就诊，也没有可以计算的参保规定"
    en: ClassVar[str] = "there is no claim, and the policy says nothing of the person alone"
    hint_zh: ClassVar[str] = "在文件里加一次就诊（[[claims]]）"
    hint_en: ClassVar[str] = "add a claim to the file ([[claims]])"


@make_command(
    "explain",
    zh="逐步显示一次就诊（或一个人先后几次就诊）怎样结算：每层的基数、起付线、分段、封顶、倾斜、就高，每行都有依据。\n\n"
    "参保人本身（参保、资助）和申报的付款期限也用它显示。",
    en="Shows step by step how a claim (or the claims of a person, one after the other) is settled: base, deductible, "
    "bands, cap, tilts and alternatives of every layer, each line with what it rests on.\n\nAlso what a policy says of "
    "the person alone (enrolment, subsidies), and when what arrives is due.",
    example="polc explain std/linxian-2023 低保户省内住院\npolc explain 临县.pol claim.toml --why-not 倾斜救助\n"
    "polc explain 临县.pol claim.json --format html -o sheet.html\npolc explain --from settled-2023 --row S001",
)
@argument("policy", required=False, zh="文件或 std/… 政策", en="a file or std/… policy")
@argument(
    "claim",
    required=False,
    zh="TOML 或 JSON 文件，或政策里算例的名称",
    en="a TOML or JSON file, or the name of an example in the policy",
)
@option(
    "--from",
    "run",
    metavar="FOLDER",
    zh="polc settle 的结果目录（不写政策和就诊）",
    en="a folder of results of polc settle (instead of policy and claim)",
)
@option(
    "--row",
    metavar="KEY",
    zh="其中的一行：结算ID、就诊ID，或 #行号",
    en="a row of it: its settlement, its visit or #ROW",
)
@option("--format", "form", type=click.Choice(_FORMATS), default="text", zh="输出格式", en="output format")
@option(
    "--why-not",
    metavar="LAYER",
    zh="这一层为什么没有支付、还差多少",
    en="why a layer paid what it paid, and how far it was",
)
@AS_OF
@OUTPUT
@click.pass_obj
def command(
    lang: Language, policy: str | None, claim: str | None, run: str | None, row: str | None, form: Format,
    why_not: str | None, as_of: datetime.datetime | None, output: str | None,
) -> int:  # fmt: skip
    """Prints the sheet; warnings go to standard error."""
    terminal = form == "text" and output is None and colored(sys.stdout)
    width = _terminal_width() if terminal else 100
    context = click.get_current_context()
    if run is not None or row is not None:
        if run is None or row is None or policy is not None or as_of is not None:
            raise click.UsageError(_together(lang), context)
        write_result(_of_row(run, row, form, why_not, lang, terminal, width), output)
        return 0
    if policy is None or claim is None:
        name = "policy" if policy is None else "claim"
        raise click.MissingParameter(ctx=context, param=next(p for p in context.command.params if p.name == name))
    compiled = compile_policy(policy, as_of.date() if as_of else None)
    plan = compiled.usable
    case = _case(claim, compiled, plan)
    complain((*compiled.problems, *case.warnings), lang)
    plans = Plans(compiled, as_of.date() if as_of else None, dated=True)
    parts: list[str] = []
    settlement = None
    if case.claims:
        settlement = settle(plans, case.person, case.claims, case.state)
        parts.append(
            explain(
                settlement, plan_hash=plan_hash, format=form, lang=lang,
                why_not=why_not, around=_beside(settlement), terminal=terminal, width=width,
            )
        )  # fmt: skip
    if (case.arrivals and why_not is None) or not case.claims:
        day = day_of(case, plan) or (as_of.date() if as_of else None)
        own = plans(day) if day else plan
        parts.append(_around(case, own, settlement, day, form, lang, terminal, width))
    write_result(_joined(parts, form), output)
    return 0


def _together(lang: Language) -> str:
    if lang == "zh":
        return "--from 和 --row 一起写，不写政策、就诊和 --as-of"
    return "--from and --row go together, without a policy, a claim or --as-of"


def _of_row(
    run: str, row: str, form: Format, why_not: str | None, lang: Language, terminal: bool, width: int
) -> str:  # fmt: skip
    """The sheet of a row of a batch."""
    with batch_extra():
        from polc.cli.explain_row import settlement_of_row
    settlement = settlement_of_row(run, row, lang)
    return explain(
        settlement, plan_hash=plan_hash, format=form, lang=lang, why_not=why_not, around=_beside(settlement),
        terminal=terminal, width=width,
    )  # fmt: skip


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _case(claim: str, compiled: Compiled, plan: Plan) -> Case:
    """The case of an example, or of a file; what looks like neither is unknown. Raises `Problems`."""
    examples = {example.name.text: example for example in compiled.program.examples}
    if claim in examples and not os.path.isfile(claim):
        return case_of_example(examples[claim], plan)
    looks_like_file = claim == "-" or os.path.exists(claim) or claim.endswith((".toml", ".json"))
    if not looks_like_file and os.sep not in claim:
        near = near_names(claim, examples)
        raise Problems([NoSuchClaim(where=claim, asked=claim, policy=compiled.name, near=near)])
    return read_case(read_bytes(claim), claim, plan)


def _beside(settlement: Settlement) -> Around | None:
    """What says how claims are paid out and which alerts they raise; None where no policy speaks of it."""
    if not any(claim.plan.routes or claim.plan.alerts for claim in settlement.claims):
        return None
    from polc.population.beside import beside

    return beside


def _around(
    case: Case, plan: Plan, settlement: Settlement | None, day: datetime.date | None, form: Format, lang: Language,
    terminal: bool, width: int,
) -> str:  # fmt: skip
    """The sheet of what stands around the settlement; most cases have none and need not wait for it."""
    from polc.population.around import around
    from polc.population.sheet import around_sheet, around_text_json

    result = around(case, plan, settlement, day)
    if result.enrolment is None and result.subsidy is None and not result.routes:
        raise Problems(result.problems or [NothingToPay(where=result.person.id)])
    complain(result.problems, lang)
    digest = plan_hash(result.plan)
    if form == "json":
        return around_text_json(result, digest)
    return render(around_sheet(result, digest, lang), form, terminal, width)


def _joined(parts: list[str], form: str) -> str:
    """One document of the claims' sheet and that of their arrivals: JSON becomes a list where there are two."""
    if len(parts) == 1:
        return parts[0]
    if form == "json":
        return "[\n" + ",\n".join(part.rstrip("\n") for part in parts) + "\n]\n"
    return "\n".join(parts)
