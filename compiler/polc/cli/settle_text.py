"""What a batch came to, for people: counts and sums that reconcile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich.cells import cell_len

from pol_lang.problem import Language
from polc.explain.figures import money


class Sums(Protocol):
    """What is shown of a run's totals: counts of rows, amounts in fen."""

    read: int
    settled: int
    refused: int
    reversed: int
    reversals: int
    given_up: int
    people_refused: int
    unreadable: int
    interpreted: int
    billed: int
    billed_settled: int
    billed_refused: int
    borne: int
    items_read: int
    items_settled: int
    items_refused: int
    items_billed: int
    items_billed_settled: int
    items_billed_refused: int
    item_codes: dict[str, int]
    codes: dict[str, int]
    amounts: dict[str, int]


_ROWS = (("读入", "read", "read"), ("结算", "settled", "settled"), ("未通过", "refused", "refused"))
_BEARERS = (
    ("基金支付", "funds", "fund_pay_sumamt"),
    ("医疗机构", "hospital", "hosp_part_amt"),
    ("个人", "person", "psn_part_amt"),
)


def settle_text(totals: Sums, out: str, reasons: Sequence[str], lang: Language) -> str:
    """Rows and total cost read, settled and refused; who bears what was settled; refusals by code."""
    zh = lang == "zh"
    billed = {"read": totals.billed, "settled": totals.billed_settled, "refused": totals.billed_refused}
    lines = [("", "行" if zh else "rows", "医疗费总额" if zh else "total cost")]
    for chinese, english, name in _ROWS:
        lines.append((chinese if zh else english, f"{getattr(totals, name):,}", money(billed[name])))
    shown = _table(lines)
    lines = [("结算的费用" if zh else "borne of it", "", money(totals.borne))]
    for chinese, english, field in _BEARERS:
        lines.append((f"  {chinese if zh else english}", "", money(totals.amounts.get(field, 0))))
    shown += "\n" + _table(lines)
    if totals.items_read:
        lines = [("费用明细" if zh else "cost items", "条" if zh else "rows", "金额" if zh else "amount")]
        for chinese, english, name in _ROWS:
            kind = "" if name == "read" else f"_{name}"
            amount = money(getattr(totals, f"items_billed{kind}"))
            lines.append((chinese if zh else english, f"{getattr(totals, f'items_{name}'):,}", amount))
        shown += "\n" + _table(lines)
    notes = []
    if totals.codes:
        counts = "，".join(f"{code} {count:,}" for code, count in sorted(totals.codes.items()))
        counts = counts if zh else counts.replace("，", ", ")
        notes.append(f"未通过的行（原因见 refused.csv）：{counts}" if zh else f"refused (see refused.csv): {counts}")
    if totals.item_codes:
        counts = "，".join(f"{code} {count:,}" for code, count in sorted(totals.item_codes.items()))
        counts = counts if zh else counts.replace("，", ", ")
        zh_told = f"没有结算的明细（原因见 refused-items.csv）：{counts}"
        notes.append(zh_told if zh else f"items not settled (see refused-items.csv): {counts}")
    if totals.unreadable:
        count = f"{totals.unreadable:,}"
        notes.append(f"其中 {count} 行读不出总额" if zh else f"the total cost of {count} of them cannot be read")
    if totals.people_refused:
        count = f"{totals.people_refused:,}"
        zh_told = f"参保人表、身份表里没有通过的行（原因见 refused-persons.csv）：{count}"
        notes.append(zh_told if zh else f"refused rows of persons and identities (see refused-persons.csv): {count}")
    if totals.given_up:
        count = f"{totals.given_up:,}"
        zh_told = f"关闭的年度里还有 {count} 行没有通过，不再等待改正"
        notes.append(zh_told if zh else f"rows of closed years that waited to be mended and are given up: {count}")
    if totals.reversed:
        count = f"{totals.reversed:,}"
        notes.append(f"冲销 {count} 次结算" if zh else f"settlements reversed: {count}")
    if totals.interpreted:
        count = f"{totals.interpreted:,}"
        notes.append(f"{count} 行由解释器结算" if zh else f"rows settled by the interpreter: {count}")
    for reason in reasons:
        notes.append(f"机器码不能处理：{reason}" if zh else f"not for machine code: {reason}")
    notes.append(f"结果在 {out}" if zh else f"results are in {out}")
    return shown + "\n" + "".join(note + "\n" for note in notes)


def _table(lines: Sequence[tuple[str, str, str]]) -> str:
    widths = [max(cell_len(line[at]) for line in lines) for at in range(3)]
    shown = []
    for line in lines:
        first = line[0] + " " * (max(widths[0], 12) - cell_len(line[0]))
        rest = [
            " " * (max(width, 12) - cell_len(cell)) + cell for cell, width in zip(line[1:], widths[1:], strict=True)
        ]
        shown.append("  ".join((first, *rest)).rstrip())
    return "\n".join(shown) + "\n"
