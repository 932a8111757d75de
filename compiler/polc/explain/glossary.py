"""What names mean in English: those that every policy has from the prelude (bearers, facts, choices), and those that
national documents use for layers, funds and classes of persons.

On an English sheet the meaning stands before the name as the file has it, so that both can be read and ticked off.
"""

BEARERS = {
    "基本医保统筹基金": "basic insurance fund",
    "公务员医疗补助资金": "civil servants' subsidy",
    "企业补充医疗保险": "employers' supplementary insurance",
    "居民大病保险资金": "serious-illness fund",
    "职工大额医疗补助资金": "employees' large-expenses fund",
    "伤残人员医疗保障基金": "fund for the disabled",
    "医疗救助基金": "medical assistance fund",
    "其他支出": "other payers",
    "医疗机构": "hospital",
    "个人": "insured person",
}

FACTS = {
    "人员编号": "person number",
    "年龄": "age",
    "出生日期": "date of birth",
    "险种类型": "kind of insurance",
    "参保地区划": "insured in",
    "就医地区划": "treated in",
    "医院编号": "hospital number",
    "医院等级": "hospital grade",
    "医疗类别": "kind of care",
    "病种": "disease",
    "入院日期": "admission date",
    "出院日期": "discharge date",
    "结算日期": "settlement date",
    "项目类别": "kind of item",
    "金额合计": "item total",
    "单价": "unit price",
    "数量": "quantity",
}

CHOICES = {
    "职工": "employees",
    "城乡居民": "residents",
    "三级": "tertiary",
    "二级": "secondary",
    "一级": "primary",
    "未定级": "ungraded",
    "普通门诊": "outpatient",
    "门诊慢特病": "chronic outpatient",
    "普通住院": "inpatient",
}

NATIONAL = {
    # layers and funds
    "基本医保": "basic insurance",
    "大病保险": "serious-illness insurance",
    "医疗救助": "medical assistance",
    "倾斜救助": "tilted assistance",
    "再救助": "further assistance",
    "补充保险": "supplementary insurance",
    "门诊统筹": "outpatient pooling",
    "大病二次补偿": "second serious-illness compensation",
    "倾斜救助资金": "tilted assistance fund",
    "各类补充保险": "supplementary insurance",
    "大病保险资金": "serious-illness insurance fund",
    "定点医疗机构": "designated hospital",
    # classes of persons
    "特困人员": "destitute person",
    "低保对象": "minimum-allowance recipient",
    "城乡低保对象": "minimum-allowance recipient",
    "最低生活保障家庭成员": "minimum-allowance household",
    "低保边缘家庭成员": "low-income margin household",
    "最低生活保障边缘家庭成员": "low-income margin household",
    "返贫致贫人口": "person fallen back into poverty",
    "因病致贫重病患者": "person impoverished by illness",
    "因病致贫人员": "person impoverished by illness",
    "脱贫不稳定户": "unstably lifted household",
    "边缘易致贫户": "poverty-margin household",
    "突发严重困难户": "household in sudden hardship",
    "脱贫人口": "person lifted from poverty",
    "建档立卡贫困人口": "registered poor person",
    "其他低收入农户成员": "other low-income farm household",
}

GLOSSARY = BEARERS | FACTS | CHOICES | NATIONAL
"""English by the name in the file."""
