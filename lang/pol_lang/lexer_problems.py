"""What can be wrong with the characters, words and layout of a text."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class FullWidth(Problem):
    """A full-width sign, digit or space stands where the half-width one is meant, as happens while a Chinese input
    method is on. All of a line are told at once; `polc fix` mends them.
    ---
    用了全角的符号、数字或空格，应当用半角的。常常是因为中文输入法没有切换。一行里的一并指出；polc fix 可以代为改正。
    """

    found: str = ""
    plain: str = ""
    signs_zh: str = ""
    signs_en: str = ""
    plain_zh: str = ""
    plain_en: str = ""
    code = "T105"
    zh: ClassVar[str] = "用了全角的 {signs_zh}"
    en: ClassVar[str] = "full-width {signs_en} stands where the half-width form belongs"
    hint_zh: ClassVar[str] = "改为：{plain_zh}"
    hint_en: ClassVar[str] = "write: {plain_en}"


class OpenString(Problem):
    """A text in quotation marks does not end on its line.
    ---
    引号里的文字在这一行没有结束。
    """

    plain: str = ""
    code = "T107"
    zh: ClassVar[str] = "引号没有配对"
    en: ClassVar[str] = "this text has no closing quotation mark"
    hint_zh: ClassVar[str] = "引号里的文字要在同一行结束：{plain}"
    hint_en: ClassVar[str] = "a text ends on the line it starts on: {plain}"


class NoSpace(Problem):
    """A keyword and a figure stand together without a space, which makes them one name.
    ---
    关键词和数字之间没有空格，连成了一个名称。
    """

    found: str = ""
    plain: str = ""
    code = "T118"
    zh: ClassVar[str] = "“{found}”里关键词和数字连在一起"
    en: ClassVar[str] = "“{found}” is a keyword and a figure without a space"
    hint_zh: ClassVar[str] = "加一个空格：{plain}"
    hint_en: ClassVar[str] = "put a space between them: {plain}"


class DigitFirst(Problem):
    """A name starts with a digit, which would make it a figure wherever it is used.
    ---
    名称以数字开头，用到它的地方就会被当作数。
    """

    name: str = ""
    plain: str = ""
    code = "T120"
    zh: ClassVar[str] = "名称“{name}”以数字开头"
    en: ClassVar[str] = "the name “{name}” starts with a digit"
    hint_zh: ClassVar[str] = "把数字移到后面，例如 {plain}"
    hint_en: ClassVar[str] = "put the digits last, for example {plain}"


class BadCharacter(Problem):
    """A character stands here that no part of the language uses.
    ---
    这个字符在语言里没有用处。
    """

    found: str = ""
    plain: str = ""
    code = "T109"
    zh: ClassVar[str] = "这里不该有“{found}”"
    en: ClassVar[str] = "“{found}” has no meaning here"
    hint_zh: ClassVar[str] = "删去它，或者把这一行写成注释（行首加 #）"
    hint_en: ClassVar[str] = "delete it, or turn the line into a comment with # at its start"


class BadIndent(Problem):
    """A line stands too far left or too far right: blocks are indented with spaces, two by custom, and all lines of a
    block start in the same column. The message says which lines to move and where to.
    ---
    缩进不对：同一块里各行要从同一列开始，用空格（习惯上每级两个），不用制表符。信息里写明哪几行移到哪里。
    """

    said_zh: str = ""
    said_en: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    code = "T110"
    zh: ClassVar[str] = "{said_zh}"
    en: ClassVar[str] = "{said_en}"
    hint_zh: ClassVar[str] = "{advice_zh}"
    hint_en: ClassVar[str] = "{advice_en}"


class TooDeep(Problem):
    """Blocks or brackets are nested deeper, or a line has more operators, than any policy needs.
    ---
    块或括号嵌套过深，或者一行里的运算过多。
    """

    code = "T111"
    zh: ClassVar[str] = "嵌套过深"
    en: ClassVar[str] = "nested too deeply"
    hint_zh: ClassVar[str] = "用“定义”给其中的一部分起个名字"
    hint_en: ClassVar[str] = "give a part of it a name with `define`"


class EmptyCite(Problem):
    """`cite` stands without a clause.
    ---
    “依据”后面没有写条款号。
    """

    code = "T112"
    zh: ClassVar[str] = "“依据”后面没有条款"
    en: ClassVar[str] = "`cite` names no clause"
    hint_zh: ClassVar[str] = "写上条款号，例如 依据 第五条；没有条款就删去“依据”"
    hint_en: ClassVar[str] = "write the clause, for example: cite 二(四)2; where there is none leave `cite` out"
