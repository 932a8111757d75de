"""What is said when a command could not do its work: the problems of the input, or that polc itself has a bug."""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import polc
from pol_lang.problem import Language, Problem, Problems
from pol_lang.render import render_problem
from polc import __version__
from polc.cli.write import complain
from polc.reasons import reasons

_WRONG, _BUG = 1, 70


class TooMuch(Problem):
    """The input is nested so deeply, or is so large, that polc ran out of stack or memory. No real policy or claim is;
    nothing was settled.
    ---
    输入嵌套过深或过大，超出了内存或调用栈。真实的政策和就诊不会这样；没有进行结算。
    """

    code = "C584"
    zh: ClassVar[str] = "输入嵌套过深或过大，无法处理"
    en: ClassVar[str] = "the input is nested too deeply or is too large"
    hint_zh: ClassVar[str] = "把它拆成几部分"
    hint_en: ClassVar[str] = "split it into parts"


class SystemRefused(Problem):
    """The operating system refused what a command needs: a full disk, a missing right, a device that went away.
    ---
    操作系统拒绝了命令需要的操作：磁盘已满、没有权限、设备断开。
    """

    reason_zh: str = ""
    reason_en: str = ""
    code = "C585"
    zh: ClassVar[str] = "操作系统拒绝：{reason_zh}"
    en: ClassVar[str] = "the operating system refused: {reason_en}"
    hint_zh: ClassVar[str] = "处理好以后再运行一次"
    hint_en: ClassVar[str] = "see to it and run the command again"


class InternalError(Problem):
    """polc itself has a bug. Nothing it printed in this run should be relied on.

    Please report the version, the command and the line with the kind of error, with the files if you may share them.
    POLC_DEBUG=1 in the environment shows the whole trace.
    ---
    polc 自身有错误，本次运行输出的内容不可采信。

    请报告版本、命令和错误类型那一行；可以公开的话，附上文件。设置环境变量 POLC_DEBUG=1 可以看到完整的调用栈。
    """

    error: str = ""
    place: str = ""
    command: str = ""
    version: str = ""
    code = "X901"
    zh: ClassVar[str] = "polc {version} 自身出错：{error}（{place}）；命令：{command}"
    en: ClassVar[str] = "polc {version} has a bug: {error} ({place}); command: {command}"
    hint_zh: ClassVar[str] = "请报告上面这一行；POLC_DEBUG=1 显示完整的调用栈"
    hint_en: ClassVar[str] = "please report the line above; POLC_DEBUG=1 shows the whole trace"


def report_failure(error: BaseException, arguments: Sequence[str], lang: Language) -> int:
    """Says on standard error why a command failed; the exit code for it."""
    if isinstance(error, Problems):
        complain(error.problems, lang)
        return _WRONG
    if isinstance(error, MemoryError | RecursionError) and not os.environ.get("POLC_DEBUG"):
        complain([TooMuch()], lang)
        return _WRONG
    if isinstance(error, OSError):
        zh, en = reasons(error)
        complain([SystemRefused(where=str(error.filename or ""), reason_zh=zh, reason_en=en)], lang)
        return _WRONG
    if os.environ.get("POLC_DEBUG"):
        traceback.print_exception(error)
    command = shlex.join(["polc", *arguments])
    problem = InternalError(version=__version__, command=command, error=_one_line(error), place=_last_place(error))
    print(render_problem(problem, lang), file=sys.stderr)
    return _BUG


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__


def _last_place(error: BaseException) -> str:
    """The last place inside polc that the error came through, as file and line relative to the packages."""
    roots = [Path(polc.__file__).parent.parent, Path(str(sys.modules["pol_lang"].__file__)).parent.parent]
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        for root in roots:
            if path.is_relative_to(root):
                return f"{path.relative_to(root).as_posix()}:{frame.lineno} {frame.name}"
    return "?"
