"""Messages are in one language: no Chinese list marks in English ones, no words in Chinese ones that an author cannot
know, and always some advice."""

import re
from pathlib import Path
from string import Formatter

import pytest

from pol_lang.parser import keywords
from pol_lang.problem import Problem
from polc.catalogue import CATALOGUE

# What stands in Chinese messages in Latin letters: names of formats and programs, and what is typed as it is.
KNOWN = {
    "UTF-8",
    "GB18030",
    "CSV",
    "TOML",
    "Parquet",
    "PNG",
    "Noto",
    "Sans",
    "CJK",
    "Tab",
    "decimal",
    "git",
    "HEAD",
    "Spark",
    "Java",
    "Python",
    "NFS",
}
TYPED = re.compile(
    r"--[a-z-]+(?: [a-z]+)?|\.csv\b|\.parquet\b|# polc: allow W6[0-9]{2}|POLC_DEBUG=1|PYSPARK_PYTHON|spark://"
    r"|polc(?: [a-z]+)?|[\w/~:]*\.pol\b|\[\[?[a-z.{}]+\]\]?|pip install [^ ，。]+(?: chinesecalendar)?"
    r"|\"(?:off|warn|error)\"|\b[a-z]+(?:_[a-z]+)+\b"
    r"|[A-Z][0-9]{3}\b|(?:true|false)\b|\"[^\"]*\"|\b(?:policy|year|paid|sheets) ?=?"
)
# Problems whose message is the advice itself.
SAYS_ITSELF = {"C531"}


def words_of(template: str) -> str:
    """The text of a template without its facts."""
    return " ".join(text for text, _, _, _ in Formatter().parse(template))


@pytest.mark.parametrize("cls", CATALOGUE, ids=lambda cls: cls.code)
def test_a_message_keeps_to_its_language_and_says_what_to_do(cls: type[Problem]) -> None:
    chinese, english = words_of(f"{cls.zh} {cls.hint_zh}"), words_of(f"{cls.en} {cls.hint_en}")
    latin = set(re.findall(r"[A-Za-z][A-Za-z0-9-]*", TYPED.sub(" ", chinese)))
    assert latin <= KNOWN, f"words an author cannot know: {latin - KNOWN}"
    assert not re.search("[、，。；：（）？！]", english), english
    assert cls.code in SAYS_ITSELF or (cls.hint_zh and cls.hint_en), "no advice"


def test_no_chinese_marks_are_left_in_what_is_printed_in_english() -> None:
    """Facts that are filled in are lists and names: in the cases, whatever is not quoted or typed is English."""
    shown = 0
    for path in (Path(__file__).parent / "cases").rglob("*.case"):
        text = path.read_text(encoding="utf-8")
        for line in re.findall(r"^(?:error|warning)\[\w+\]: .*", text, flags=re.M):
            shown += 1
            assert not re.search("[、，；：（）]", re.sub("“[^”]*”|`[^`]*`", "", line)), f"{path.name}: {line}"
    assert shown > 20


def test_english_keywords_are_not_told_to_who_reads_chinese() -> None:
    english = {keyword.en for keyword in keywords().values() if len(keyword.en) > 3}
    for cls in CATALOGUE:
        quoted = re.findall("[“`]([a-z ]+)[”`]", cls.zh + cls.hint_zh)
        assert not english & set(quoted), cls.code
