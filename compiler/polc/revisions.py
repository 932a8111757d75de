"""Policies as they were at a git revision: `REV:path`."""

from __future__ import annotations

import os
import subprocess
from typing import ClassVar

from pol_lang.problem import Problem, Problems
from polc.load import Reader, read_file


class NoGit(Problem):
    """A policy is asked for at a git revision, and the command `git` is not installed or not on the PATH. Install git,
    or compare files: `polc diff OLD.pol NEW.pol`.
    ---
    要的是某个 git 版本里的政策，而这台机器上没有 `git` 命令，或者它不在 PATH 里。装上 git，或者直接比较两个文件：
    `polc diff 旧.pol 新.pol`。
    """

    revision: str = ""
    path: str = ""
    code = "C645"
    zh: ClassVar[str] = "读不到版本“{revision}”里的“{path}”：没有找到 git 命令"
    en: ClassVar[str] = "cannot read “{path}” at revision “{revision}”: the command git was not found"
    hint_zh: ClassVar[str] = "安装 git，或者直接比较两个文件"
    hint_en: ClassVar[str] = "install git, or compare two files"


class NoSuchRevision(Problem):
    """A policy is asked for at a git revision that git does not know, or that has no such file.
    ---
    要的是某个 git 版本里的政策，但 git 没有这个版本，或那个版本里没有这个文件。
    """

    revision: str = ""
    path: str = ""
    said: str = ""
    code = "N220"
    zh: ClassVar[str] = "读不到版本“{revision}”里的“{path}”：{said}"
    en: ClassVar[str] = "cannot read “{path}” at revision “{revision}”: {said}"
    hint_zh: ClassVar[str] = "写 版本:路径，例如 HEAD~1:policies/临县.pol，路径从当前目录算起"
    hint_en: ClassVar[str] = "write REVISION:path, for example HEAD~1:policies/linxian.pol, with a path from here"


def split_revision(name: str) -> tuple[str, str] | None:
    """Revision and path of `REV:path`; None where the name is a file or a standard policy."""
    revision, colon, path = name.partition(":")
    if not colon or not revision or not path or os.path.exists(name) or (len(revision) == 1 and path[:1] in "\\/"):
        return None
    return revision, path


def reader_at(revision: str) -> Reader:
    """A reader of files as they were at a revision; the standard library is read as it is now.

    Raises `Problems` from the reading where git does not know the revision or the file.
    """

    def read(path: str) -> bytes:
        if os.path.isabs(path):
            return read_file(path)  # the standard library
        command = ["git", "show", "--end-of-options", f"{revision}:./{path}"]
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except FileNotFoundError:
            raise Problems([NoGit(revision=revision, path=path)]) from None
        except OSError as error:
            raise Problems([NoSuchRevision(revision=revision, path=path, said=str(error))]) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise Problems([NoSuchRevision(revision=revision, path=path, said=said[0] if said else "git")])
        return done.stdout

    return read
