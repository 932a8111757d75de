"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterable
from typing import ClassVar

from pol_lang.problem import Problem, Problems
from polc.reasons import reasons


class CannotWrite(Problem):
    """A result cannot be written to the file that was named: the folder does not exist, the file is a folder, or there
    is no right to write there. A file that was there before is as it was.
    ---
    结果写不进指定的文件：目录不存在、它本身是目录，或者没有写入的权限。原有的文件保持不变。
    """

    reason_zh: str = ""
    reason_en: str = ""
    code = "C571"
    zh: ClassVar[str] = "写不进这个文件（{reason_zh}）"
    en: ClassVar[str] = "cannot write this file ({reason_en})"
    hint_zh: ClassVar[str] = "检查目录是否存在、是否有写入权限"
    hint_en: ClassVar[str] = "see whether its folder exists and may be written to"


def write_file(path: str, data: bytes | Iterable[bytes]) -> None:
    """Puts the bytes, in one piece or in several, under a path at once: whoever reads it finds the old file or the new
    one. Raises `Problems`."""
    try:
        _write_file(os.path.realpath(path), [data] if isinstance(data, bytes) else data)
    except (OSError, ValueError) as error:
        zh, en = reasons(error)
        raise Problems([CannotWrite(where=path, reason_zh=zh, reason_en=en)]) from None


def _write_file(path: str, data: Iterable[bytes]) -> None:
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "")
    if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe has no old content to keep
        with open(path, "wb") as stream:
            stream.writelines(data)
        return
    mode = stat.S_IMODE(os.stat(path).st_mode) if os.path.exists(path) else 0o666 & ~_mask()
    if os.path.exists(path) and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "")
    handle, temporary = tempfile.mkstemp(prefix=".polc-", dir=os.path.dirname(path) or ".")
    try:
        with open(handle, "wb") as stream:
            stream.writelines(data)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
