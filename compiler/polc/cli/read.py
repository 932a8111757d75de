"""Reading the files that a command names, other than policies."""

from __future__ import annotations

import sys
from typing import ClassVar

from pol_lang.problem import Problem, Problems
from polc.reasons import reasons

_CHUNK = 20_000_001  # one more than the largest file that is accepted


class CannotRead(Problem):
    """A file named on the command line cannot be read: it is not there, is a folder, or there is no right to read it.
    ---
    命令行里写的文件读不到：不存在、是目录，或者没有读取的权限。
    """

    reason_zh: str = ""
    reason_en: str = ""
    code = "C570"
    zh: ClassVar[str] = "读不到这个文件（{reason_zh}）"
    en: ClassVar[str] = "cannot read this file ({reason_en})"
    hint_zh: ClassVar[str] = "检查路径；算例按名称引用，不加扩展名"
    hint_en: ClassVar[str] = "see whether the path is right; an example is given by its name"


def read_bytes(path: str) -> bytes:
    """The bytes of a file (`-`: standard input), at most a little more than any reader accepts. Raises `Problems`."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(_CHUNK)
        with open(path, "rb") as stream:
            return stream.read(_CHUNK)
    except (OSError, ValueError) as error:
        zh, en = reasons(error)
        raise Problems([CannotRead(where=path, reason_zh=zh, reason_en=en)]) from None
