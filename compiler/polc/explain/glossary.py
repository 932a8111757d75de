"""What names mean that national documents use for layers, funds and classes of persons.

On an English sheet the meaning stands before the name as the file has it, so that both can be read and ticked off.
Facts, bearers and choices say themselves what else they are called (`also` in the policy, or in the prelude).
"""

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
"""English by the name in the file."""
