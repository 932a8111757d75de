"""Why the operating system refused, in both languages."""

from __future__ import annotations

import errno
import os

_REASONS = {
    errno.ENOENT: ("没有这个文件或目录", "no such file or folder"),
    errno.EISDIR: ("它是目录", "it is a folder"),
    errno.ENOTDIR: ("路径中有一段不是目录", "a part of the path is not a folder"),
    errno.EACCES: ("没有权限", "permission denied"),
    errno.EPERM: ("没有权限", "permission denied"),
    errno.EROFS: ("磁盘是只读的", "the disk is read-only"),
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
    errno.ENAMETOOLONG: ("名称过长", "the name is too long"),
    errno.ELOOP: ("符号链接成圈", "links go round in a circle"),
}


def reasons(error: OSError | ValueError) -> tuple[str, str]:
    """The reason in Chinese and in English; a path that no system can have (with a NUL, say) is a ValueError."""
    if isinstance(error, ValueError):
        return "路径不合规", "not a possible path"
    number = error.errno or 0
    told = error.strerror or (os.strerror(number) if number else type(error).__name__)
    return _REASONS.get(number, (told, told))
