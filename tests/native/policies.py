"""Whole policies drawn at random, as text: every construct that settling knows turns up, in sound combinations.

A policy is written the way an author would have to write it: what must be said is said, so that most compile; the rest
is thrown away by whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

IDENTITIES = ("甲类", "乙类", "丙类", "丁类")
DISEASES = ("肺炎", "血友病", "尿毒症", "高血压", "白内障", "阑尾炎", "脑梗", "骨折")
PAYERS = ("基本医保统筹基金", "居民大病保险资金", "医疗救助基金", "其他支出", "医疗机构")
PARTS = ("eligible_cost", "copay_cost", "overlimit_cost", "noncovered_cost")
SPANS = ("3个月", "30日", "1年", "10个工作日")
PERIODS = ("per year", "per year", "per year", "per month", "for life")


class Author:
    """Writes one policy."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.layers: list[str] = []
        self.cuts: list[str] = []
        self.money_names: list[str] = []
        self.rate_names: list[str] = []
        self.band_names: list[tuple[str, bool]] = []
        self.shared: list[tuple[str, str]] = []
        self.tallies: list[str] = []
        self.packages: list[str] = []
        self.base_layers: list[str] = []

    # ------------------------------------------------------------ chances

    def often(self, chance: float) -> bool:
        return self.random.random() < chance

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def write(self, *lines: str) -> None:
        self.lines.extend(lines)

    # ------------------------------------------------------------ figures

    def money(self, low: int = 0, high: int = 400) -> str:
        """An amount: round, or with fen."""
        pick = self.random.random()
        if pick < 0.7:
            return f"{self.random.randint(low, high) * 100}元"
        if pick < 0.9:
            return f"{self.random.randint(low, high)}.{self.random.randint(0, 99):02d}元"
        return f"{self.random.randint(1, 30)}万元"

    def percent(self, low: int = 5, high: int = 100) -> str:
        """A rate, sometimes with odd parts."""
        return self.one(
            f"{self.random.randint(low, high)}%", f"{self.random.randint(low, high - 1)}.{self.one('5', '25', '333')}%"
        )

    def points(self) -> str:
        return f"{self.random.randint(1, 15)}个百分点"

    # ------------------------------------------------------------ conditions

    def condition(self, depth: int = 2) -> str:
        pick = self.random.random()
        if depth and pick < 0.25:
            return f"({self.condition(depth - 1)} {self.one('and', 'or')} {self.condition(depth - 1)})"
        if depth and pick < 0.32:
            return f"not ({self.condition(depth - 1)})"
        return self.random.choice((
            lambda: self.one(*IDENTITIES, "贫困群组", "救助群组"),
            lambda: f"级别 {self.one('is', 'is not')} {self.one('一级', '二级', '三级')}",
            lambda: self.one("转诊", "急诊", "规范条件"),
            lambda: f"病种 {self.one('in', 'not in')} {self.one('重病单', '慢病单')}",
            lambda: f"病种 {self.one('is', 'is not')} {self.one(*DISEASES)}",
            lambda: f"级别 in ({self.one('一级, 二级', '二级, 三级', '三级')})",
            lambda: f"年限 {self.one('>', '>=', '<', '<=', '≠', 'not below', 'up to')} {self.random.randint(0, 60)}",
            lambda: f"床日 {self.one('>', '<=')} {self.random.randint(1, 40)}天",
            lambda: f"{self.one(*PARTS, 'total_cost', '其他费用')} {self.one('>', '>=', '<', '<=')} {self.money()}",
            lambda: f"慢病种 {self.one('in', 'not in')} 慢病单",
            lambda: f"出院日期 {self.one('<', '>=')} {self.one('2023', '2024')}-{self.random.randint(1, 12):02d}-15",
            lambda: f"month_of(出院日期) {self.one('<', '>=', '=')} {self.random.randint(1, 12)}",
            lambda: f"day_of(认定日期) {self.one('<', '>=')} {self.random.randint(1, 28)}",
            lambda: f"year_of(认定日期) {self.one('<', '>=', '≠')} {self.random.randint(2021, 2024)}",
            lambda: f"病种 {self.one('is', 'is not')} 医院编号",
            lambda: f"{self.one('出院日期', '认定日期')} {self.one('<', '>=')} {self.random.randint(1, 12)}月15日",
            lambda: f"days_between(认定日期, 出院日期) {self.one('<', '>')} {self.random.randint(0, 200)}日",
            lambda: f"认定日期 {self.one('+', '-')} {self.one(*SPANS)} {self.one('<', '>=')} 出院日期",
            lambda: f"{self.one('next_month', 'year_end', 'next_year')}(认定日期) {self.one('<=', '>')} 出院日期",
            lambda: f"按比例事实 {self.one('>', '<=')} {self.percent()}",
            lambda: self.one(*self.packages, "急诊"),
        ))()  # fmt: skip

    # ------------------------------------------------------------ expressions

    def amount(self, depth: int = 2) -> str:
        """An expression of money that may be negative."""
        leaves: list[Callable[[], str]] = [
            self.money,
            lambda: self.one(*PARTS, "total_cost"),
            lambda: self.one("其他费用", "收入"),
            lambda: f"{self.random.randint(1, 200)}元 × 床日",
            lambda: f"{self.random.randint(1, 200)}元 × 年限",
        ]
        if self.money_names:
            leaves.append(lambda: self.one(*self.money_names))
        if self.cuts:
            leaves.append(lambda: self.one(*self.cuts))
        if self.tallies:
            leaves.append(lambda: self.one(*self.tallies))
        if self.layers:
            leaves.append(lambda: self.one(*self.layers))
            leaves.append(lambda: f"overflow({self.one(*self.layers)})")
            leaves.append(lambda: self.one("个人", "left_to_person"))
            leaves.append(lambda: self.one(*PAYERS))
        if not depth or self.often(0.35):
            return self.random.choice(leaves)()
        inner = lambda: self.amount(depth - 1)  # noqa: E731
        return self.random.choice((
            lambda: f"({inner()} + {inner()})",
            lambda: f"({inner()} - {inner()})",
            lambda: f"{inner()} × {self.rate(depth - 1)}",
            lambda: f"({inner()} × {self.rate(depth - 1)})",
            lambda: f"({inner()} at least {inner()})",
            lambda: f"({inner()} at most {inner()})",
            lambda: f"min({inner()}, {inner()})",
            lambda: f"max({inner()}, {inner()}, {inner()})",
            lambda: f"({inner()} for {self.condition(1)}, {inner()} otherwise)",
            lambda: f"({inner()} rounded to {self.one('1元', '0.01元', '100元')} {self.mode()})",
            lambda: f"({inner()} ÷ {self.random.randint(2, 9)})",
            lambda: f"({inner()} ÷ ({self.random.randint(1, 3)}天 + 床日) × {self.random.randint(1, 5)}天)",
            lambda: "sum of 金额合计 over items",
            lambda: f"sum of (金额合计 × {self.percent()}) over items where (项目类别 is 材料 or 单价 > 7元)",
            lambda: "stacked 慢病限额 over choices 慢病种 shares 100%, 50%, 25%",
            lambda: f"{self.one('三段', *(name for name, _ in self.band_names))}({inner()})",
            lambda: f"床日标准({self.one('床日', '床日 + 3天')})",
        ))()  # fmt: skip

    def rate(self, depth: int = 1) -> str:
        """A rate."""
        leaves: list[Callable[[], str]] = [self.percent, self.percent]
        if self.rate_names:
            leaves.append(lambda: self.one(*self.rate_names))
        if not depth or self.often(0.5):
            return self.random.choice(leaves)()
        return self.random.choice(
            (
                lambda: f"({self.percent(20, 60)} + {self.points()})",
                lambda: f"(100% - {self.percent(5, 60)})",
                lambda: f"({self.percent()} for {self.condition(1)}, {self.percent()} otherwise)",
                lambda: f"({self.percent()} × {self.percent(50, 100)})",
                lambda: "按比例事实",
                lambda: f"({self.money(1, 100)} ÷ ({self.money(1, 100)} + eligible_cost))",
            )
        )()

    def mode(self) -> str:
        return self.one("half up", "half up", "half even", "down", "up")

    def cases(self, value: Callable[[], str], closed: bool = False) -> str:
        """A value, or one per case; `closed`: perhaps with none for the rest."""
        pick = self.random.random()
        if pick < 0.55:
            return value()
        made = ", ".join(f"{value()} for {self.condition(1)}" for _ in range(self.random.randint(1, 3)))
        return made if closed and pick < 0.65 else f"{made}, {value()} otherwise"

    # ------------------------------------------------------------ bands

    def bands(self, value: Callable[[], str], unit: str = "元", scale: int = 10_000) -> list[str]:
        """The rows of a band table."""
        edges = sorted(self.random.sample(range(1, 30), self.random.randint(1, 4)))
        rows, lower = [], ""
        for edge in edges:
            upper = self.one("up to", "below")
            text = f"{edge * scale}{unit}"
            rows.append(f"  {lower} {upper} {text}  {value()}".replace("   ", "  "))
            lower = f"{'above' if upper == 'up to' else 'not below'} {text}"
        rows.append(f"  {lower}  {value()}")
        return [f"  {row.strip()}" for row in rows]

    # ------------------------------------------------------------ the policy

    def text(self) -> str:
        """The policy."""
        start = self.one("", "", " from 7月1日", " from 9月16日")
        self.write("policy 随机", "  in force from 2022-01-01", "readings", "  copay outside base",
                   f"  year by 出院日期{start}",
                   f"  derived amounts {self.one('exact', 'rounded to 1元 half up')}")  # fmt: skip
        if self.often(0.1):
            self.lines[-2] = f"  year split {self.one('one deductible', 'new deductible')} by 出院日期"
        self.declarations()
        self.figures()
        for _ in range(self.random.choice((0, 0, 1, 2))):
            self.cut()
        for number in range(self.random.randint(1, 4)):
            self.layer(number)
        if self.often(0.4):
            self.write(f"tally 累计数 = {self.amount(1)} {self.one(*PERIODS)}")
        for _ in range(self.random.choice((0, 0, 1, 2))):
            self.write(f"require {self.amount(1)} {self.one('<=', '>')} {self.amount(1)}")
        self.write(f"highest of {self.one('identities', 'identities', 'items')} {self.one('least left', 'by rank')}")
        return "\n".join(self.lines) + "\n"

    def declarations(self) -> None:
        self.write("identity 甲类", "identity 乙类 includes 乙一, 乙二", "identity 丙类", "identity 丁类")
        self.write("group 贫困群组 = 甲类, 乙类", "group 救助群组 = 贫困群组, 丙类")
        default = "  default no" if self.often(0.7) else ""
        self.write(
            "fact 级别 one of 一级, 二级, 三级", f"fact 转诊 yes or no{default}", "fact 急诊 yes or no default no",
            f"fact 床日 days{self.one('', ' default 0天')}", "fact 年限 count default 0 of person",
            "fact 其他费用 money default 0元", "fact 收入 money default 0元 of person",
            "fact 认定日期 date default 2023-06-15 of person",
            "fact 慢病种 several of 高血压, 糖尿病, 冠心病, 脑梗 default none",
            "list 重病单 = 肺炎, 血友病, 尿毒症", "list 慢病单 = 高血压, 糖尿病, 骨折, 脑梗, 白内障",
            "define 规范条件 = 转诊 or 急诊 and 级别 is not 三级", "parameter 按比例事实 = 45%",
        )  # fmt: skip

    def figures(self) -> None:
        """Parameters, tables, band tables, definitions."""
        self.write(
            "parameter 慢病限额 by 慢病种",
            "  高血压  2000元",
            "  糖尿病  3000.33元",
            "  冠心病  2500元",
            "  脑梗  40元",
        )
        self.write(
            "bands 三段 progressive", "  up to 3万元  50%", "  above 3万元 up to 8万元  60.5%", "  above 8万元  70%"
        )
        self.write(
            "bands 床日标准 progressive",
            "  up to 30天  200元",
            "  above 30天 up to 60天  150.55元",
            "  above 60天  100元",
        )
        if self.often(0.6):
            self.write(
                "parameter 级别标准 by 级别",
                f"  一级  {self.money()}",
                f"  二级  {self.money()}",
                f"  otherwise  {self.money()}",
            )
            self.money_names.append("级别标准")
        if self.often(0.6):
            self.write("table 双栏 by 级别, 救助群组", "  级别  救助群组  标准  比例", *(
                f"  {level}  {who}  {self.money()}  {self.percent()}"
                for level in ("一级", "二级") for who in ("甲类", "丙类", "otherwise")
            ), f"  otherwise  otherwise  {self.money()}  {self.percent()}")  # fmt: skip
            self.money_names.append("双栏.标准")
            self.rate_names.append("双栏.比例")
        if self.often(0.6):
            self.write(
                "parameter 病种标准 by 病种",
                *(f"  {name}  {self.money(1, 90)}" for name in DISEASES),
                "  otherwise  700元",
            )
            self.money_names.append("病种标准")
        if self.often(0.4):
            self.write("parameter 年龄提高 by 年限", f"  below {self.random.randint(5, 30)}  {self.percent()}",
                       f"  not below 31 up to 60  {self.percent()}", f"  otherwise  {self.percent()}")  # fmt: skip
            self.lines[-3] = f"  below 31  {self.percent()}"
            self.rate_names.append("年龄提高")
        for number in range(self.random.randint(0, 2)):
            mode = self.one("progressive", "progressive", "whole amount", "lump sum")
            value = self.money if mode == "lump sum" else self.percent
            self.write(f"bands 段{number} {mode}", *self.bands(value))
            self.band_names.append((f"段{number}", mode == "lump sum"))
        for number in range(self.random.randint(0, 2)):
            self.write(f"define 定义{number} = {self.amount(1)}")
            self.money_names.append(f"定义{number}")
        if self.often(0.3):
            period = self.one("per year", "per admission", "per month")
            self.write(f"shared cap 合并限额 {self.money(10, 900)} {period}")
            self.shared.append(("合并限额", period))
        if self.often(0.4):
            self.write(f"tally 上次累计 = {self.one('eligible_cost', 'total_cost', '其他费用')} {self.one(*PERIODS)}")
            self.tallies.append("上次累计")

    def cut(self) -> None:
        kind = self.one("copay", "exclude", "control", "package")
        name = f"扣{len(self.cuts)}"
        when = f" when {self.condition()}" if self.often(0.6) else ""
        if kind == "copay":
            self.write(f"copay {self.amount(1)} from {self.one('eligible_cost', 'overlimit_cost')}{when}")
        elif kind == "exclude":
            bearer = self.one("医疗机构", "医疗机构", "个人")
            self.write(f"exclude {name} = {self.amount(1)} from {self.one(*PARTS)} on {bearer}{when}")
            self.cuts.append(name)
        elif kind == "control":
            self.write(f"control {name}")
            if when:
                self.write(f"  {when.strip()}")
            if self.often(0.5):
                self.write(f"  cost {self.one('noncovered_cost', 'overlimit_cost')}")
            self.write(
                f"  at most {self.percent()} × total_cost",
                f"  excess {self.one('', '60% ')}on {self.one('医疗机构', '个人')}",
            )
            self.cuts.append(name)
        elif not self.packages:
            self.write("package 包干", f"  when {self.condition()}", f"  price {self.cases(self.money)}",
                       f"  {self.one('limit price', 'fixed price')}",
                       f"  {self.one('whole price in scope', 'parts as billed')}",
                       f"  excess {self.one('', '70% ')}on {self.one('医疗机构', '个人')}")  # fmt: skip
            self.packages.append("包干")

    def layer(self, number: int) -> None:
        name = f"层{number}"
        guards = [f"  when {self.condition()}" for _ in range(self.random.choice((0, 0, 1, 1, 2)))]
        period = self.one(*PERIODS) if self.often(0.5) else ""
        base = self.base(name)
        every = self.one("every claim", "qualifying claims") if period else ""
        steps: list[str] = [*guards, f"  base {base} {period} {every if guards or self.often(0.3) else ''}".rstrip()]
        if period and not guards:
            steps[-1] = f"  base {base} {period}" + (f" {every}" if self.often(0.2) else "")
        pays = self.one("rate", "rate", "bands", "bands", "pay")
        if self.often(0.2):
            period_of = "under 合并限额" if self.shared and self.often(0.4) else ""
            limit = f"{self.cases(self.money)} {self.one('per admission', 'per year', 'for life')}"
            steps.append(f"  cap cost {period_of or limit}")
        has_deductible = pays != "pay" and self.often(0.7)
        by_period = ""
        if has_deductible:
            by_period = self.one("per admission", period or "per year", "per year")
            ways = f" {self.one('by cost so far', 'by deductions so far')}" if period and by_period == period else ""
            steps.append(f"  deductible {self.cases(self.deductible)} {by_period}{ways}")
            if self.often(0.25):
                steps += self.repeats()
        if pays == "rate":
            steps.append(f"  rate {self.cases(self.rate, closed=True)}")
        elif pays == "pay":
            steps.append(f"  pay {self.cases(lambda: self.amount(1), closed=True)}")
        elif self.band_names and self.often(0.4):
            named, lump = self.random.choice(self.band_names)
            pays = "lump" if lump else pays
            steps.append(f"  bands {named} {self.one('over base', 'over excess')}")
        else:
            mode = self.one("progressive", "progressive", "progressive", "whole amount", "lump sum")
            value = (
                (lambda: self.money(1, 60)) if mode == "lump sum" else lambda: self.one(self.percent(), self.rate(1))
            )
            if mode == "lump sum":
                pays = "lump"
            elif self.often(0.8):
                value = self.percent
            steps.append(f"  bands {self.one('over base', 'over excess')} {mode}")
            steps += [f"  {row}" for row in self.bands(value, scale=self.random.choice((100, 1000, 10_000)))]
        if self.often(0.15):
            steps.append(f"  minimum payment {self.money(0, 20)}")
        if self.layers and self.often(0.12):
            counted = ", ".join(self.random.sample([*self.layers, name], self.random.randint(1, len(self.layers))))
            steps.append(f"  top up to {self.amount(1)} counting {counted}")
        rounding = f"  round to {self.one('1元', '0.01元', '10元')} {self.mode()}{self.one('', '', ' running')}"
        cap = self.cap(any("under" in step for step in steps))
        if self.often(0.25):
            steps += [rounding, *cap] if self.often(0.5) else [*cap, rounding]
        else:
            steps += cap
        if self.often(0.12):
            steps.append(f"  at most {self.random.randint(1, 3)}次 {self.one('per year', 'per month')} "
                         f"{self.one('counted when applied', 'counted when paid')}")  # fmt: skip
        steps += self.tilts(has_deductible, pays, any("cap payment" in line for line in cap))
        payer = self.one(*PAYERS)
        self.write(f"layer {name} paid by {payer}", *steps)
        self.layers.append(name)

    def base(self, name: str) -> str:
        if not self.layers:
            return self.one("eligible_cost", "eligible_cost", "total_cost - noncovered_cost", "eligible_cost × 90%")
        if self.often(0.15):
            return f"overflow({self.one(*self.layers)})"
        return self.one("remaining eligible_cost", "remaining eligible_cost", "remaining total_cost",
                        "(remaining eligible_cost + copay_cost × 50%)", "remaining eligible_cost × 80%")  # fmt: skip

    def deductible(self) -> str:
        pick = self.random.random()
        if pick < 0.6 or not self.money_names:
            return self.money(0, 120)
        return self.one(*self.money_names, "收入 × 10%") if pick < 0.9 else self.amount(1)

    def repeats(self) -> list[str]:
        made = [f"    from admission 2 {self.one('× 75%', '= 300元', '- 150.5元', '× 33.3%')}"]
        if self.often(0.5):
            made.append(f"    from admission 3 {self.one('× 50%', '= 0元', '- 100元')}")
            made.append(f"    {self.one('chained', 'of the original')}")
        if self.often(0.4):
            made.append(f"    at least {self.money(0, 5)}")
        if self.often(0.4):
            made.append(f"    at most {self.money(5, 50)} per year")
        return made

    def cap(self, shared: bool) -> list[str]:
        made = []
        if self.shared and not shared and self.often(0.5):
            made.append(f"  cap payment under {self.shared[0][0]}")
        if self.often(0.5):
            period = self.one("per year", "per year", "per admission", "for life")
            none = f"none for {self.condition(1)}, " if self.often(0.2) else ""
            limit = self.cases(self.money)
            made.append(f"  cap payment {none}{limit}{' otherwise' if none and ' for ' not in limit else ''} {period}")
        return made

    def tilts(self, deductible: bool, pays: str, capped: bool) -> list[str]:
        made: list[str] = []
        count = self.random.choice((0, 0, 1, 2, 3))
        for _ in range(count):
            when = f" when {self.condition(1)}" if self.often(0.4) else ""
            made += [
                f"  tilt {self.one(*IDENTITIES, '救助群组', '转诊')}{when}",
                *self.changes(deductible, pays, capped),
            ]
        if self.often(0.25):
            made += [f"  adjust when {self.condition(1)}", *self.changes(deductible, pays, capped)]
        if count > 1:
            made.append(f"  tilts {self.one('add up', 'best only', 'first only')}")
        return made

    def changes(self, deductible: bool, pays: str, capped: bool) -> list[str]:
        made = {
            "payment": self.one("× 110%", "× 80%", f"+ {self.money(0, 10)}", f"= {self.money(0, 30)}"),
            "base": self.one("× 90%", f"- {self.money(0, 10)}"),
        }
        if deductible:
            made["deductible"] = self.one(
                "× 50%", "× 0%", f"- {self.money(0, 30)}", f"= {self.money(0, 30)}", "× 33.3%"
            )
        if pays in ("rate", "bands"):
            made["rate"] = self.one("+ 5个百分点", "- 10个百分点", "× 120%", "= 90%", "+ 12.5个百分点")
        if capped:
            made["cap"] = self.one("none", "× 150%", f"+ {self.money()}", f"= {self.money()}")
        chosen = self.random.sample(sorted(made), self.random.randint(1, min(2, len(made))))
        return [f"    {term} {made[term]}" for term in chosen]


def policy(seed: int) -> str:
    """The text of a policy."""
    return Author(Random(seed)).text()
