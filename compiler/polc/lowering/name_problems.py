"""Problems of names and of the values they stand for."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class UnknownName(Problem):
    """A name is used that nothing declares: a slip of the pen, or its declaration is missing.
    ---
    用了没有声明过的名称：可能是笔误，也可能忘了声明。
    """

    name: str = ""
    declare_zh: str = ""
    declare_en: str = ""
    code = "N210"
    zh: ClassVar[str] = "没有叫“{name}”的内容"
    en: ClassVar[str] = "nothing is named “{name}”"
    hint_zh: ClassVar[str] = "{declare_zh}"
    hint_en: ClassVar[str] = "{declare_en}"


class IdentityAsValue(Problem):
    """An identity is compared as if it were the value of a fact. A person may hold several identities, so an identity
    or group is a condition by itself: it is written by its name alone.
    ---
    把身份当作某一项的取值来比较。一个人可以同时有几种身份，所以身份、群组本身就是条件，直接写名称。
    """

    name: str = ""
    zh_form: str = ""
    en_form: str = ""
    code = "N224"
    zh: ClassVar[str] = "身份直接写名称，不写“{name}”"
    en: ClassVar[str] = "an identity is written by its name alone, without “{name}”"
    hint_zh: ClassVar[str] = "改为：{zh_form}"
    hint_en: ClassVar[str] = "write: {en_form}"


class WrongKind(Problem):
    """A name stands where another kind of thing is wanted (a list where an amount is, a layer where an identity is).
    ---
    名称的种类不对，例如要金额的地方写了清单。
    """

    name: str = ""
    is_zh: str = ""
    is_en: str = ""
    want_zh: str = ""
    want_en: str = ""
    code = "N211"
    zh: ClassVar[str] = "“{name}”是{is_zh}，这里要{want_zh}"
    en: ClassVar[str] = "“{name}” is a {is_en}; {want_en} is wanted here"
    hint_zh: ClassVar[str] = "改正名称，或者换成{want_zh}"
    hint_en: ClassVar[str] = "mend the name, or put {want_en} here"


class NotYetPaid(Problem):
    """A step reads a layer, control or package that stands after it: at that point nothing of it is known yet.
    ---
    用到了排在后面的保障层、控费或病种包干：此时它还没有结果。
    """

    name: str = ""
    code = "N212"
    zh: ClassVar[str] = "“{name}”排在后面，此处还没有结果"
    en: ClassVar[str] = "“{name}” stands later: nothing of it is known here yet"
    hint_zh: ClassVar[str] = "书写次序就是执行次序；调整次序或去掉这一项"
    hint_en: ClassVar[str] = "written order is execution order; move it or leave it out"


class RefersToItself(Problem):
    """A definition or parameter needs its own value.
    ---
    定义绕回了自己。
    """

    name: str = ""
    code = "N213"
    zh: ClassVar[str] = "“{name}”的值要用到它自己"
    en: ClassVar[str] = "the value of “{name}” needs itself"
    hint_zh: ClassVar[str] = "改用别的名称，或者从算式里去掉它自己"
    hint_en: ClassVar[str] = "use another name, or take it out of its own formula"


class Unbound(Problem):
    """A parameter that the document leaves to the locality has no value, so nothing can be settled. A local file that
    implements the policy sets it.
    ---
    由地方规定的参数还没有值，无法结算。写一个“落实”本政策的地方文件来规定它。
    """

    name: str = ""
    clause: str = ""
    bounds: str = ""
    bounds_en: str = ""
    write_zh: str = ""
    write_en: str = ""
    code = "N214"
    zh: ClassVar[str] = "参数“{name}”由地方规定，还没有值{clause}{bounds}"
    en: ClassVar[str] = "parameter “{name}” is set locally and has no value yet{clause}{bounds_en}"
    hint_zh: ClassVar[str] = "在“落实”本政策的地方文件里写：{write_zh}"
    hint_en: ClassVar[str] = "in a local file that implements this policy write: {write_en}"


class NoValueThen(Problem):
    """A dated parameter has no value on the day asked for: the day lies before its first or after its last value. The
    last known value is never taken on.
    ---
    这一天没有值：早于最初的或晚于最后的期限。不会沿用最后一个值。
    """

    name: str = ""
    day: str = ""
    code = "N215"
    zh: ClassVar[str] = "“{name}”在 {day} 没有值"
    en: ClassVar[str] = "“{name}” has no value on {day}"
    hint_zh: ClassVar[str] = "补上这一天适用的数值（自 … 至 …）"
    hint_en: ClassVar[str] = "add the value that holds on that day (since … until …)"


class OutOfBounds(Problem):
    """A locality set a value outside the limits that the parent document sets.
    ---
    地方规定的值超出了上级规定的范围。
    """

    name: str = ""
    value: str = ""
    bound: str = ""
    bound_en: str = ""
    code = "N216"
    zh: ClassVar[str] = "“{name}”规定为 {value}，上级要求{bound}"
    en: ClassVar[str] = "“{name}” is set to {value}; the parent requires {bound_en}"
    hint_zh: ClassVar[str] = "改到范围以内；上级后来改了规定的，先改上级的政策"
    hint_en: ClassVar[str] = (
        "choose a value within the bounds; if they have changed since, change the parent policy first"
    )


class OverlappingDates(Problem):
    """Two dated values hold on the same day.
    ---
    两个值的期限重叠。
    """

    name: str = ""
    code = "N217"
    zh: ClassVar[str] = "“{name}”的两个期限重叠"
    en: ClassVar[str] = "two periods of “{name}” overlap"
    hint_zh: ClassVar[str] = "让前一期在后一期开始的前一天结束：自 2024-01-01 至 2024-12-31"
    hint_en: ClassVar[str] = "end the first the day before the second begins: since 2024-01-01 until 2024-12-31"


class YearByOther(Problem):
    """Readings of the year for different days go by different dates. Which of them holds for a claim is told by the
    date that decides its year, so this has to be the same date in all of them.
    ---
    不同时期的“年度”按不同的日期。一次就诊用哪一期，看的就是决定年度的那个日期，所以各期要按同一个日期。
    """

    name: str = ""
    code = "N225"
    zh: ClassVar[str] = "各期的年度要按同一个日期，这里是“{name}”"
    en: ClassVar[str] = "the year has to go by the same date at all times; here it is “{name}”"
    hint_zh: ClassVar[str] = "各期都写同一个日期，例如：年度 按 出院日期"
    hint_en: ClassVar[str] = "name the same date in all of them, for example: year by discharge_date"


class UnknownChoice(Problem):
    """A value is compared with a fact that can never have it.
    ---
    这个事实没有这个取值。
    """

    value: str = ""
    fact: str = ""
    known: tuple[str, ...] = ()
    code = "N218"
    zh: ClassVar[str] = "“{fact}”没有“{value}”这个取值"
    en: ClassVar[str] = "“{fact}” never has the value “{value}”"
    hint_zh: ClassVar[str] = "可以写：{known}"
    hint_en: ClassVar[str] = "it may be: {known}"


class TooLong(Problem):
    """A definition, with everything that it uses put in, is longer than any rule: definitions that use each other
    several times grow beyond all bounds.
    ---
    这个定义把用到的都展开以后过长：定义之间反复引用，会无限膨胀。
    """

    name: str = ""
    code = "N219"
    zh: ClassVar[str] = "“{name}”展开以后过长"
    en: ClassVar[str] = "“{name}” is too long with everything it uses put in"
    hint_zh: ClassVar[str] = "少用几层定义，或改用表"
    hint_en: ClassVar[str] = "use fewer layers of definitions, or a table"
