"""`polc test`: runs the examples in policies."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from fractions import Fraction

import click
from attrs import frozen
from rich.cells import cell_len

from pol_lang.problem import Language, Problem, Problems
from pol_lang.render import render_problems
from polc import plan as p
from polc.cli.command import argument, option
from polc.cli.command import command as make_command
from polc.cli.paths import policy_names
from polc.cli.write import colored, complain, write_result
from polc.examples.run import Compared, ExampleResult, run_example
from polc.explain.figures import figure, machine_value, signed_money
from polc.explain.grid import padded
from polc.explain.lines import references
from polc.explain.wording import words
from polc.load import standard_names
from polc.pipeline import Plans, compile_policy

SCHEMA = "pol.tests/v1"


@frozen(eq=False, repr=False, slots=False)
class Tested:
    """A policy and what its examples came to; `problems` are those that kept it from being compiled."""

    policy: str
    results: tuple[ExampleResult, ...]
    problems: tuple[Problem, ...]


@make_command(
    "test",
    zh="运行政策文件里的算例，把应得与实际逐项核对。不写路径则检查当前目录。",
    en="Runs the examples in policies and compares what they expect with what comes of them. Without a path: the "
    "current folder.",
    example="polc test 临县.pol\npolc test policies/ --filter 就高\npolc test std",
)
@argument(
    "paths",
    nargs=-1,
    zh="文件、目录、std/… 政策，或 std（全部标准政策）",
    en="files, folders, std/… policies, or std (all)",
)
@option(
    "--filter",
    "only",
    metavar="TEXT",
    zh="只运行名称含有这段文字的算例",
    en="only examples whose name contains this text",
)
@option("--format", "form", type=click.Choice(["text", "json"]), default="text", zh="输出格式", en="output format")
@click.pass_obj
def command(lang: Language, paths: tuple[str, ...], only: str | None, form: str) -> int:
    """The exit code 1 where an example fails or a policy cannot be compiled."""
    asked = [name for path in paths or (".",) for name in (standard_names() if path.rstrip("/") == "std" else [path])]
    tested = [_test(name, only) for name in policy_names(asked)]
    for one in tested:
        complain(one.problems, lang)
    write_result(_json(tested, lang) if form == "json" else _text(tested, lang))
    return 0 if all(not one.problems and all(result.passed for result in one.results) for one in tested) else 1


def _test(name: str, only: str | None) -> Tested:
    compiled = compile_policy(name, settling=None)
    try:
        plan = compiled.usable
        plans = Plans(compiled)
    except Problems as error:
        return Tested(name, (), error.problems)
    examples = [x for x in compiled.program.examples if only is None or only in x.name.text]
    return Tested(name, tuple(run_example(example, plan, plans) for example in examples), ())


# ---------------------------------------------------------------- text


def _text(tested: Sequence[Tested], lang: Language) -> str:
    zh = lang == "zh"
    lines: list[str] = []
    for one in tested:
        for result in one.results:
            mark = ("通过" if zh else "passed") if result.passed else ("失败" if zh else "FAILED")
            lines.append(f"{mark}  {one.policy}  {result.example.name.text}")
            shown = render_problems(result.problems, lang, color=colored(sys.stdout)).rstrip("\n")
            if shown:
                lines += ["", shown, ""]
            if not all(compared.agrees for compared in result.compared):
                lines += ["", *_table(result, lang), "", _where(one.policy, result, lang), ""]
    results = [result for one in tested for result in one.results]
    failed = sum(not result.passed for result in results)
    broken = sum(bool(one.problems) for one in tested)
    if zh:
        summary = f"{len(results)} 个算例：{len(results) - failed} 个通过，{failed} 个失败"
        summary += f"；{broken} 个政策有错误，没有运行" if broken else ""
    else:
        summary = (
            f"{len(results)} example{'' if len(results) == 1 else 's'}: {len(results) - failed} passed, {failed} failed"
        )
        summary += f"; {broken} with errors, not run" if broken else ""
    return "\n".join([*lines, summary]) + "\n"


def _where(policy: str, result: ExampleResult, lang: Language) -> str:
    explain = f"polc explain {policy} {result.example.name.text}"
    return f"  完整计算书：{explain}" if lang == "zh" else f"  the whole sheet: {explain}"


def _table(result: ExampleResult, lang: Language) -> list[str]:
    """Every expectation with expected and actual side by side, what the actual rests on, and where it is expected."""
    zh = lang == "zh"
    rows = [
        ("", "应得", "实际", "相差", "依据", "算例")
        if zh
        else ("", "expected", "actual", "difference", "rests on", "example")
    ]
    for one in result.compared:
        mark = " " if one.agrees else "✗"
        basis = " ".join(references(one.actual.origins[:1], ""))
        rows.append(
            (
                f"{mark} {one.name}",
                *_shown(one, lang),
                "" if one.agrees else _difference(one),
                basis,
                str(one.line.span.line),
            )
        )
    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(
            padded(cell, widths[at], "right" if at in (1, 2, 3) else "left") for at, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def _shown(one: Compared, lang: Language) -> tuple[str, str]:
    return _value(one.expected, one.actual.unit, lang), _value(one.actual.value, one.actual.unit, lang)


def _value(value: p.Value, unit: p.Unit, lang: Language) -> str:
    years = {"this_year": ("当年", "this year"), "next_year": ("次年", "next year")}
    if isinstance(value, str) and value in years:
        return years[value][lang == "en"]
    return figure(value, unit, words(lang))


def _difference(one: Compared) -> str:
    expected, actual = one.expected, one.actual.value
    if one.actual.unit == "money" and isinstance(expected, int | Fraction) and isinstance(actual, int | Fraction):
        return signed_money(actual - expected)
    return ""


# ---------------------------------------------------------------- json


def _json(tested: Sequence[Tested], lang: Language) -> str:
    found = {
        "schema": SCHEMA,
        "policies": [
            {
                "policy": one.policy,
                "problems": [_problem(problem, lang) for problem in one.problems],
                "examples": [
                    {
                        "name": result.example.name.text,
                        "place": result.example.span.place,
                        "passed": result.passed,
                        "problems": [_problem(problem, lang) for problem in result.problems],
                        "expectations": [
                            {
                                "name": each.name,
                                "place": each.line.span.place,
                                "unit": each.actual.unit,
                                "expected": machine_value(each.expected, each.actual.unit),
                                "actual": machine_value(each.actual.value, each.actual.unit),
                                "agrees": each.agrees,
                            }
                            for each in result.compared
                        ],
                    }
                    for result in one.results
                ],
            }
            for one in tested
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _problem(problem: Problem, lang: Language) -> dict[str, str]:
    place = problem.span.place if problem.span else problem.where
    return {"code": problem.code, "severity": problem.severity, "message": problem.message(lang), "place": place}
