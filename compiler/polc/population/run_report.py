"""From two tables as bytes to a report as text: `run_report`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import ClassVar
from typing import Literal as OneOf

from pol_lang.problem import Language, Problem, Problems
from polc import plan as p
from polc.claims.tables import latest_date, read_claims, read_persons
from polc.explain.markdown import markdown
from polc.explain.text import text
from polc.plan_json import plan_hash
from polc.population.report import Report, report
from polc.population.report_csv import report_csv
from polc.population.report_json import report_json
from polc.population.report_sheet import report_sheet

Format = OneOf["text", "json", "csv", "md"]


class NoDay(Problem):
    """The report needs a day on which persons are looked at. None was given, and the table of claims has no date to
    take the latest of.
    ---
    报告要以某一天为准来看参保人的情况；没有给出日期，就诊表里也没有可取的最晚日期。
    """

    code = "C527"
    zh: ClassVar[str] = "不知道报告以哪一天为准"
    en: ClassVar[str] = "the day of the report is not known"
    hint_zh: ClassVar[str] = "用 --as-of 给出日期"
    hint_en: ClassVar[str] = "give it with --as-of"


def run_report(
    plan_for: Callable[[datetime.date], p.Plan],
    persons_csv: bytes,
    claims_csv: bytes,
    names: tuple[str, str],
    as_of: datetime.date | None,
    lang: Language,
    format: Format,
    encoding: str = "utf-8-sig",
) -> str:
    """The report on a table of persons and one of claims (`names` are the files' for messages), ending with a line end.

    Persons are looked at as of a day, that of the latest date in the table of claims where none is given. Raises
    `Problems` where a table cannot be read at all or the policy has no values for that day.
    """
    result = make_report(plan_for, persons_csv, claims_csv, names, as_of, encoding)
    if format == "json":
        return report_json(result, plan_hash(result.plan), lang)
    if format == "csv":
        return report_csv(result, lang)
    sheet = report_sheet(result, plan_hash(result.plan), lang)
    return markdown(sheet) if format == "md" else text(sheet)


def make_report(
    plan_for: Callable[[datetime.date], p.Plan],
    persons_csv: bytes,
    claims_csv: bytes,
    names: tuple[str, str],
    as_of: datetime.date | None,
    encoding: str = "utf-8-sig",
) -> Report:
    """The report on two tables; see `run_report`."""
    day = as_of or latest_date(claims_csv, names[1], encoding)
    if day is None:
        raise Problems([NoDay(where=names[1])])
    plan = plan_for(day)
    persons = read_persons(persons_csv, names[0], plan, encoding)
    claims = read_claims(claims_csv, names[1], plan, encoding, plan_for)
    return report(plan_for, persons, claims, day)
