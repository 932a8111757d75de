"""Claim files and tables, read into cases.

A claim file is TOML or JSON and holds one person:

```toml
[person]
psn_no = "P1"                       # or 人员编号
identities = ["低保对象", {name = "特困人员", from = 2023-01-01, until = 2023-12-31}]
年龄 = 66                            # facts of the person

[earlier]                           # running sums that the person brings along
"大病保险.累计费用" = "8000.00"

[claim]                             # or several [[claims]], in the order they are settled
id = "A1"
医疗费总额 = "52000.00"
规范转诊 = true

[[claim.items]]                     # cost items, where the policy asks for them
金额合计 = "1200.00"

[[arrivals]]                        # what arrives at the agency to be paid
claim = "A1"                        # the claim it belongs to (not needed where there is one), or 申报金额 (amount)
申报日期 = 2019-09-27
```

Chinese names need no quotation marks here, other than in plain TOML. The same tables make a JSON file; the sections
may also be called 参保人, 此前累计, 一次就诊, 一次申报 and 明细.

- **Keys** are the facts of the policy, by name or by platform field (`begndate`, in any case). Each thing is given
  once. The person's number is `psn_no` (人员编号); identities are `identities` (人员类别, `psn_idet_type`), by name or
  code, with `from` and `until` inclusive where they have a period. A claim's `id` may also be `setl_id`, else
  `mdtrt_id`; a claim without one is called by its place. `continues` (接续) names the claim whose stay it goes on
  with.
- **Cost parts** are 医疗费总额 (`medfee_sumamt`, `total`), 全自费费用 (`fulamt_ownpay_amt`, `noncovered`),
  超限价自费费用 (`overlmt_selfpay`, `overlimit`), 先行自付费用 (`preselfpay_amt`, `copay`) and 政策范围内费用
  (`inscp_scp_amt`, `inscope`). The first is the sum of the others. One that is missing follows from this; several
  that are missing are 0 if those given already make up the total.
- **Values**: money in yuan, as a number or in quotation marks, with at most two decimals; dates `2023-09-04` (a time
  of day is dropped); yes and no `true`/`false`, 是/否 or 1/0; choices by name or code, several as a list or with 、
  between them. A claim belongs to the year of the date that the policy names.
- **Running sums** are `"layer.kind"`, in yuan or (次数) a count, in the period the first claim falls into. Their names
  are those of sheets, plans and expectations (`polc.account_names`).

Tables are CSV in UTF-8 with the platform's field names or the policy's names as headers: persons with one row per
person and identity (`psn_no`, `psn_idet_type`, `begntime`, `endtime`, facts of the person), claims with one row each
(`psn_no`, `mdtrt_id` or `setl_id`, cost parts, facts). Empty cells are not given. Columns that mean nothing to the
policy are named in a warning; a row with anything wrong in it is refused with the reason and never lost.
"""
