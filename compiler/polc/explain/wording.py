"""The words of the sheet, in Chinese and English, in one place.

One English word per term: 起付线 deductible, 分段 band, 支付比例 rate, 封顶线 cap, 倾斜 tilt, 就高 highest-of,
政策范围内费用 eligible cost, 先行自付 initial self-pay, 自费 outside the catalogue, 参保人 insured person,
保障层 layer, 人员类别 identity,
结算 settlement.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from pol_lang.problem import Language

# FHIR ExplanationOfBenefit adjudication codes (CC0) that steps carry for machines
CODES = (
    "submitted", "noncovered", "copay", "eligible", "deductible", "coinsurance", "priorpayerpaid", "benefit",
    "memberliability", "benefitBalance",
)  # fmt: skip

_WORDS: dict[str, tuple[str, str]] = {
    # the page
    "title": ("医疗保障待遇计算单", "Medical benefit calculation sheet"),
    "money_unit": ("金额单位：元", "amounts in yuan"),
    "claim_title": ("就诊 {id}（{date}）", "Claim {id} ({date})"),
    "claim_of": ("第 {n} 次结算，共 {count} 次：就诊 {id}（{date}）", "Settlement {n} of {count}: claim {id} ({date})"),
    "summary": (
        "本次医疗总费用 {total} 元，由下列各方负担：",
        "The total cost of {total} yuan is borne as follows:",
    ),
    "summary_year": (
        "本年度 {n} 次结算，医疗总费用合计 {total} 元，由下列各方负担：",
        "{n} settlements this year; their total cost of {total} yuan is borne as follows:",
    ),
    "you_pay": ("个人负担", "Insured person"),
    "scope_note": ("总费用中目录外等 {out} 元：{borne}。", "Outside eligible cost {out} yuan: {borne}."),
    "scope_share": ("{name}负担 {amount} 元", "{name} bears {amount} yuan"),
    "scope_rest": ("个人和各保障层负担 {amount} 元", "the insured person and the layers bear {amount} yuan"),
    "scope_person": ("个人负担 {amount} 元", "the insured person bears {amount} yuan"),
    "basis": ("依据", "Basis"),
    "item": ("项目", "Item"),
    "explanation": ("说明", "Explanation"),
    "amount": ("金额", "Amount"),
    "number": ("序号", "No."),
    "signatures": (
        "经办：____________  复核：____________  参保人：____________  日期：____________",
        "prepared by ____________  checked by ____________  insured person ____________  date ____________",
    ),
    "illustrative_mark": ("【示例数值】", "[ILLUSTRATIVE FIGURES] "),
    "illustrative_banner": (
        "本计算含示例数值，不是官方标准，不得作为结算凭据：{what}",
        "This calculation rests on illustrative figures, not on official ones, and is not valid for settlement: {what}",
    ),
    "illustrative_where": (
        "凡标『示例』的数值不是官方标准；各数值的出处和年份见 {lines}。",
        "Figures marked “illustrative” are not official ones; where each figure is from, and of which year, "
        "is said in {lines}.",
    ),
    # sections
    "s_head": ("依据与对象", "Basis and person"),
    "s_cost": ("费用构成", "Cost"),
    "s_layers": ("各保障层", "Layers"),
    "s_highest": ("就高比较", "Highest-of"),
    "s_bearers": ("费用归属核对", "Reconciliation"),
    "s_balances": ("累计数", "Accumulators"),
    "s_requirements": ("政策要求核对", "Requirements"),
    "s_why_not": ("「{layer}」为何如此", "Why “{layer}” paid what it paid"),
    "s_year": ("{year} 年度汇总", "Summary of year {year}"),
    "years": ("年度汇总", "Summary by year"),
    # head
    "policy": ("政策", "policy"),
    "policy_hash": ("内容校验值", "content hash"),
    "as_of": ("适用日期", "as of"),
    "valid": ("本口径自 {since} 起，至 {until} 前不变", "unchanged from {since}, before {until}"),
    "valid_since": ("本口径自 {since} 起", "unchanged since {since}"),
    "valid_until": ("本口径至 {until} 前不变", "unchanged before {until}"),
    "document": ("文件", "document"),
    "issued": ("{date} 印发", "issued {date}"),
    "in_force": ("{date} 起施行", "in force from {date}"),
    "in_force_until": ("至 {date} 止", "until {date}"),
    "applied_back": ("追溯至 {date}", "applied back to {date}"),
    "provenance": ("数据来源：{text}", "provenance: {text}"),
    "illustrative": ("示例数值：{text}", "illustrative: {text}"),
    "year_rule": ("待遇年度", "benefit year"),
    "year_rule_is": ("按{by}归属，{month} 月 {day} 日起算", "by {by}, starting on {month:02}-{day:02}"),
    "split_one": ("跨年度住院分段计算，只收一次起付线", "stays over the boundary are split, one deductible"),
    "split_new": ("跨年度住院分段计算，另收起付线", "stays over the boundary are split, a new deductible"),
    "claim": ("就诊", "claim"),
    "continues": ("接续 {id}", "continues {id}"),
    "facts": ("就诊事实", "facts"),
    "person": ("参保人", "person"),
    "no_id": ("未给出编号", "no number given"),
    "held": ("人员类别", "identities"),
    "held_none": ("无特殊人员类别", "none held"),
    "from_date": ("自 {date}", "from {date}"),
    "until_date": ("至 {date}", "until {date}"),
    "not_then": ("结算时未生效", "not valid at this date"),
    "considered": ("本次认定", "considered as"),
    "considered_none": ("按普通参保人", "no special identity"),
    "considered_highest": ("{identity}（就高，见第 4 节）", "{identity} (highest-of, see section 4)"),
    "same_documents": ("文件依据同前一次结算", "documents as in the settlement before"),
    # cost
    "total": ("医疗总费用", "Total cost"),
    "noncovered": ("目录外自费", "outside the catalogue"),
    "overlimit": ("超限价自费", "over limit price"),
    "copay": ("先行自付", "initial self-pay"),
    "inscope": ("政策范围内费用", "eligible cost"),
    "c_copay": ("先行自付", "initial self-pay"),
    "c_exclusion": ("不予支付", "exclusion"),
    "c_control": ("控费", "control"),
    "c_package": ("病种包干", "package"),
    "c_into_copay": ("转入先行自付 {amount}", "{amount} moved into the initial self-pay"),
    "c_borne": ("{amount} 由{bearer}承担", "{amount} borne by {bearer}"),
    "c_limit": ("限额 {limit}；{subject}", "limit {limit}; {subject}"),
    "c_price": ("标准价 {limit}，本次费用 {subject}", "price {limit}, cost {subject}"),
    "c_over": ("超出 {over}", "exceeded by {over}"),
    "c_under": ("未超出，尚有 {room}", "not exceeded, room {room}"),
    "c_share": ("承担超出部分的 {share}", "bears {share} of the excess"),
    "c_none": ("不适用", "does not apply"),
    "parts_after": ("此后各部分", "parts afterwards"),
    "parts_sum": ("合计 {amount}", "together {amount}"),
    "part_moved": ("{part} {before} → {after}", "{part} {before} → {after}"),
    "part_taken_in": ("限额内全部计入政策范围", "all up to the price is eligible"),
    "settled_total": ("结算总额", "settled total"),
    "settled_total_is": (
        "按定额结算，账单 {billed}，按 {total} 结算",
        "settled at a fixed price: billed {billed}, settled {total}",
    ),
    "c_subject": ("对照金额", "amount"),
    "c_from": ("从 {part} 中", "from {part}"),
    "c_nothing": ("没有金额变动", "nothing is moved"),
    "c_at_most": ("以该部分余额 {part} 为限", "at most what is left of it, {part}"),
    "standard": ("取自 {formula}", "taken from {formula}"),
    "standard_by": ("按 {what} 取用", "chosen by {what}"),
    "standard_is": ("标准 = {formula}", "standard = {formula}"),
    "base_changed": ("调整后 {before} → {after}", "adjusted {before} → {after}"),
    "defaults": ("未申报", "not declared"),
    "default_is": ("{name}未申报，按缺省：{value}", "{name} not declared, by default {value}"),
    "c_not_occurred": ("未发生", "did not occur"),
    "h_alone": (
        "只有一个可比的人员类别，按「{identity}」结算",
        "nothing to compare, settled as “{identity}”",
    ),
    "p_total": ("医疗总费用", "total cost"),
    "why_answer": ("「{layer}」未支付：{reason}。", "“{layer}” paid nothing: {reason}."),
    "why_answer_would": (
        "「{layer}」未支付：{reason}；如果条件都满足，将支付 {amount} 元。",
        "“{layer}” paid nothing: {reason}; were all conditions met, it would pay {amount} yuan.",
    ),
    "why_answer_paid": ("「{layer}」本次支付 {amount} 元。", "“{layer}” paid {amount} yuan."),
    "cost_item": ("费用明细 {n}", "cost item {n}"),
    "taken": ("取 {value}", "so {value}"),
    "unguarded": ("假设", "suppose"),
    "unguarded_is": (
        "如果条件都满足，本层将支付 {amount}；计算如下",
        "were all conditions met, the layer would pay {amount}; worked out below",
    ),
    "would_pay": ("将支付", "would pay"),
    # layers
    "paid_by": ("支付方：{name}（{field}）", "paid by {name} ({field})"),
    "paid_by_field": ("支付方：{field}", "paid by {field}"),
    "condition": ("条件", "condition"),
    "met": ("满足", "met"),
    "not_met": ("不满足", "not met"),
    "not_reached": ("前面的条件已不满足，未再检查", "not checked, an earlier condition failed"),
    "would_hold": ("若检查则满足", "would have been met"),
    "would_fail": ("若检查则不满足", "would not have been met"),
    "failed": ("不满足的条件：{what}", "not met: {what}"),
    "saw": ("申报为：{what}", "declared: {what}"),
    "saw_value": ("实际为：{what}", "was: {what}"),
    "short_by": ("差 {gap}", "short by {gap}"),
    "beyond_by": ("超过 {gap}", "over by {gap}"),
    "just_equal_above": ("正好等于界线，须大于界线才算", "exactly at the line, which must be exceeded"),
    "just_equal_below": ("正好等于界线，须小于界线才算", "exactly at the line, and must be below it"),
    "base": ("基数", "base"),
    "base_negative": ("结果小于 0，按 0 计", "below 0, counted as 0"),
    "base_running": ("累计 {before} → {after}", "running sum {before} → {after}"),
    "where": ("其中 {name} = {formula}", "where {name} = {formula}"),
    "tilt": ("倾斜", "tilt"),
    "adjust": ("调整", "adjustment"),
    "tilt_taken": ("适用：{changes}", "applies: {changes}"),
    "tilt_failed": ("未适用", "does not apply"),
    "tilt_beaten": ("条件满足，但未采用（{rule}）：{changes}", "condition met, not taken ({rule}): {changes}"),
    "tilt_pays": ("按此计算本层支付 {amount}", "the layer would pay {amount} with it"),
    "rule_add": ("各项依次叠加", "all add up"),
    "rule_best": ("只取最优一项", "best only"),
    "rule_first": ("只取首项", "first only"),
    "t_deductible": ("起付线", "deductible"),
    "t_rate": ("支付比例", "rate"),
    "t_cap": ("封顶线", "cap"),
    "t_base": ("基数", "base"),
    "t_payment": ("支付额", "payment"),
    "t_pay": ("支付额", "payment"),
    "t_price": ("标准价", "price"),
    "t_limit": ("限额", "limit"),
    "change_none": ("{target}取消", "{target} removed"),
    "change": ("{target} {op} {value}", "{target} {op} {value}"),
    "cost_cap": ("费用限额", "cost cap"),
    "cost_cap_is": ("{period}限额 {limit}，已用 {used}，余 {room}", "{period} limit {limit}, used {used}, room {room}"),
    "cost_cap_cut": ("{before} → {after}，超出 {over}", "{before} → {after}, over {over}"),
    "cost_cap_kept": ("{before} 未超出限额", "{before} is within the limit"),
    "flows_to": ("超出的费用 {amount} 转入「{layer}」", "the cost above it, {amount}, goes to “{layer}”"),
    "stays": (
        "本层不支付的 {amount} 由个人负担",
        "the {amount} that this layer does not pay is borne by the insured person",
    ),
    "stays_open": (
        "本层不支付的 {amount} 留待后面的保障层，未被支付的部分由个人负担",
        "the {amount} that this layer does not pay is left to the layers behind; what they do not pay, the insured "
        "person bears",
    ),
    "shared": ("与{layers}共用「{name}」", "cap “{name}”, shared with {layers}"),
    "shared_alone": ("限额「{name}」", "cap “{name}”"),
    "deductible": ("起付线", "deductible"),
    "ded_normal": ("{period}标准 {normal}", "{period} standard {normal}"),
    "ded_changed": ("{period}标准 {normal} → {effective}（{why}）", "{period} standard {normal} → {effective} ({why})"),
    "ded_admission": ("第 {n} 次", "admission {n}"),
    "ded_use": (
        "已用 {used}，本次扣除 {applied}，未用完 {open}",
        "used {used}, applied now {applied}, remaining {open}",
    ),
    "ded_used_up": (
        "已用 {used}，本次扣除 {applied}，起付线已付足",
        "used {used}, applied now {applied}, remaining 0.00",
    ),
    "ded_cost": (
        "按累计费用：此前累计 {sum} 都在起付线以内，本次扣除 {applied}，还差 {open}",
        "by the cost so far: {sum} before this claim, all within the deductible; applied now {applied}, remaining "
        "{open}",
    ),
    "ded_cost_met": (
        "按累计费用：此前累计 {sum} 都在起付线以内，本次扣除 {applied}，累计费用达到起付线",
        "by the cost so far: {sum} before this claim, all within the deductible; applied now {applied}, with which the "
        "cost reaches it",
    ),
    "ded_cost_passed": (
        "按累计费用：此前累计 {sum} 已达到起付线，本次不再扣除",
        "by the cost so far: {sum} before this claim, which reaches the deductible; nothing is applied now",
    ),
    "ded_taken": (
        "按累计扣除：此前实际扣除 {taken}",
        "by deductions so far: {taken} really deducted before this claim",
    ),
    "ded_taken_besides": (
        "按累计扣除：此前实际扣除 {taken}，不适用本层的就诊费用抵 {kept_out}",
        "by deductions so far: {taken} really deducted before this claim, {kept_out} met by cost of claims on which "
        "the layer did not apply",
    ),
    "ded_takes": ("，本次扣除 {applied}，未用完 {open}", "; applied now {applied}, remaining {open}"),
    "ded_takes_met": ("，本次扣除 {applied}，起付线已付足", "; applied now {applied}, remaining 0.00"),
    "ded_after": ("起付线以上 {after}", "above the deductible {after}"),
    "ded_not_reached": ("{before} 未超过起付线，差 {gap}", "{before} does not exceed it, short by {gap}"),
    "bands": ("分段支付", "bands"),
    "bands_over_base": ("按费用（含起付线）分段", "bands over the cost, deductible included"),
    "bands_over_running": (
        "按累计费用（含起付线）分段",
        "bands over the running cost, deductible included",
    ),
    "bands_over_excess": ("按起付线以上部分分段", "bands over the amount above the deductible"),
    "bands_progressive": ("各段分别计算", "progressive"),
    "bands_whole": ("全额按所在档计算", "whole amount at the band's rate"),
    "bands_lump": ("按所在档给定额", "lump sum of the band"),
    "bands_from_to": ("自 {start} 至 {end}", "from {start} to {end}"),
    "bands_changed": ("各段比例{why}调整", "rates changed {why}"),
    "b_lower": ("下限", "Lower"),
    "b_upper": ("上限", "Upper"),
    "b_rate": ("比例", "Rate"),
    "b_lump": ("定额", "Lump sum"),
    "b_normal": ("倾斜前", "Before tilt"),
    "b_amount": ("本段金额", "In band"),
    "b_pays": ("支付", "Pays"),
    "b_sum": ("合计", "Sum"),
    "included": ("含", "incl."),
    "excluded": ("不含", "excl."),
    "no_upper": ("无上限", "no upper"),
    "rate": ("按比例支付", "rate"),
    "rate_changed": ("支付比例 {normal} → {rate}（{why}）", "rate {normal} → {rate} ({why})"),
    "changed_by": ("依{origins}", "by {origins}"),
    "fixed": ("支付额", "payment"),
    "factor": ("支付额调整", "change of pay"),
    "top_up": ("补足", "top-up"),
    "top_up_floor": ("应达 {floor}", "floor {floor}"),
    "top_up_counted": ("已计 {what}", "counted: {what}"),
    "top_up_missing": ("{floor} − {counted} = {pays}", "{floor} − {counted} = {pays}"),
    "top_up_none": ("已达到，不需补足", "reached, nothing to add"),
    "minimum": ("保底支付", "minimum"),
    "minimum_is": ("不低于 {minimum}", "at least {minimum}"),
    "raised": ("{before} → {after}", "{before} → {after}"),
    "unchanged": ("{before} 不变", "{before} unchanged"),
    "round": ("取整", "rounding"),
    "round_to": ("{mode}到 {to} 元", "{mode} to {to} yuan"),
    "round_fen": ("{mode}到分", "{mode} to the fen"),
    "round_yuan": ("{mode}到元", "{mode} to the yuan"),
    "round_running": ("按累计数取整：{before} → {after}", "the running sum is rounded: {before} → {after}"),
    "half_up": ("四舍五入", "half up"),
    "half_even": ("四舍六入五成双", "half to even"),
    "down": ("舍去", "down"),
    "up": ("进位", "up"),
    "cap": ("封顶线", "cap"),
    "cap_is": ("{period}限额 {limit}，已用 {used}，余 {room}", "{period} limit {limit}, used {used}, room {room}"),
    "cap_changed": ("{period}限额 {normal} → {limit}（{why}）", "{period} limit {normal} → {limit} ({why})"),
    "cap_used": ("已用 {used}，余 {room}", "used {used}, room {room}"),
    "cap_removed": ("{period}限额 {normal} 取消（{why}）", "{period} limit {normal} removed ({why})"),
    "cap_kept": ("{before} 未超过封顶线", "{before} is within the cap"),
    "cap_cut": ("{before} → {after}，未能支付 {forgone}", "{before} → {after}, forgone {forgone}"),
    "cap_overflow": ("封顶线以上费用 {overflow}", "eligible cost above the cap {overflow}"),
    "times": ("次数", "times"),
    "times_is": (
        "{period}至多适用 {allowed} 次，已适用 {used} 次（没有支付的也算）",
        "applies at most {allowed} times {period}, {used} so far, also without payment",
    ),
    "times_paid_is": (
        "{period}至多支付 {allowed} 次，已支付 {used} 次",
        "at most {allowed} payments {period}, {used} so far",
    ),
    "no_case": ("无适用标准", "no value"),
    "no_case_is": ("没有适用于此人的{term}：{formula}", "no {term} fits this person: {formula}"),
    "limited": ("以余额为限", "limited"),
    "limited_is": (
        "{before} → {after}，不超过个人尚负担部分",
        "{before} → {after}, not above what is left to the person",
    ),
    "paid": ("本层支付", "layer pays"),
    "paid_cut": ("医疗总费用的 {share}", "{share} of the total"),
    "left": ("个人尚负担", "Left to person"),
    "why": ("未支付原因", "Why nothing"),
    "why_guard": ("条件「{what}」不满足", "condition “{what}” not met"),
    "why_no_case": ("没有适用于此人的{term}", "no {term} fits this person"),
    "why_base": ("基数为 0", "the base is 0"),
    "why_deductible": (
        "{before} 未超过起付线 {effective}，差 {gap}",
        "{before} does not exceed the deductible {effective}, short by {gap}",
    ),
    "why_deductible_open": (
        "{before} 未超过尚未用完的起付线 {open}，差 {gap}",
        "{before} does not exceed the open deductible {open}, short by {gap}",
    ),
    "why_cost_cap": ("费用限额已用完", "the cost cap is used up"),
    "why_cap": ("封顶线已用完", "the cap is used up"),
    "why_times": ("本期次数已满", "no more times in this period"),
    "why_top_up": ("已达到应补足的水平", "the floor is already reached"),
    "why_limited": ("个人已无尚负担费用", "nothing is left to the person"),
    "why_zero": ("按条款计算结果为 0", "the terms come to 0"),
    "prior": ("前序已支付", "paid before"),
    # highest-of
    "h_by": ("比较方式", "compared by"),
    "h_least": (
        "按人员类别分别完整结算，取个人负担最少者；相同时取排列在前者",
        "each identity settled whole, the least left to the person wins; on a tie the first in order",
    ),
    "h_rank": ("按人员类别分别完整结算，取排列最前者", "each identity settled whole, the first in rank wins"),
    "h_layer": ("保障层", "Layer"),
    "h_plain": ("普通参保人", "no identity"),
    "h_left": ("个人负担", "Person bears"),
    "h_won": ("采用", "taken"),
    "h_lost": ("未采用", "not taken"),
    "h_result": ("结果", "Result"),
    "h_winner": ("采用「{identity}」", "“{identity}” is taken"),
    "h_margin": ("个人负担 {left}，比「{other}」少 {margin}", "person bears {left}, {margin} less than as “{other}”"),
    "h_tie": (
        "个人负担 {left}，与「{other}」相同，取排列在前者",
        "person bears {left}, the same as as “{other}”; the first in order is taken",
    ),
    "h_first": ("排列在前", "first in rank"),
    "h_more": ("多 {margin}", "{margin} more"),
    # reconciliation
    "r_bearer": ("负担方", "Bearer"),
    "r_field": ("字段", "Field"),
    "r_share": ("占比", "Share"),
    "r_sum": ("各方合计", "sum of bearers"),
    "r_ok": ("与医疗总费用 {total} 一致", "equals the total cost {total}"),
    "r_bad": ("与医疗总费用 {total} 不符，差 {gap}", "does not equal the total cost {total}, off by {gap}"),
    "person_bearer": ("个人负担", "insured person"),
    # balances
    "a_what": ("累计项目", "Accumulator"),
    "a_period": ("期间", "Period"),
    "a_before": ("此前", "Before"),
    "a_change": ("本次", "This claim"),
    "a_after": ("此后", "After"),
    "a_none": ("本政策不设累计数", "the policy keeps none"),
    "k_base": ("基数累计", "base"),
    "k_excess": ("起付线以上累计", "above the deductible"),
    "k_deductible": ("已扣起付线", "deductible taken"),
    "k_kept_out": ("未适用费用", "cost kept out"),
    "k_paid": ("已支付", "paid"),
    "k_cost": ("计入费用", "cost counted"),
    "k_count": ("次数", "count"),
    "k_payments": ("支付次数", "payments"),
    "k_exact": ("取整前支付", "paid before rounding"),
    "k_cap": ("已用限额", "cap used"),
    "k_tally": ("累计", "tally"),
    "k_of": ("{owner}·{kind}", "{owner} · {kind}"),
    "admission": ("每次", "per admission"),
    "month": ("每月", "per month"),
    "year": ("每年", "per year"),
    "life": ("终身", "for life"),
    # requirements
    "q_held": ("符合", "holds"),
    "q_broken": ("不符合", "DOES NOT HOLD"),
    # year
    "y_claims": ("结算", "settlements"),
    "y_claim": ("就诊", "Claim"),
    "y_count": ("{n} 次", "{n}"),
    "y_layers": ("各保障层支付", "paid by layer"),
    "y_bearers": ("各方负担", "borne by"),
    "y_total": ("合计", "Total"),
    "y_person": ("个人负担合计", "borne by the person"),
    # expressions
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "none": ("无", "none"),
    "and": (" 且 ", " and "),
    "or": (" 或 ", " or "),
    "not": ("非 ", "not "),
    "is": ("属于 {name}", "is {name}"),
    "in": ("{value} 属于 {name}", "{value} in {name}"),
    "not_in": ("{value} 不属于 {name}", "{value} not in {name}"),
    "smallest": ("较小者", "smaller of"),
    "largest": ("较大者", "larger of"),
    "smallest_many": ("最小者", "smallest of"),
    "largest_many": ("最大者", "largest of"),
    "rounded": ("{value} {how}", "{value} rounded {how}"),
    "case": ("{value}（{condition}）", "{value} if {condition}"),
    "otherwise": ("{value}（其他）", "{value} otherwise"),
    "overflow_of": ("「{layer}」封顶线以上费用", "cost above the cap of {layer}"),
    "still_left": ("个人尚负担", "what is left to the person"),
    "borne_by": ("{name}负担额", "borne by {name}"),
    "in_package": ("按「{name}」包干结算", "settled within {name}"),
    "tallied": ("{name}", "{name}"),
    "applied": ("{bands}（{value}）", "{bands}({value})"),
    "band_sum": ("分段计算", "bands"),
    "items_sum": ("明细合计（{value}）", "sum over items ({value})"),
    "items_where": ("明细合计（{value}，限 {where}）", "sum over items ({value} where {where})"),
    "stacked": ("{name} 由高到低依次 {shares}", "{name} largest first at {shares}"),
    "best_of": ("就高（{value}）", "highest-of ({value})"),
    "date_shift": ("{date} 后 {by}", "{by} after {date}"),
    "d_month": ("{date}的月份", "month of {date}"),
    "d_day": ("{date}的日", "day of {date}"),
    "d_year": ("{date}的年份", "year of {date}"),
    "d_next_month": ("{date}的次月首日", "first day of the month after {date}"),
    "d_year_end": ("{date}的年末", "end of the year of {date}"),
    "d_next_year": ("{date}的次年首日", "first day of the year after {date}"),
    "days_between": ("{start}至{end}的天数", "days from {start} to {end}"),
    "month_day": ("{month}月{day}日", "{month:02}-{day:02}"),
    "points": ("{n}个百分点", "{n} percentage points"),
    # signs between pieces
    "comma": ("，", ", "),
    "semicolon": ("；", "; "),
    "list_comma": ("、", ", "),
    "colon": ("：", ": "),
    "argument_comma": ("，", ", "),
    "open": ("（", " ("),
    "close": ("）", ")"),
    "named": ("「{name}」", "“{name}”"),
    # picture
    "f_title": ("费用去向", "Where the money goes"),
    "f_desc": (
        "从医疗总费用 {total} 元，经各项扣减和保障层，到各负担方：{bearers}。",
        "From the total cost of {total} yuan through cuts and layers to the bearers: {bearers}.",
    ),
}

_BEARERS = {
    "基本医保统筹基金": "Basic insurance fund", "居民大病保险资金": "Serious illness insurance fund",
    "大病保险资金": "Serious illness insurance fund", "医疗救助基金": "Medical assistance fund",
    "职工大额医疗费用补助基金": "Large expenses fund", "公务员医疗补助资金": "Civil servants' subsidy",
    "企业补充医疗保险基金": "Employers' supplement", "医疗机构": "Hospital", "定点医疗机构": "Hospital",
    "倾斜救助资金": "Extra assistance fund", "各类补充保险": "Supplementary insurance",
}  # fmt: skip

_COUNTED = {
    "days": ("{n}日", "{n} day", "{n} days"),
    "workdays": ("{n}个工作日", "{n} workday", "{n} workdays"),
    "months": ("{n}个月", "{n} month", "{n} months"),
    "years": ("{n}年", "{n} year", "{n} years"),
}


@frozen(eq=False, repr=False, slots=False)
class Words:
    """The words of one language: `w("deductible")`, `w("short_by", gap="2,000.00")`."""

    lang: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """The word or sentence, filled in."""
        text = _WORDS[key][self.lang == "en"]
        return text.format(**values) if values else text

    def bearer(self, name: str) -> str:
        """A bearer's name, in English with what it means before it where it is a common one."""
        gloss = _BEARERS.get(name, "") if self.lang == "en" else ""
        return f"{gloss} {name}" if gloss else name

    def counted(self, unit: str, number: str) -> str:
        """A number of days, workdays, months or years."""
        chinese, one, many = _COUNTED[unit]
        return (chinese if self.lang == "zh" else one if number == "1" else many).format(n=number)

    def joined(self, parts: Sequence[str], sign: str = "comma") -> str:
        """The parts that are not empty, with the language's comma (or another sign) between."""
        return self(sign).join(part for part in parts if part)


ZH = Words("zh")
EN = Words("en")


def words(lang: Language) -> Words:
    """The words of a language."""
    return EN if lang == "en" else ZH
