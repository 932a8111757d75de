"""The files that `polc new` writes, by language; NAME stands for the policy's name."""

from __future__ import annotations

from collections.abc import Mapping

from polc.cli.language import Language

_POLICY_ZH = """\
# 从这里改起：照着文件逐条写，行末用“依据”注明条款号。
# polc check 检查，polc test 核对算例，polc explain 显示计算书。
政策 NAME
  标题 "某县城乡居民医疗保障实施办法（示例）"
  施行自 2024-01-01
  示例数值 "全部数值只作示例"

口径
  先行自付 不计入 基数
  年度 按 出院日期

只记录 "总体要求，没有可计算的规则" 依据 一

身份 低保对象 依据 二

保障层 基本医保 支付方 基本医保统筹基金 依据 三(一)
  当 医疗类别 是 普通住院
  基数 政策范围内费用
  起付线 300元 每次
  支付比例 70%
  封顶线 支付额 15万元 每年

保障层 大病保险 支付方 居民大病保险资金 依据 三(二)
  基数 余额 政策范围内费用 每年 全部就诊
  起付线 10000元 每年 按累计费用
  分段 按起付线以上 分段累进
    不超过 50000元 60%
    超过 50000元 70%
  封顶线 支付额 30万元 每年
  倾斜 低保对象 依据 三(三)
    起付线 × 50%
    支付比例 + 5个百分点

算例 低保户住院 出处 "手工计算"
  参保人
    身份 低保对象
  一次就诊 甲
    医疗类别 普通住院
    出院日期 2024-05-20
    医疗费总额 50000元
    全自费费用 2000元
    超限价自费费用 0元
    先行自付费用 1000元
    政策范围内费用 47000元
  # 基本 (47000-300)×70% = 32690，自付 14310。大病起付线 5000，(14310-5000)×65% = 6051.50。
  应得
    基本医保 32690元
    大病保险 6051.50元
    大病保险.起付线 5000元
    个人 11258.50元
"""

_POLICY_EN = """\
# Start here: write the document clause by clause, each with its clause after `cite`.
# polc check finds mistakes, polc test runs the examples, polc explain shows the sheet.
policy NAME
  title "Medical insurance of some county (an example)"
  in force from 2024-01-01
  illustrative "all figures are only examples"

readings
  copay outside base
  year by discharge_date

recorded "aims, nothing to compute" cite 1

identity low_income cite 2

layer basic paid by basic_insurance_fund cite 3.1
  when visit_type is inpatient
  base eligible_cost
  deductible 300元 per admission
  rate 70%
  cap payment 15万元 per year

layer critical_illness paid by serious_illness_fund cite 3.2
  base remaining eligible_cost per year every claim
  deductible 10000元 per year by cost so far
  bands over excess progressive
    up to 50000元 60%
    above 50000元 70%
  cap payment 30万元 per year
  tilt low_income cite 3.3
    deductible × 50%
    rate + 5个百分点

example low_income_stay source "worked out by hand"
  person
    identity low_income
  claim first
    visit_type inpatient
    discharge_date 2024-05-20
    total_cost 50000元
    noncovered_cost 2000元
    overlimit_cost 0元
    copay_cost 1000元
    eligible_cost 47000元
  # basic (47000-300)×70% = 32690, 14310 left. Deductible 5000, (14310-5000)×65% = 6051.50.
  expect
    basic 32690元
    critical_illness 6051.50元
    critical_illness.deductible 5000元
    insured_person 11258.50元
"""

_MORE_ZH = """
算例 普通居民两次住院 出处 "手工计算"
  一次就诊 甲
    医疗类别 普通住院
    出院日期 2024-03-01
    医疗费总额 200元
    政策范围内费用 200元
  # 不到起付线，没有支付。
  应得
    基本医保 0元
    个人 200元
  一次就诊 乙
    医疗类别 普通住院
    出院日期 2024-06-01
    医疗费总额 300300元
    政策范围内费用 300300元
  # 基本 300000×70% = 210000，封顶 150000，余 150300。
  # 大病：年度累计 200+150300 = 150500，起付线以上 140500；50000×60% + 90500×70% = 93350，自付 56950。
  应得
    基本医保 150000元
    大病保险 93350元
    个人 56950元

算例 特大费用封顶 出处 "手工计算"
  一次就诊 甲
    医疗类别 普通门诊
    出院日期 2024-07-01
    医疗费总额 500000元
    政策范围内费用 500000元
  # 起付线以上 490000；50000×60% + 440000×70% = 338000，封顶 300000。
  应得
    大病保险 300000元
    个人 200000元
"""

_MORE_EN = """
example two_stays source "worked out by hand"
  claim first
    visit_type inpatient
    discharge_date 2024-03-01
    total_cost 200元
    eligible_cost 200元
  # below the deductible: nothing is paid
  expect
    basic 0元
    insured_person 200元
  claim second
    visit_type inpatient
    discharge_date 2024-06-01
    total_cost 300300元
    eligible_cost 300300元
  # basic 300000×70% = 210000, capped at 150000, 150300 left
  # the year: 200+150300 = 150500, above the deductible 140500; 50000×60% + 90500×70% = 93350, 56950 left
  expect
    basic 150000元
    critical_illness 93350元
    insured_person 56950元

example very_large_cost source "worked out by hand"
  claim first
    visit_type outpatient
    discharge_date 2024-07-01
    total_cost 500000元
    eligible_cost 500000元
  # above the deductible 490000; 50000×60% + 440000×70% = 338000, capped at 300000
  expect
    critical_illness 300000元
    insured_person 200000元
"""

_CLAIM = """\
[person]
person_number = "P1"
identities = ["IDENTITY"]

[claim]
id = "FIRST"
visit_type = "inpatient"
discharge_date = 2024-05-20
total_cost = "50000.00"
noncovered_cost = "2000.00"
overlimit_cost = "0.00"
copay_cost = "1000.00"
eligible_cost = "47000.00"
"""

_CLAIM_ZH = """\
[参保人]
人员编号 = "P1"
人员类别 = ["低保对象"]

[就诊]
id = "甲"
医疗类别 = "普通住院"
出院日期 = 2024-05-20
医疗费总额 = "50000.00"
全自费费用 = "2000.00"
超限价自费费用 = "0.00"
先行自付费用 = "1000.00"
政策范围内费用 = "47000.00"
"""

POLICIES: Mapping[Language, str] = {"zh": _POLICY_ZH, "en": _POLICY_EN}
MORE_EXAMPLES: Mapping[Language, str] = {"zh": _MORE_ZH, "en": _MORE_EN}
"""Examples that take, with the first one, every arm of the policy."""
CLAIMS: Mapping[Language, str] = {
    "zh": _CLAIM_ZH,
    "en": _CLAIM.replace("IDENTITY", "low_income").replace("FIRST", "first"),
}
