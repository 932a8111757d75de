"""From bytes to a `Source`: decoding, normalising, and refusing characters that hide something."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import ClassVar

from pol_lang.problem import MAX_PROBLEMS, Problem, Problems
from pol_lang.source import Source, Span

MAX_BYTES = 4_000_000
MAX_LINE = 2_000

_HIDDEN = re.compile("[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f\u2e80-\u2fdf\u30a0-\u30ff\U0001d400-\U0001d7ff]")
_WORD = re.compile(r"[^\W\d]\w*")
# Letters of other scripts that look like Latin or Han ones.
_LOOKALIKES: dict[str, str] = dict(
    zip(
        "аеорсухіјѕԁԛԝһьАВЕКМНОРСТУХІЈЅαοιρνκΑΒΕΖΗΙΚΜΝΟΡΤΥΧニロエカハタトヘミ二ー",
        "aeopcyxijsdqwhbABEKMHOPCTYXIJSaoipvkABEZHIKMNOPTYX二口工力八夕卜へ三二一",
        strict=True,
    )
)


class NotText(Problem):
    """The file is not text in UTF-8: it may be a spreadsheet, a Word file, or text in an older Chinese encoding.

    Open it in the program that made it and save it as plain text, encoding UTF-8.
    ---
    文件不是 UTF-8 文本：可能是表格、Word 文件，或者是旧编码（GBK）的文本。用原来的程序打开，另存为 UTF-8 纯文本。
    """

    code = "T101"
    zh: ClassVar[str] = "这个文件不是 UTF-8 文本"
    en: ClassVar[str] = "this file is not text in UTF-8"
    hint_zh: ClassVar[str] = "用编辑器另存为 UTF-8 编码的纯文本"
    hint_en: ClassVar[str] = "save it as plain text with encoding UTF-8"


class TooLarge(Problem):
    """The file or one of its lines is larger than a policy ever is; it is refused before it can use up the machine.
    ---
    文件或其中一行过大，不像是政策文件，因此不读取。
    """

    limit: int = 0
    code = "T102"
    zh: ClassVar[str] = "超过了 {limit} 的上限"
    en: ClassVar[str] = "larger than the limit of {limit}"
    hint_zh: ClassVar[str] = "把内容拆成几个文件，用“引用”连接"
    hint_en: ClassVar[str] = "split it into several files joined by `use`"


class HiddenCharacter(Problem):
    """An invisible or direction-changing character stands in the text: what is read is not what is computed.
    ---
    文本中有看不见的或改变书写方向的字符：读到的和计算的会不一样。
    """

    name: str = ""
    code = "T103"
    zh: ClassVar[str] = "这里有一个看不见的字符（{name}）"
    en: ClassVar[str] = "there is an invisible character here ({name})"
    hint_zh: ClassVar[str] = "删去它"
    hint_en: ClassVar[str] = "delete it"


class Confusable(Problem):
    """A word mixes letters that look like others (Cyrillic а for a, Katakana ニ for 二): two names that look the
    same would be different names.
    ---
    一个词里混有形近的其他文字（西里尔字母 а、片假名 ニ、部首 ⼀）：看上去相同的两个名称其实不同。
    """

    word: str = ""
    plain: str = ""
    code = "T104"
    zh: ClassVar[str] = "“{word}”里有形近的其他文字"
    en: ClassVar[str] = "“{word}” has letters that only look like the usual ones"
    hint_zh: ClassVar[str] = "改为“{plain}”"
    hint_en: ClassVar[str] = "write “{plain}”"


def read_source(name: str, data: bytes) -> Source:
    """The source that some bytes hold, NFC-normalised, line ends as \\n, without a byte order mark.

    Raises `Problems` for bytes that are not UTF-8 text, too large, or hold hidden or confusable characters.
    """
    if len(data) > MAX_BYTES:
        raise Problems([TooLarge(where=name, limit=MAX_BYTES)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problems([NotText(where=name)]) from None
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _CONTROL.search(text):
        raise Problems([NotText(where=name)])
    source = Source(name, text)
    problems: list[Problem] = []
    if not text.isascii():
        for match in islice(_HIDDEN.finditer(text), MAX_PROBLEMS):
            label = f"U+{ord(match[0]):04X} {unicodedata.name(match[0], '')}".strip()
            problems.append(HiddenCharacter(span=Span(source, match.start(), match.end()), name=label))
        if _FOREIGN.search(text):
            problems.extend(_confusables(source))
    if len(text) > MAX_LINE:
        at = 0
        for line in text.split("\n"):
            if len(line) > MAX_LINE:
                problems.append(TooLarge(span=Span(source, at, at + 1), limit=MAX_LINE))
            at += len(line) + 1
    if problems:
        raise Problems(problems[:MAX_PROBLEMS])
    return source


def _confusables(source: Source) -> list[Problem]:
    found: list[Problem] = []
    for match in _WORD.finditer(source.text):
        word = match[0]
        if not _FOREIGN.search(word):
            continue
        plain = "".join(_LOOKALIKES.get(c, unicodedata.normalize("NFKC", c)) for c in word)
        if plain != word and not _FOREIGN.search(plain):
            found.append(Confusable(span=Span(source, match.start(), match.end()), word=word, plain=plain))
    return found
