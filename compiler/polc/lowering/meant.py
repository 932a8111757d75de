"""What an author may have meant by a name that nothing declares, and by a value of another unit than is wanted."""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction

from pol_lang import syntax as s
from pol_lang.problem import near_names
from polc.lowering.amounts import money_text, value_text
from polc.resolved import PARTS

# Names that documents use, by what they are called here. Only names that the policy has are offered.
_CALLED = {
    "医疗费总额": "医疗费用 总费用 医疗总费用 住院总费用 总医疗费用 费用总额 医疗费 住院费用",
    "政策范围内费用": (
        "合规费用 合规医疗费用 政策内费用 目录内费用 可报销费用 范围内费用 政策范围内医疗费用 政策范围费用 "
        "符合规定的费用 "
        "基本医疗费用 政策范围内住院费用 政策范围内住院医疗费用"
    ),
    "全自费费用": "自费费用 全自费 目录外费用 自费 丙类费用",
    "先行自付费用": "乙类自付 乙类自付费用 乙类先行自付费用 先自付费用 先行自付",
    "超限价自费费用": "超限价费用 超限价 超标准费用",
    "余额 政策范围内费用": (
        "自付费用 个人自付费用 个人自付 个人自付合规费用 合规自付费用 政策范围内自付费用 政策范围内个人自付费用 "
        "个人负担的合规费用 个人负担费用 自付部分 剩余费用 余额"
    ),
    "个人": "个人承担 本人 患者 参保人员 自己",
    "医疗机构": "医院 定点医院 定点医疗机构 定点医药机构",
    "基本医保统筹基金": "统筹基金 医保基金 基本医保基金 医保统筹基金 基本医疗保险基金 居民医保基金",
    "居民大病保险资金": "大病保险基金 大病基金 大病保险资金 大病资金 居民大病保险基金",
    "医疗救助基金": "救助基金 救助资金 医疗救助资金 城乡医疗救助基金",
    "医疗类别 是 普通住院": "住院 住院治疗 普通住院",
    "医疗类别 是 普通门诊": "门诊 普通门诊",
    "医疗类别 是 门诊慢特病": "门诊慢特病 慢特病 门诊慢性病 门诊特病",
    "医院等级": "医院级别 医疗机构级别 医疗机构等级 机构等级 定点医疗机构级别",
    "出院日期": "出院时间 出院 出院日",
    "入院日期": "入院时间 入院 入院日 住院日期",
    "结算日期": "结算时间 结算日",
    "100%": "全额 全部 全额支付 全额救助 全额保障",
    "50%": "一半 半额 减半",
    "0元": "不设 无 没有 不设起付线 无起付线 零",
    "每年": "年 年度",
    "total_cost": "total total_costs total_amount total_medical_cost",
    "eligible_cost": "eligible in_scope_cost inscope_cost covered_cost eligible_costs",
    "noncovered_cost": "non_covered_cost uncovered_cost not_covered_cost",
    "copay_cost": "copayment copayment_cost",
    "visit_type": "care_type kind_of_care type_of_care type_of_visit claim_type",
    "visit_type is inpatient": "inpatient hospitalised hospitalized admitted",
    "visit_type is outpatient": "outpatient",
    "hospital_level": "hospital_grade hospital_class level_of_hospital",
    "discharge_date": "date_of_discharge discharge discharged discharge_day",
    "admission_date": "date_of_admission admission_day",
    "birth_date": "date_of_birth birthday",
    "basic_insurance_fund": "basic_fund basic_medical_insurance_fund pooling_fund",
    "insured_person": "person patient insured",
    "真": "是 有",
    "假": "否",
}  # fmt: skip
_MEANT = {said: meant for meant, words in _CALLED.items() for said in words.split()}
IDENTITY_WORDS = frozenset(
    ["身份", "人员类别", "人员身份", "身份类别", "人员身份类别", "参保人类别", "对象类别", "人员性质", "救助对象类别"]
)
_JOINED = re.compile(r"和|及|与|以及|或者|或|、")
_OPERATORS = {
    "减去": " - ",
    "减": " - ",
    "加上": " + ",
    "加": " + ",
    "乘以": " × ",
    "乘": " × ",
    "且": " 且 ",
    "或": " 或 ",
    "是": " 是 ",
}


def meant_names(name: str, known: Collection[str]) -> tuple[str, ...]:
    """What a name that nothing declares may stand for, best first: a document's word, names run together, one alike."""
    meant = _MEANT.get(name)
    if meant and all(word in known for word in meant.split() if word not in _NO_NAMES):
        return (meant,)
    parts = [part for part in _JOINED.split(name) if part]
    if len(parts) > 1 and all(part in known for part in parts):
        return ("、".join(parts),)
    table, found, column = name.partition("的")
    if found and table in known and column:
        return (f"{table}.{column}",)
    for said, sign in _OPERATORS.items():
        left, found, right = name.partition(said)
        if found and left in known and right and (right in known or sign == " 是 "):
            return (f"{left}{sign}{right}",)
    return near_names(name, known)


_NO_NAMES = (
    frozenset(["余额", "是", "普通住院", "普通门诊", "门诊慢特病", "每年", "真", "假", "is", "inpatient", "outpatient"])
    | PARTS.keys()
)


def meant_value(expr: s.Expr, found: str, wanted: str) -> tuple[tuple[str, ...], str, str]:
    """What was meant by a value of another unit: what to write where that is sure, and the advice in both languages."""
    number = expr.value if isinstance(expr, s.Literal) and isinstance(expr.value, Fraction) else None
    if found == "number" and number is not None:
        if wanted == "ratio":
            return (value_text(number if number < 1 else number / 100, "ratio"),), "", ""
        if wanted == "money":
            near = (
                (money_text(number * 100), f"{expr.span.text}万元") if 0 < number < 100 else (money_text(number * 100),)
            )
            return near, "", ""
        return ((value_text(number / 100, "points"),) if wanted == "points" else ()), "", ""
    if found == "points" and wanted == "ratio" and number is not None:
        return (value_text(number, "ratio"),), "", ""
    if found in ("none", "money_or_none"):
        return (
            (),
            "没有的写 0；只有“封顶线 支付额”可以对一部分人取消",
            "where there is nothing write 0; only `cap payment` may be none for some",
        )
    if wanted == "money" and found == "ratio":
        share = expr.span.text
        return (
            (),
            f"比例要乘上一个金额，例如 {share} × 政策范围内费用",
            f"a rate is of an amount: {share} × 政策范围内费用",
        )
    if wanted == "bool":
        return _meant_condition(expr, found)
    if wanted == "ratio" and found == "money":
        return (
            (),
            "支付比例写百分数；直接支付一笔钱的，写“支付 数额”",
            "a rate is a percentage; an amount is written `pay AMOUNT`",
        )
    return (), "", ""


def _meant_condition(expr: s.Expr, found: str) -> tuple[tuple[str, ...], str, str]:
    if isinstance(expr, s.Binary):
        chinese, english = {"at_least": ("达到", "not below"), "at_most": ("不超过", "up to")}.get(expr.op, ("", ""))
        word = english if " at " in expr.span.text else chinese
        return ((word,) if word else ()), "", ""
    if found in ("text", "number", "money", "days", "date"):
        said = expr.span.text
        return (
            (),
            f"和什么比较也要写上，例如 {said} 是 …、{said} 达到 …",
            f"say what it is compared with: {said} is …, {said} not below …",
        )
    return (), "", ""


def meant_operand(e: s.Binary, left: str, right: str) -> tuple[tuple[str, ...], str, str]:
    """What was meant by two values that do not go together: the figure without a unit, if one has none."""
    for side, found, other in ((e.right, right, left), (e.left, left, right)):
        if found == "number" and other in ("money", "ratio", "points") and isinstance(side, s.Literal):
            near, _, _ = meant_value(side, found, other)
            if near:
                return near, "", ""
    if {left, right} == {"money", "ratio"}:
        return (
            (),
            "比例要乘上金额（×），不能和金额相加或比较",
            "a rate is multiplied with an amount (×), not added or compared",
        )
    if "text" in (left, right):
        return (), "文字和选项只能用“是”“不是”“属于”", "texts and choices go with `is`, `is not` and `in` only"
    if "bool" in (left, right):
        return (
            (),
            "条件之间写“且”“或”；是非的事实直接写名称",
            "conditions are joined by `and` or `or`; a yes-or-no fact is its name alone",
        )
    chinese, english = _meant_date(e, left, right) if e.op in _COMPARES else ("", "")
    return (), chinese or "两边要用同一种单位", english or "both sides need the same unit"


_COMPARES = ("<", "<=", ">", ">=", "=", "!=", "at_least", "at_most")


def _meant_date(e: s.Binary, left: str, right: str) -> tuple[str, str]:
    """What was meant where a date, or a part of one, is compared with a stretch of time or a number."""
    own, other, units = (
        (e.left, e.right, (left, right)) if left in ("date", "number") else (e.right, e.left, (right, left))
    )
    shown = other.span.text
    if e.op in ("at_least", "at_most") and {left, right} == {"date", "month_day"}:
        zh, en = ("达到", "not below") if e.op == "at_least" else ("不超过", "up to")
        return f"比较写 {zh} {shown}", f"to compare write {en} {shown}"
    number = "".join(c for c in shown if c.isdigit())
    if units == ("date", "months") and number and 1 <= int(number) <= 12:
        day, month = f"{number}月1日", f"月份({own.span.text})"
        return (
            f"写一年里的一天，例如 {day}；只比月份写 {month} 和 {number}",
            f"write a day of the year, for example {int(number):02}-01; for the month alone month_of({own.span.text}) "
            f"and {number}",
        )
    if units == ("date", "years"):
        return (
            f"写到日，例如 {number}-12-31；只比年份写 年份({own.span.text}) 和 {number}",
            f"write a whole date such as {number}-12-31; for the year alone year_of({own.span.text}) and {number}",
        )
    if units == ("date", "number"):
        return (
            "日期写到日，例如 2024-08-31；一年里的一天写 8月31日 或 08-31",
            "write a whole date such as 2024-08-31, or a day of the year such as 08-31",
        )
    if units[0] == "number" and units[1] in ("months", "years", "days") and isinstance(own, s.Call):
        return f"{own.function} 是一个数，写 {number}", f"{own.function} is a plain number: write {number}"
    return "", ""
