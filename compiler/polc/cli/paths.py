"""Which policies the paths of a command line stand for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import ClassVar

from pol_lang.problem import Problem, Problems
from polc.load import PRELUDE, locate, standard_names


class NoPolicyFiles(Problem):
    """A folder holds no file that ends in `.pol`, neither itself nor in the folders below it.
    ---
    目录里（包括下级目录）没有以 .pol 结尾的文件。
    """

    code = "C573"
    zh: ClassVar[str] = "这个目录里没有 .pol 文件"
    en: ClassVar[str] = "there is no .pol file in this folder"
    hint_zh: ClassVar[str] = "写政策文件的路径，或者换一个目录；写出第一个政策：polc new 某县2024"
    hint_en: ClassVar[str] = (
        "give the path of a policy or another folder; a first policy is written by: polc new county2024"
    )


def policy_names(paths: Sequence[str]) -> list[str]:
    """The policies that files, folders (all their .pol files, sorted) and std names (`std`: all) stand for, each once.

    The vocabulary that every policy uses is part of each and none by itself. Raises `Problems` for folders without any.
    """
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for path in paths:
        if path == "std" and not os.path.exists(path):
            found.update(dict.fromkeys(standard_names()))
            continue
        if path.startswith("std/") or not os.path.isdir(path):
            found[path] = None
            continue
        inside = _policies_in(path)
        if not inside:
            problems.append(NoPolicyFiles(where=path))
        found.update(dict.fromkeys(inside))
    if problems:
        raise Problems(problems)
    return list(found)


def files_below(folder: str) -> Iterator[tuple[str, list[str]]]:
    """Every folder in a project's folder with the names of its files, sorted; hidden ones, environments of Python and
    packages of others are not the project's own."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if _is_own(place, name))
        yield place, sorted(files)


def _is_own(place: str, name: str) -> bool:
    if name.startswith(".") or name in ("node_modules", "__pycache__"):
        return False
    return not os.path.exists(os.path.join(place, name, "pyvenv.cfg"))


def _policies_in(folder: str) -> list[str]:
    names = []
    for place, files in files_below(folder):
        names += [os.path.normpath(os.path.join(place, name)) for name in files if name.endswith(".pol")]
    prelude = os.path.realpath(locate(PRELUDE))
    return [name for name in names if os.path.realpath(name) != prelude]
