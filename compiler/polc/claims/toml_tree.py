"""From TOML to a tree: Chinese names need no quotation marks, every number is exact."""

from __future__ import annotations

import re
import tomllib

from pol_lang.problem import Problems
from polc.claims.exact_number import exact_number
from polc.claims.refusals import told
from polc.claims.tree_problems import MAX_DEPTH, BadSyntax, TooDeeplyNested

_LONG_KEY = re.compile(
    r"""(?<![\w.-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d}""" % MAX_DEPTH  # noqa: UP031
)
_TOML_TOKEN = re.compile(
    r"""(?:"{3}(?:[^"\\]|\\.|"(?!""))*+"{3}|'{3}(?:[^']|'(?!''))*+'{3}|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|\#[^\n]*+)"""
    r"|(?P<word>[\w-]++)",
    re.S,
)
_TOML_PLACE = re.compile(r"(.*) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)", re.S)


def toml_tree(text: str, file: str) -> object:
    """What a TOML text holds. Raises `Problems`."""
    if _LONG_KEY.search(text):  # tomllib needs time quadratic in the length of a key
        raise Problems([TooDeeplyNested(where=file)])
    quoted = _TOML_TOKEN.sub(_quoted, text)
    try:
        return tomllib.loads(quoted, parse_float=exact_number)
    except tomllib.TOMLDecodeError as error:
        # Up to Python 3.13 the place is only in the sentence.
        match = _TOML_PLACE.fullmatch(str(error))
        detail, line, column = match.groups() if match else (str(error), None, None)
        if line is None or column is None:
            last = text.split("\n")
            line, column = str(len(last)), str(len(last[-1]) + 1)
        else:
            column = str(_written_column(text.split("\n")[int(line) - 1], int(column)))
        problem = BadSyntax(where=file, format="TOML", line=line, column=column, **told(detail))
        raise Problems([problem]) from None
    except ValueError as error:  # a whole number of thousands of digits
        problem = BadSyntax(where=file, format="TOML", line="?", column="?", **told(error))
        raise Problems([problem]) from None


def _quoted(match: re.Match[str]) -> str:
    """A token of TOML, with the quotation marks it asks for around names in other scripts than Latin."""
    word = match["word"]
    return match[0] if word is None or word.isascii() else f'"{word}"'


def _written_column(line: str, column: int) -> int:
    """The column in a line as it was written, from one in the line with the quotation marks put in."""
    added = 0
    for match in _TOML_TOKEN.finditer(line):
        if _quoted(match) != match[0]:
            if match.start() + added + 1 >= column:
                break
            added += 1 if match.end() + added + 1 >= column else 2
    return column - added
