"""The words of documents: what they say for a keyword, and what is not written at all."""

from __future__ import annotations

_SAID = {
    "ABOVE": "大于 高于 多于",
    "NOT_BELOW": "大于等于 不小于 满",
    "AT_LEAST": "不少于 至少",
    "BELOW": "小于 少于 不足 不满 未达到",
    "UP_TO": "未超过 小于等于 不大于 不多于 最高",
    "AT_MOST": "至多 最多",
    "IS": "等于 为",
    "IS_NOT": "不等于 不为 非",
    "AND": "并且 同时 而且 及 以及",
    "OR": "或者 或是",
    "DEDUCTIBLE": "起付标准 起付额 起付金额 起付 起付标准线 门槛费 免赔额",
    "RATE": "比例 比率 报销比例 补偿比例 救助比例 赔付比例 支付比率 报销 报销比率 支付标准",
    "CAP": ("封顶 限额 年度限额 最高支付限额 年度最高支付限额 最高限额 支付限额 救助限额 封顶额 年度封顶线 顶线 "),
    "WHEN": "如果 若 条件 适用条件 当满足",
    "OTHERWISE": "否则 其余 其它 其他人员 其余人员 其他情形",
    "PER_YEAR": "每年度 年度 一年 按年 按年度 年 一个年度 每人每年 年度内",
    "PER_ADMISSION": "每住院 每次住院 按次 次 每人次 单次",
    "PER_MONTH": "按月",
    "FOR_LIFE": "一生",
    "IN_FORCE": "施行日期 生效日期 实施日期 执行日期 施行时间 执行时间 施行 自 生效 起施行",
    "ISSUED": "印发日期 发文日期 印发时间",
    "DOC_NUMBER": "发文字号 文件号",
    "ISSUER": "发文单位 印发机关 制发机关",
    "TITLE": "名称 文件名 文件名称",
    "JURISDICTION": "适用地区 统筹地区",
    "IMPLEMENTS": "上级文件",
    "PAID_BY": "支付人 由 支付单位 资金来源",
    "BASE": "计算基数 支付范围 费用 计入费用",
    "INSIDE": "纳入 包含",
    "OUTSIDE": "不纳入 不包含",
    "COPAY": "乙类 乙类自付 乙类先行自付",
    "GROUP": "人员 对象 人群",
    "IDENTITY": "人员类别",
    "NONE": "不设封顶 不设封顶线 不封顶 无封顶 上不封顶 不设 无 没有 全部取消",
    "FOR": "对 对于 适用 适用对象 适用人群 资助对象",
    "PREMIUM": "缴费标准 个人缴费标准 缴费",
    "PAY": "资助 资助标准 定额",
    "TELL": "推送至 通知",
    "WATCH": "监控",
    "BY": "等级",
    "BANDS": "分档 分段支付 分段比例",
    "PROGRESSIVE": "累进 分段计算",
    "TILT": "倾斜支付 倾斜政策 倾斜对象",
    "EXAMPLE": "示例 例 案例",
    "EXPECT": "结果 预期 应为",
    "PERSON": "患者",
    "CLAIM": "就诊 住院",
    "IDENTITIES": "按身份 按类别 按人员",
    "ITEMS": "按项目 逐项",
    "HIGHEST_OF": "就高不就低 就高原则 从高",
    "YES_NO_TYPE": "真假 布尔",
    "YES": "是 有",
    "NO": "否",
    "SOURCE": "来源",
    "CITE": "根据 参照",
}

WORDS: dict[str, tuple[str, ...]] = {}
"""The keywords that a word of documents may stand for; which of them is decided by what may stand there."""
for _keyword, _words in _SAID.items():
    for _word in _words.split():
        WORDS[_word] = (*WORDS.get(_word, ()), _keyword)

FILLERS = frozenset(
    [
        *(
            "起",
            "时",
            "的",
            "地",
            "了",
            "为",
            "是",
            "则",
            "即",
            "按",
            "止",
            "内",
            "元",
            "后",
            "约",
            "共",
            "期间",
            "予以",
        ),
        *(":", "：", ";", "；", "。", "，", "、", ",", "=", "?", "？", "!", "！", "…", "."),
        *("支付", "以上", "以下", "不超过", "不高于", "最高", "最多", "至多"),
    ]
)
"""What documents write between the words that count."""

MARKS = {
    ":": ("冒号", "the colon"),
    "：": ("冒号", "the colon"),
    ";": ("分号", "the semicolon"),
    "；": ("分号", "the semicolon"),
    ".": ("句号", "the full stop"),
    "。": ("句号", "the full stop"),
    ",": ("逗号", "the comma"),
    "，": ("逗号", "the comma"),
    "、": ("顿号", "the comma"),
    "=": ("“=”", "“=”"),
}
"""Marks that are not written, by name."""

NAME = r"[^\W\d]\w*"
FIGURE = r"[0-9]+(?:\.[0-9]+)?(?:万元|亿元|元|万|亿|块|岁|周岁|天|日|次|%|个百分点)?"
