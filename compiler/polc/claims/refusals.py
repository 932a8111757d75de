"""Why the readers of TOML, JSON, CSV and Parquet refuse a file, in both languages.

They say it in English only, in sentences of their own; what is not known here is told in Chinese as a slip in writing,
at the place that the message names anyway.
"""

from __future__ import annotations

import re
from typing import Any

from polc.claims.place import shown

_ZH: tuple[tuple[str, str], ...] = (
    ("Expected '=' after a key", "键的后面缺少 ="),
    ("Expected newline or end of document", "一行里写了多余的内容，或者文字没有加引号"),
    ("Expected ']' at the end of a table", "[ ] 没有配对"),
    ("Expected ']]' at the end of an array", "[[ ]] 没有配对"),
    ("Unterminated string", "引号没有配对"),
    ("Unclosed array", "[ ] 没有配对"),
    ("Unclosed inline table", "{ } 没有配对"),
    ("Invalid initial character for a key", "这里应当是键"),
    ("Invalid value", "这里应当是值；文字要加引号"),
    ("Invalid statement", "这里应当是 键 = 值"),
    ("Invalid date or datetime", "没有这一天"),
    ("Cannot overwrite a value", "同一个键写了两次"),
    ("Duplicate inline table key", "同一个键写了两次"),
    ("Cannot declare", "同一个表写了两次"),
    ("Cannot mutate immutable", "同一个表写了两次"),
    ("Unescaped '\\' in a string", "引号里的 \\ 要写成 \\\\"),
    ("Illegal character", "这里不能用这个字符"),
    ("Found invalid character", "这里不能用这个字符"),
    ("Invalid control character", "引号里不能换行"),
    ("Expecting property name", "这里应当是加引号的键；最后一项后面不写逗号"),
    ("Illegal trailing comma", "最后一项后面不写逗号"),
    ("Expecting ',' delimiter", "两项之间缺少逗号"),
    ("Expecting ':' delimiter", "键的后面缺少冒号"),
    ("Expecting value", "这里应当是值；文字要加引号"),
    ("Extra data", "后面有多余的内容"),
    ("Invalid \\escape", "引号里的 \\ 要写成 \\\\"),
    ("unexpected end of data", "引号没有配对"),
    ("field larger than field limit", "这一格太大：引号多半没有配对"),
    ("line contains NUL", "文件里有不是文字的内容"),
    ("new-line character seen", "换行的写法前后不一"),
    ("expected after", "引号里的引号要写两遍"),
    ("Exceeds the limit", "数的位数太多"),
    ("'utf-8' codec can't decode", "不是 UTF-8 文本"),
)


def told(detail: object) -> dict[str, Any]:
    """The facts `detail_zh` and `detail_en` of a problem, from what a reader of a file said."""
    said = str(detail)
    chinese = next((zh for en, zh in _ZH if en in said), "写法不对")
    if place := re.search(r"\(at line ([0-9]+), column ([0-9]+)\)", said):
        chinese += f"，第 {place[1]} 行第 {place[2]} 列"
    return {"detail_zh": chinese, "detail_en": shown(said)}
