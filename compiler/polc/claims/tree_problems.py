"""What can be wrong with a claim file before anything in it is looked up."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem

MAX_BYTES = 20_000_000
MAX_DEPTH = 20


class NotClaimText(Problem):
    """The file is not text in UTF-8. Tables saved by a spreadsheet program are often in GB18030.

    Save the file with encoding UTF-8, or say which encoding it has where the command lets you.
    ---
    文件不是 UTF-8 文本。电子表格软件另存的 CSV 常常是 GB18030 编码。

    请另存为 UTF-8 编码，或者在命令支持时注明文件的编码。
    """

    encoding: str = "UTF-8"
    code = "C520"
    zh: ClassVar[str] = "这个文件不是 {encoding} 文本"
    en: ClassVar[str] = "this file is not text in {encoding}"
    hint_zh: ClassVar[str] = "另存为 UTF-8 编码；如果是 GB18030 编码的表格，请注明编码"
    hint_en: ClassVar[str] = "save it as UTF-8; if it is a table in GB18030, say so"


class BadSyntax(Problem):
    """The file is not well-formed TOML or JSON; the message says where reading stopped.

    A file is read as JSON if its name ends in `.json` or its text starts with `{`, otherwise as TOML.
    ---
    文件不是正确的 TOML 或 JSON，读到所说的位置就读不下去了。

    文件名以 `.json` 结尾或内容以 `{` 开头时按 JSON 读，其余按 TOML 读。
    """

    format: str = ""
    line: str = ""
    column: str = ""
    detail_zh: str = ""
    detail_en: str = ""
    code = "C521"
    zh: ClassVar[str] = "不是正确的 {format}：第 {line} 行第 {column} 列读不下去（{detail_zh}）"
    en: ClassVar[str] = "not well-formed {format}: stopped at line {line}, column {column} ({detail_en})"
    hint_zh: ClassVar[str] = (
        "TOML 每行写 键 = 值，文字加半角双引号，每次就诊以 [[claims]] 开头；可以照 polc new 写出的样子改"
    )
    hint_en: ClassVar[str] = (
        "in TOML a line is KEY = VALUE, texts stand in quotation marks; see the file that polc new writes"
    )


class ClaimFileTooLarge(Problem):
    """The file is larger than a case ever is. Many claims belong into a table for batch settlement.
    ---
    文件过大，不像是一份案例。大量就诊请放进表格批量结算。
    """

    size: int = 0
    limit: int = MAX_BYTES
    code = "C522"
    zh: ClassVar[str] = "文件有 {size} 字节，超过了 {limit} 字节的上限"
    en: ClassVar[str] = "the file has {size} bytes, more than the limit of {limit}"
    hint_zh: ClassVar[str] = "大量就诊请用表格批量结算"
    hint_en: ClassVar[str] = "put many claims into a table and settle them as a batch"


class TooDeeplyNested(Problem):
    """Tables and lists are nested deeper than any case needs.
    ---
    表和列表的层次过深，案例不需要这么多层。
    """

    limit: int = MAX_DEPTH
    code = "C523"
    zh: ClassVar[str] = "嵌套超过 {limit} 层"
    en: ClassVar[str] = "nested deeper than {limit} levels"
    hint_zh: ClassVar[str] = "就诊写成 [[claims]]，明细写成 [[claims.items]]"
    hint_en: ClassVar[str] = "write claims as [[claims]] and items as [[claims.items]]"


class EmptyClaimFile(Problem):
    """The file holds neither a person nor a claim nor an arrival.
    ---
    文件里没有参保人，没有就诊，也没有申报。
    """

    code = "C524"
    zh: ClassVar[str] = "文件里什么也没有"
    en: ClassVar[str] = "there is nothing in this file"
    hint_zh: ClassVar[str] = "至少写 [person]、[claim] 或 [[arrivals]] 之一"
    hint_en: ClassVar[str] = "write at least one of [person], [claim] or [[arrivals]]"


class OddCharacter(Problem):
    """A key or value has an invisible, direction-changing or control character: what is read is not what is computed.
    ---
    键或值里有看不见的字符、改变书写方向的字符或控制字符：读到的和计算的会不一样。
    """

    character: str = ""
    code = "C525"
    zh: ClassVar[str] = "这里有一个看不见的字符（{character}）"
    en: ClassVar[str] = "there is an invisible character here ({character})"
    hint_zh: ClassVar[str] = "删去它"
    hint_en: ClassVar[str] = "delete it"


class NotATable(Problem):
    """A part of the file has another shape than it must have: the file itself, `[person]`, `[earlier]`, each of
    `[[claims]]`, `[[claims.items]]` and `[[arrivals]]` are tables of keys and values.

    In JSON a table is an object `{…}`, and `claims`, `items` and `arrivals` are lists of objects.
    ---
    文件的某一部分形式不对：文件本身、`[person]`、`[earlier]`，以及 `[[claims]]`、`[[claims.items]]`、`[[arrivals]]`
    的每一条，都应当是由键和值组成的表。

    在 JSON 里，表是 `{…}`；`claims`、`items`、`arrivals` 是由 `{…}` 组成的列表。
    """

    found: str = ""
    code = "C526"
    zh: ClassVar[str] = "这里应当是由键和值组成的表，而不是“{found}”"
    en: ClassVar[str] = "a table of keys and values belongs here, not “{found}”"
    hint_zh: ClassVar[str] = "写成 键 = 值 的几行，上面一行写 [名称]"
    hint_en: ClassVar[str] = "write lines KEY = VALUE below a line [NAME]"


class KeyTwice(Problem):
    """The same thing is given twice, perhaps under two names (the name in the policy and the platform field). Even if
    both say the same, one of them is to go: nobody should have to ask which of them counts.
    ---
    同一件事给了两次，可能用了两个名字（政策里的名称和平台字段名）。即使两处相同也要删去一处，免得有人问以哪一处为准。
    """

    first: str = ""
    second: str = ""
    code = "C529"
    zh: ClassVar[str] = "“{first}”和“{second}”是同一项，给了两次"
    en: ClassVar[str] = "“{first}” and “{second}” are the same and are given twice"
    hint_zh: ClassVar[str] = "只留一处"
    hint_en: ClassVar[str] = "keep one of them"
