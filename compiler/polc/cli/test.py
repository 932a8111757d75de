"""`polc test`: runs the examples in policies, and claim files that say what must come of them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

import click

from pol_lang.problem import Language, Problem, Problems
from polc.arms.coverage import Coverage
from polc.cli.arms_covered import coverage_json, coverage_text, coverages, examples_text, too_few
from polc.cli.command import argument, option
from polc.cli.command import command as make_command
from polc.cli.junit import junit
from polc.cli.kept import Kept, keep_sheets
from polc.cli.tested import Asked, Tested, all_files, asked_for, run_tests
from polc.cli.watch import watch as watch_files
from polc.cli.write import colored, complain, write_result
from polc.cli.write_file import write_file
from polc.examples.failing import failing_text
from polc.examples.run import ExampleResult
from polc.explain.figures import machine_value

SCHEMA = "pol.tests/v1"


class NothingTested(Problem):
    """No example was run, and `--fail-on-empty` asks that this be a failure: the policies have none, or none of them
    has a name that contains what `--filter` gives.
    ---
    一个算例也没有运行，而 `--fail-on-empty` 要求这算失败：政策里没有算例，或者没有一个算例的名称含有
    `--filter` 给的文字。
    """

    code = "C588"
    zh: ClassVar[str] = "一个算例也没有运行"
    en: ClassVar[str] = "no example was run"
    hint_zh: ClassVar[str] = "给政策写算例，或者检查 --filter"
    hint_en: ClassVar[str] = "add examples to the policy, or look at --filter"


@make_command(
    "test",
    zh="运行政策文件里的算例，以及带有应得的案例文件（TOML、JSON，表 [expect]），把应得与实际逐项核对；没有通过的，"
    "显示计算书里开始不符的那一步。不写路径则检查当前目录。",
    en="Runs the examples in policies, and claim files that say what must come of them (TOML or JSON with a table "
    "[expect]), and compares what they expect with what comes of them; where one fails, the sheet is shown at the step "
    "where they part. Without a path: the current folder.",
    example="polc test 临县.pol\npolc test policies/ claims/ --junit report.xml\npolc test policies/ --filter 就高\n"
    "polc test 临县.pol --coverage --threshold 90\npolc test std",
)
@argument(
    "paths",
    nargs=-1,
    zh="政策文件、案例文件、目录、std/… 政策，或 std（全部标准政策）",
    en="policies, claim files, folders, std/… policies, or std (all)",
)
@option(
    "--filter",
    "only",
    metavar="TEXT",
    zh="只运行名称含有这段文字的算例",
    en="only examples whose name contains this text",
)
@option("--format", "form", type=click.Choice(["text", "json"]), default="text", zh="输出格式", en="output format")
@option(
    "--junit",
    "report",
    metavar="FILE",
    zh="另把结果写成 JUnit XML 文件",
    en="write the results as a JUnit XML file too",
)
@option(
    "--coverage",
    is_flag=True,
    zh="列出算例没有走到的分支（各段、起付线、封顶、条件、倾斜、就高……），每个附一次走得到的就诊",
    en="list the arms that no example takes (bands, deductibles, caps, guards, tilts, …), each with a claim that would",
)
@option(
    "--examples",
    is_flag=True,
    zh="再把走得到这些分支的就诊写成算例，应得留给人填（隐含 --coverage）",
    en="also write those claims as examples, to be completed with what they must come to (implies --coverage)",
)
@option(
    "--threshold",
    type=click.FloatRange(0, 100),
    metavar="N",
    zh="分支覆盖低于 N% 时算失败（隐含 --coverage）",
    en="fail where less than N% of the arms are taken (implies --coverage)",
)
@option(
    "--update",
    is_flag=True,
    zh="把通过的算例的计算书存到政策旁边的 __sheets__，删去不属于任何算例的（pytest 插件据此核对）",
    en="keep the sheets of examples that pass in __sheets__ beside the policy (the pytest plugin compares with them), "
    "remove those that belong to none",
)
@option("--fail-on-empty", is_flag=True, zh="一个算例也没有时算失败", en="fail where no example was run")
@option(
    "--watch",
    is_flag=True,
    zh="文件改动后重新运行，按 Ctrl-C 结束",
    en="run again whenever a file changes, until Ctrl-C",
)
@click.pass_obj
def command(
    lang: Language,
    paths: tuple[str, ...],
    only: str | None,
    form: str,
    report: str | None,
    coverage: bool,
    examples: bool,
    threshold: float | None,
    update: bool,
    fail_on_empty: bool,
    watch: bool,
) -> int:
    """The exit code 1 where an example fails, a policy cannot be compiled or too few arms are taken; a watch ends with
    0."""

    wanted = None if threshold is None else Fraction(str(threshold))

    def run() -> tuple[Asked, list[Tested], bool]:
        asked = asked_for(paths or (".",))
        tested = run_tests(asked, lambda name: only is None or only in name)
        complain({id(problem): problem for one in tested for problem in one.problems}.values(), lang)
        if fail_on_empty and not any(one.results for one in tested):
            complain([NothingTested(where=" ".join(paths) or ".")], lang)
        kept = keep_sheets(tested) if update else None
        covered = coverages(tested) if coverage or examples or threshold is not None else None
        lacking = too_few(covered or (), wanted)
        if report is not None:
            write_file(report, junit(tested, lang, lacking))
        if form == "json":
            write_result(_json(tested, covered, lang))
        else:
            told = "" if kept is None else _kept(kept, lang)
            if covered is not None:
                told += "\n" + coverage_text(covered, lang)
                told += "\n" + examples_text(covered, lang) if examples else ""
            write_result(_text(tested, lang) + told)
        complain(lacking, lang)
        return asked, tested, not lacking

    def again(changed: tuple[str, ...]) -> tuple[str, ...]:
        if changed:
            _announce(f"{'有改动：' if lang == 'zh' else 'changed: '}{_first_of(changed, lang)}", clear=True)
        try:
            asked, tested, _ = run()
            names = (*asked.watched, *all_files(tested))
        except Problems as error:  # an empty folder, say: the next change may mend it
            complain(error.problems, lang)
            names = paths or (".",)
        _announce("等待文件改动，按 Ctrl-C 结束" if lang == "zh" else "waiting for a change of files; Ctrl-C ends")
        return names

    if watch:
        watch_files(again)
        return 0
    _, tested, covered = run()
    empty = fail_on_empty and not any(one.results for one in tested)
    return 0 if covered and not empty and all(one.passed for one in tested) else 1


def _announce(text: str, clear: bool = False) -> None:
    """A line of a watch, with the time, so that one run is told from the next; on a terminal it starts a new screen."""
    if sys.stderr.isatty():
        sys.stderr.write("\x1b[2J\x1b[H" if clear else "")
    sys.stderr.write(f"── {time.strftime('%H:%M:%S')} {text} ──\n")
    sys.stderr.flush()


def _first_of(names: Sequence[str], lang: Language) -> str:
    if len(names) == 1:
        return names[0]
    return f"{names[0]} 等 {len(names)} 个文件" if lang == "zh" else f"{names[0]} and {len(names) - 1} more"


# ---------------------------------------------------------------- text


def _text(tested: Sequence[Tested], lang: Language) -> str:
    zh = lang == "zh"
    lines: list[str] = []
    for one in tested:
        for result in one.results:
            mark = ("通过" if zh else "passed") if result.passed else ("失败" if zh else "FAILED")
            name = "" if result.name == one.name else f"  {result.name}"
            lines.append(f"{mark}  {one.name}{name}")
            lines += failing_text(result, lang, colored(sys.stdout))
            if not all(compared.agrees for compared in result.compared):
                lines += [_where(one, result, lang), ""]
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


def _kept(kept: Kept, lang: Language) -> str:
    if lang == "zh":
        return f"计算书：写了 {kept.written} 份，删去 {kept.removed} 份\n"
    return f"sheets: {kept.written} written, {kept.removed} removed\n"


def _where(one: Tested, result: ExampleResult, lang: Language) -> str:
    policy = one.compiled.name if one.compiled else one.name
    explain = f"polc explain {policy} {result.name}"
    return f"  完整计算书：{explain}" if lang == "zh" else f"  the whole sheet: {explain}"


# ---------------------------------------------------------------- json


def _json(tested: Sequence[Tested], covered: Sequence[Coverage] | None, lang: Language) -> str:
    found: dict[str, object] = {
        "schema": SCHEMA,
        "policies": [
            {
                "policy": one.name,
                "problems": [_problem(problem, lang) for problem in one.problems],
                "examples": [
                    {
                        "name": result.name,
                        "place": result.place,
                        "passed": result.passed,
                        "problems": [_problem(problem, lang) for problem in result.problems],
                        "expectations": [
                            {
                                "name": each.name,
                                "place": each.line.place,
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
    if covered is not None:
        found["coverage"] = coverage_json(covered, lang)
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _problem(problem: Problem, lang: Language) -> dict[str, str]:
    place = problem.span.place if problem.span else problem.where
    return {"code": problem.code, "severity": problem.severity, "message": problem.message(lang), "place": place}
