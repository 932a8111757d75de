"""Plans built by hand and claims settled under them, for the tests of the sheet."""

from __future__ import annotations

import datetime
from fractions import Fraction
from hashlib import sha256

from polc import plan as p
from polc.settle import settle
from polc.settlement import Claim, HeldIdentity, Person, Settlement


def plan_hash(plan: p.Plan) -> str:
    """A stand-in for the content hash: only has to be stable."""
    return sha256(f"{plan.name}@{plan.as_of}".encode()).hexdigest()


def yuan(amount: int | str) -> p.Const:
    return p.Const(int(Fraction(amount) * 100), "money")


def percent(value: int | str) -> p.Const:
    return p.Const(Fraction(value) / 100, "ratio")


def points(value: int | str) -> p.Const:
    return p.Const(Fraction(value) / 100, "points")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


INSCOPE = p.Part("inscope", "政策范围内费用")
NONCOVERED = p.Part("noncovered", "全自费费用")
OVERLIMIT = p.Part("overlimit", "超限价自费费用")
TOTAL = p.Part("total", "医疗费总额")
COPAY = p.Part("copay", "先行自付费用")

LEVELS = (("一级", "1"), ("二级", "2"), ("三级", "3"))
FACTS = (
    p.FactSpec("出院日期", "enddate", "date", (), None, "claim", True, "discharge_date"),
    p.FactSpec(
        "医院等级", "hosp_lv", "text", LEVELS, None, "claim", True, "hospital_level",
        (("primary", "一级"), ("secondary", "二级"), ("tertiary", "三级")),
    ),
)  # fmt: skip
ALSO = (("medical_assistance_fund", "maf_pay", "医疗救助基金"), ("insured_person", "psn_part_amt", "个人"))


def minus(first: p.Expr, *others: p.Expr) -> p.Add:
    return p.Add(((1, first), *((-1, other) for other in others)), "money")


def bands(
    origin: p.Origin, *rows: tuple[str, str | None, str], name: str = "", mode: str = "progressive"
) -> p.BandTable:
    """Bands in yuan and percent; the upper edge belongs to the band."""
    shown = []
    for index, (lower, upper, rate) in enumerate(rows, 1):
        place, line = origin.place.rsplit(":", 1)
        own = p.Origin(origin.clauses, origin.document, f"{place}:{int(line) + index}")
        value = yuan(rate) if mode == "lump" else percent(rate)
        upper_edge = None if upper is None else yuan(upper)
        shown.append(p.Band(yuan(lower), lower == "0", upper_edge, upper is not None, value, own))
    return p.BandTable(name, mode, tuple(shown), origin)  # type: ignore[arg-type]


# ---------------------------------------------------------------- Chongqing: an official example


def _chongqing_origin(clause: str, line: int) -> p.Origin:
    return p.Origin((clause,), "渝医保发〔2022〕12号", f"yubei-2023.pol:{line}")


def _to_fen(line: int) -> p.Round:
    return p.Round(1, "half_up", None, _chongqing_origin("附则", line))


def chongqing_plan() -> p.Plan:
    """Four layers: basic, serious illness (deductible not reached), assistance, tilted assistance."""
    o = _chongqing_origin
    low = p.Holds(frozenset({"低保边缘家庭成员"}), "低保边缘家庭成员")
    basic = p.Layer(
        "基本医保", "hifp_pay", "居民医保统筹基金", frozenset({"inscope"}), (),
        p.Base(INSCOPE, None, False, o("第三条", 21)),
        (
            p.Deductible(yuan(300), "claim", None, (), False, None, None, None, None, o("第三条（一）", 22)),
            p.RatePay(percent(70), o("第三条（二）", 23)),
            _to_fen(24),
        ),
        (), "add", o("第三条", 20),
    )  # fmt: skip
    serious = p.Layer(
        "大病保险", "hifmi_pay", "居民大病保险", frozenset({"inscope"}), (),
        p.Base(minus(INSCOPE, p.Paid("基本医保")), "大病保险.base", False, o("第四条", 31)),
        (
            p.Deductible(yuan(16901), "base", None, (), False, None, None, None, None, o("第四条（一）", 32)),
            p.BandPay(bands(o("第四条（二）", 33), ("0", None, "60")), "base", "base", None, o("第四条（二）", 33)),
            _to_fen(35),
            p.PaymentCap(yuan(200000), "大病保险.paid", None, None, o("第四条（三）", 36)),
        ),
        (
            p.Tilt(
                "tilt", p.Holds(frozenset({"特困人员", "低保对象"}), "特困低保"), "特困低保",
                (p.Change("deductible", "×", percent(50), o("第四条（四）", 38)),
                 p.Change("rate", "+", points(5), o("第四条（四）", 39))),
                o("第四条（四）", 37),
            ),
        ),
        "add", o("第四条", 30),
    )  # fmt: skip
    assistance = p.Layer(
        "大额费用医疗救助", "maf_pay", "医疗救助基金", frozenset({"inscope"}), (p.Guard(low, o("第五条", 41)),),
        p.Base(minus(INSCOPE, p.Paid("基本医保"), p.Paid("大病保险")), None, False, o("第五条", 42)),
        (
            p.RatePay(percent(70), o("第五条（一）", 43)),
            _to_fen(44),
            p.PaymentCap(yuan(60000), "大额费用医疗救助.paid", None, None, o("第五条（二）", 45)),
        ),
        (), "add", o("第五条", 40),
    )  # fmt: skip
    tilted = p.Layer(
        "倾斜救助", "oth_pay", "倾斜救助资金", frozenset({"inscope"}),
        (
            p.Guard(low, o("第六条", 51)),
            p.Guard(p.Fact("规范转诊", "bool", "claim"), o("第六条", 52)),
        ),
        p.Base(
            minus(INSCOPE, p.Paid("基本医保"), p.Paid("大病保险"), p.Paid("大额费用医疗救助")), None, False,
            o("第六条", 53),
        ),
        (
            p.Deductible(yuan(3000), "claim", None, (), False, None, None, None, None, o("第六条", 54)),
            p.RatePay(percent(60), o("第六条", 55)),
            _to_fen(56),
        ),
        (), "add", o("第六条", 50),
    )  # fmt: skip
    return p.Plan(
        "渝北2023", day("2023-01-01"), None, None,
        (
            p.Document(
                "渝北2023", "渝北区城乡居民医疗保障办法", "渝医保发〔2022〕12号", ("渝北区医保局", "渝北区财政局"),
                day("2022-12-20"), day("2023-01-01"), None, None, "重庆市渝北区", "500112",
                ("渝北区医保局政策问答 2023-10-30",), (),
            ),
        ),
        p.YearRule("出院日期", (1, 1), None),
        tuple(p.IdentitySpec(name, None, ()) for name in ("特困人员", "低保对象", "低保边缘家庭成员")),
        (
            *FACTS,
            p.FactSpec("规范转诊", None, "bool", (), None, "claim", True),
            p.FactSpec("出生日期", "brdy", "date", (), None, "person", True, "birth_date"),
        ),
        (
            ("hifp_pay", "居民医保统筹基金"), ("hifmi_pay", "居民大病保险"), ("maf_pay", "医疗救助基金"),
            ("oth_pay", "倾斜救助资金"), ("psn_part_amt", ""),
        ),
        (
            p.Accumulator("大病保险.base", "大病保险", "base", "year"),
            p.Accumulator("大病保险.paid", "大病保险", "paid", "year"),
            p.Accumulator("大额费用医疗救助.paid", "大额费用医疗救助", "paid", "year"),
        ),
        (), p.Sequence((basic, serious, assistance, tilted)), (),
        (
            p.Requirement(
                p.Compare("<=", p.Borne("hifp_pay", "居民医保统筹基金"), TOTAL), "居民医保统筹基金 ≤ 医疗费总额",
                o("第九条", 60),
            ),
        ),
        (), (), (), (), (), ALSO,
    )  # fmt: skip


def claim(
    id: str, date: str, total: str, noncovered: str = "0", overlimit: str = "0", copay: str = "0", **facts: p.Value
) -> Claim:
    """A claim from yuan; what is left of the total is in scope."""
    fen = [int(Fraction(amount) * 100) for amount in (total, noncovered, overlimit, copay)]
    parts = dict(zip(("total", "noncovered", "overlimit", "copay"), fen, strict=True))
    parts["inscope"] = fen[0] - sum(fen[1:])
    return Claim(id, day(date), parts, {"出院日期": day(date), **facts})


def chongqing(**changed: p.Value) -> Settlement:
    """The official example: total 52000, of which 50000 in scope."""
    plan = chongqing_plan()
    person = Person(
        "P-500112-01", (HeldIdentity("低保边缘家庭成员", day("2023-01-01")),), {"出生日期": day("1962-05-17")}
    )
    facts: dict[str, p.Value] = {"医院等级": "二级", "规范转诊": True, **changed}
    return settle(lambda _: plan, person, [claim("CQ-1", "2023-09-14", "52000", noncovered="2000", **facts)])


# ---------------------------------------------------------------- everything at once


def _rich_origin(clause: str, line: int) -> p.Origin:
    return p.Origin((clause,), "示医保发〔2024〕3号", f"shili-2024.pol:{line}")


def _parent(clause: str, line: int) -> p.Origin:
    return p.Origin((clause,), "示省医保发〔2023〕8号", f"std/shisheng-2023:{line}")


def rich_plan() -> p.Plan:
    """Copay, control, package, repeats, bands under tilts, caps, rounding, top-up, 就高 by identity, two documents."""
    o, parent = _rich_origin, _parent
    level = p.Fact("医院等级", "text", "claim")
    grade = lambda name: p.Compare("=", level, p.Const(name, "text"))  # noqa: E731
    starting = p.Named(
        "住院起付标准",
        p.Cases(
            (p.Arm(grade("一级"), yuan(200)), p.Arm(grade("二级"), yuan(500))), yuan(1000), "money", "住院起付标准"
        ),
        "money", o("第八条", 30),
    )  # fmt: skip
    own = p.Named(
        "合规自付", minus(p.Add(((1, INSCOPE), (1, COPAY)), "money"), p.Paid("基本医保")), "money", o("第十条", 50)
    )
    poor = p.Holds(frozenset({"特困人员", "低保对象"}), "困难群众")
    referred = p.All((
        p.Any((p.Fact("规范转诊", "bool", "claim"), p.Fact("急诊", "bool", "claim"))),
        p.Within(p.Fact("就医地", "text", "claim"), frozenset({"市内", "省内"}), "省域", False),
    ))  # fmt: skip
    rounding = p.Round(1, "half_up", None, o("附则", 99))
    basic = p.Layer(
        "基本医保", "hifp_pay", "居民医保统筹基金", frozenset({"inscope"}), (),
        p.Base(INSCOPE, None, False, o("第八条", 31)),
        (
            p.Deductible(
                starting, "claim", None,
                (
                    p.Repeat(2, "×", percent(50), o("第八条（二）", 33)),
                    p.Repeat(3, "=", yuan(0), o("第八条（三）", 34)),
                ),
                False, None, "基本医保.count", None, None, o("第八条", 32),
            ),
            p.RatePay(
                p.Cases(
                    (p.Arm(grade("一级"), percent(85)), p.Arm(grade("二级"), percent(75))), percent("62.5"), "ratio", ""
                ),
                o("第九条", 35),
            ),
            rounding,
            p.PaymentCap(yuan(120000), "居民年度限额.cap", "居民年度限额", "大病保险", o("第九条（三）", 36)),
        ),
        (
            p.Tilt(
                "adjust", p.Not(p.Fact("规范转诊", "bool", "claim")), "未规范转诊",
                (p.Change("rate", "-", points("7.5"), o("第九条（四）", 38)),), o("第九条（四）", 37),
            ),
        ),
        "add", o("第八条", 29),
    )  # fmt: skip
    serious = p.Layer(
        "大病保险", "hifmi_pay", "居民大病保险", frozenset({"inscope", "copay"}), (),
        p.Base(own, "大病保险.base", False, parent("三.一", 41)),
        (
            p.Deductible(yuan(10000), "base", None, (), False, None, None, None, None, parent("三.一 一是", 42)),
            p.BandPay(
                bands(
                    parent("三.一 二是", 43), ("0", "50000", "55"), ("50000", "100000", "60"), ("100000", None, "65")
                ),
                "base", "base", None, parent("三.一 二是", 43),
            ),
            rounding,
            p.PaymentCap(yuan(20000), "大病保险.paid", None, None, parent("三.一 三是", 48)),
        ),
        (
            p.Tilt(
                "tilt", p.Holds(frozenset({"特困人员"}), "特困人员"), "特困人员",
                (
                    p.Change("deductible", "×", percent(50), o("第十一条（一）", 61)),
                    p.Change("rate", "+", points(5), o("第十一条（一）", 62)),
                    p.Change("cap", "none", None, o("第十一条（一）", 63)),
                ),
                o("第十一条（一）", 60),
            ),
            p.Tilt(
                "tilt",
                p.All((p.Holds(frozenset({"低保对象"}), "低保对象"), p.Fact("规范转诊", "bool", "claim"))),
                "低保对象",
                (p.Change("rate", "+", points("2.5"), o("第十一条（二）", 66)),), o("第十一条（二）", 65),
            ),
        ),
        "best", parent("三.一", 40),
    )  # fmt: skip
    assistance = p.Layer(
        "医疗救助", "maf_pay", "医疗救助基金", frozenset({"inscope"}),
        (p.Guard(poor, o("第十二条", 71)), p.Guard(referred, o("第十二条", 72))),
        p.Base(minus(INSCOPE, p.Paid("基本医保"), p.Paid("大病保险")), "医疗救助.base", False, o("第十二条", 73)),
        (
            p.RatePay(
                p.Cases(
                    (
                        p.Arm(p.Holds(frozenset({"特困人员"}), "特困人员"), percent(90)),
                        p.Arm(p.Holds(frozenset({"低保对象"}), "低保对象"), percent(70)),
                    ),
                    None, "ratio", "救助比例",
                ),
                o("第十二条（一）", 74),
            ),
            rounding,
            p.PaymentCap(yuan(30000), "医疗救助.paid", None, None, o("第十二条（二）", 76)),
        ),
        (), "add", o("第十二条", 70),
    )  # fmt: skip
    floor = p.Layer(
        "兜底补助", "oth_pay", "县级财政", frozenset({"inscope"}), (p.Guard(p.Compare(
            ">", p.Left(), yuan(3000)), o("第十三条", 81)),),
        p.Base(p.Left(), None, False, o("第十三条", 82)),
        (
            p.TopUp(
                p.Multiply((INSCOPE, percent(90)), "money"), ("基本医保", "大病保险", "医疗救助"), o("第十三条", 83)
            ),
            rounding,
        ),
        (), "add", o("第十三条", 80),
    )  # fmt: skip
    control = p.Control(
        "目录外控费", (NONCOVERED, OVERLIMIT), (p.Guard(poor, o("第六条", 21)),),
        p.Multiply((TOTAL, p.Named("控费比例", percent(10), "ratio", o("第六条", 22))), "money"), Fraction(1),
        "hosp_part_amt", "定点医疗机构", o("第六条", 20),
    )  # fmt: skip
    copay = p.CopayCut(
        p.Multiply((INSCOPE, percent(10)), "money"), INSCOPE,
        p.Compare("=", p.Fact("就医地", "text", "claim"), p.Const("省外", "text")), o("第五条", 18),
    )  # fmt: skip
    identities = ("特困人员", "低保对象", "防止返贫监测对象")
    return p.Plan(
        "示例县2024", day("2024-01-01"), day("2024-01-01"), day("2025-01-01"),
        (
            p.Document(
                "示省2023", "示省大病保险办法", "示省医保发〔2023〕8号", ("示省医保局",), day("2023-06-01"),
                day("2023-07-01"), None, None, "示省", None, (), (),
            ),
            p.Document(
                "示例县2024", "示例县医疗保障待遇细则", "示医保发〔2024〕3号", ("示例县医保局", "示例县财政局"),
                day("2024-01-15"), day("2024-02-01"), day("2028-12-31"), day("2024-01-01"), "示例县", "999999", (),
                ("起付线和封顶线为示例，不是任何地区的标准",),
            ),
        ),
        p.YearRule("出院日期", (1, 1), "one"),
        tuple(p.IdentitySpec(name, None, ()) for name in identities),
        (
            *FACTS,
            p.FactSpec("规范转诊", None, "bool", (), False, "claim", True),
            p.FactSpec("急诊", None, "bool", (), False, "claim", True),
            p.FactSpec("就医地", None, "text", (), "市内", "claim", True),
        ),
        (
            ("hifp_pay", "居民医保统筹基金"), ("hifmi_pay", "居民大病保险"), ("maf_pay", "医疗救助基金"),
            ("oth_pay", "县级财政"), ("hosp_part_amt", "定点医疗机构"), ("psn_part_amt", ""),
        ),
        (
            p.Accumulator("基本医保.count", "基本医保", "count", "year"),
            p.Accumulator("居民年度限额.cap", "居民年度限额", "cap", "year"),
            p.Accumulator("大病保险.base", "大病保险", "base", "year"),
            p.Accumulator("大病保险.paid", "大病保险", "paid", "year"),
            p.Accumulator("医疗救助.base", "医疗救助", "base", "year"),
            p.Accumulator("医疗救助.paid", "医疗救助", "paid", "year"),
        ),
        (("居民年度限额", yuan(120000), "居民年度限额.cap", o("第九条（三）", 36)),),
        p.HighestOf(
            identities, "least_left", p.Sequence((copay, control, basic, serious, assistance, floor)), o("第七条", 25)
        ),
        (),
        (
            p.Requirement(
                p.Compare("<=", p.Borne("psn_part_amt", "个人"), p.Multiply((TOTAL, percent(20)), "money")),
                "个人负担不超过医疗费总额的 20%", o("第十四条", 90),
            ),
        ),
        (), (), (), (), (), ALSO,
    )  # fmt: skip


def rich_person(*names: str) -> Person:
    return Person("示-0007", tuple(HeldIdentity(name, day("2023-07-01")) for name in names), {})


def rich(*names: str, **facts: p.Value) -> Settlement:
    """One claim of 180000.35 yuan at a third-level hospital."""
    plan = rich_plan()
    given: dict[str, p.Value] = {"医院等级": "三级", "规范转诊": True, **facts}
    one = claim("SL-1", "2024-03-20", "180000.35", "21000", "3000.15", "6000.11", **given)
    return settle(lambda _: plan, rich_person(*(names or ("低保对象", "特困人员"))), [one])


def sequence() -> Settlement:
    """Four claims over two years, the third not referred, the last in the next year."""
    plan = rich_plan()
    return settle(
        lambda _: plan,
        rich_person("低保对象"),
        [
            claim("SL-1", "2024-03-20", "52345.67", "5000", "0", "1500", 医院等级="二级", 规范转诊=True),
            claim("SL-2", "2024-06-02", "80000", "9000", "1000", "2000", 医院等级="三级", 规范转诊=True),
            claim("SL-3", "2024-11-30", "6123.45", "123.45", "0", "0", 医院等级="一级", 规范转诊=False, 就医地="省外"),
            claim("SL-4", "2025-01-08", "20000", "0", "0", "0", 医院等级="二级", 规范转诊=True),
        ],
    )
