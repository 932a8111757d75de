"""From a file name or `std/NAME` to the parsed files a policy consists of."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import ClassVar, Self

from attrs import frozen

from pol_lang import syntax as s
from pol_lang.parser import parse
from pol_lang.problem import Problem, Problems, near_names
from pol_lang.read import MAX_BYTES, read_source
from pol_lang.source import Source, Span
from polc.reasons import reasons

MAX_FILES = 200
PRELUDE = "std/prelude"

Reader = Callable[[str], bytes]
"""Gives the bytes of a file by the name under which it was found; raises OSError."""


class NoSuchFile(Problem):
    """A policy file cannot be read: it is not where it is looked for, is a folder, or may not be read. Files of the
    standard library are written `std/NAME`; other paths are relative to the file that names them.
    ---
    政策文件读不到：不在所写的地方，是目录，或者没有读取的权限。标准库写作 std/名称；其他路径相对于引用它的文件。
    """

    path: str = ""
    reason_zh: str = ""
    reason_en: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    code = "N201"
    zh: ClassVar[str] = "读不到“{path}”：{reason_zh}"
    en: ClassVar[str] = "cannot read “{path}”: {reason_en}"
    hint_zh: ClassVar[str] = "{advice_zh}"
    hint_en: ClassVar[str] = "{advice_en}"

    @classmethod
    def of(cls, target: str, where: Span | None, error: OSError | ValueError) -> Self:
        """The problem of a file that could not be read, with the files there are of nearly that name."""
        zh, en = reasons(error)
        std = target.startswith("std/")
        if std:
            advice = "", ""
        elif isinstance(error, IsADirectoryError):
            advice = "写到目录里的 .pol 文件为止", "name a .pol file inside it"
        elif isinstance(error, PermissionError):
            advice = "请文件的所有者放开读取权限", "let its owner permit reading"
        else:
            advice = "检查文件名和目录", "check the name and the folder"
            if where is not None:
                advice = f"{advice[0]}；路径从引用它的文件算起", f"{advice[1]}; paths start at the file that names them"
        near = _near(target, std) if isinstance(error, FileNotFoundError) else ()
        return cls(
            span=where, where="" if where else target, path=_short(target), near=near, reason_zh=zh, reason_en=en,
            advice_zh=advice[0], advice_en=advice[1],
        )  # fmt: skip


def _near(target: str, std: bool) -> tuple[str, ...]:
    """Policies of nearly the name of one that is not there: of its folder, or standard ones."""
    if std:
        return near_names(target, standard_names())
    folder, name = os.path.split(target)
    try:
        beside = [entry.removesuffix(".pol") for entry in os.listdir(folder or ".") if entry.endswith(".pol")]
    except OSError:
        beside = []
    stem = name.removesuffix(".pol")
    near = (stem,) if stem in beside else near_names(stem, beside)
    standard = f"std/{stem}"
    return tuple(f"{like}.pol" for like in near) or ((standard,) if standard in standard_names() else ())


class OutsideFolder(Problem):
    """A policy refers to a file outside the folder tree it stands in.
    ---
    引用了政策所在目录之外的文件。
    """

    path: str = ""
    code = "N202"
    zh: ClassVar[str] = "“{path}”在政策所在目录之外"
    en: ClassVar[str] = "“{path}” lies outside the folder of this policy"
    hint_zh: ClassVar[str] = "把它放进同一目录树，再用相对路径引用"
    hint_en: ClassVar[str] = "move it into the same folder tree and name it by a relative path"


class UseCycle(Problem):
    """Files that use or implement each other in a circle: none of them can come first.
    ---
    几个文件互相引用，成了一个圈。
    """

    circle: str = ""
    code = "N203"
    zh: ClassVar[str] = "引用成圈：{circle}"
    en: ClassVar[str] = "files refer to each other in a circle: {circle}"
    hint_zh: ClassVar[str] = "把共用的部分放进第三个文件"
    hint_en: ClassVar[str] = "move what they share into a third file"


class TooManyFiles(Problem):
    """A policy pulls in more files than any real one.
    ---
    引用的文件过多。
    """

    limit: int = MAX_FILES
    code = "N204"
    zh: ClassVar[str] = "引用的文件超过 {limit} 个"
    en: ClassVar[str] = "more than {limit} files are used"
    hint_zh: ClassVar[str] = "检查有没有引用了不相干的文件"
    hint_en: ClassVar[str] = "see whether files are used that have nothing to do with it"


@frozen(eq=False, repr=False, slots=False)
class LoadedFile:
    """One file of a policy and its part in it: prelude, used, parent (implemented by the next) or self."""

    file: s.File
    role: str
    comments: tuple[Span, ...] = ()


@frozen(eq=False, repr=False, slots=False)
class Loaded:
    """A policy's files: prelude first, then what is used and implemented, the policy itself last; each file once.

    `problems` are those of reading and parsing; the files hold what could be parsed.
    """

    name: str
    files: tuple[LoadedFile, ...]
    problems: tuple[Problem, ...]


def standard_folder() -> str:
    """The folder of the standard policies: inside the installed package, or beside the sources in a checkout."""
    here = os.path.dirname(os.path.realpath(__file__))
    inside = os.path.join(here, "stdlib_policies")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(os.path.dirname(here)), "stdlib_policies")


def standard_names() -> list[str]:
    """The names of the standard policies, as they are written: `std/linxian-2023`."""
    stems = [name.removesuffix(".pol") for name in os.listdir(standard_folder()) if name.endswith(".pol")]
    return sorted(f"std/{stem}" for stem in stems if stem != "prelude")


def locate(name: str) -> str:
    """The file that a policy name stands for: a standard policy's file, or the name itself."""
    if name.startswith("std/"):
        return os.path.join(standard_folder(), name.removeprefix("std/").removesuffix(".pol") + ".pol")
    return name


def read_file(path: str) -> bytes:
    """The bytes of a file, at most a little more than a policy may have."""
    with open(path, "rb") as stream:
        return stream.read(MAX_BYTES + 1)


def load(name: str, read: Reader = read_file) -> Loaded:
    """The files of the policy `name`, with every problem of reading and parsing them."""
    files: list[LoadedFile] = []
    problems: list[Problem] = []
    done: dict[str, str] = {}
    root = name if name.startswith("std/") else os.path.dirname(os.path.abspath(name))
    allowed = root if name.startswith("std/") else _allowed_root(root)

    def add(target: str, role: str, path: tuple[str, ...], where: Span | None) -> None:
        key = target if target.startswith("std/") else os.path.normpath(os.path.abspath(target))
        if key in path:
            circle = " → ".join(_short(p) for p in (*path[path.index(key) :], key))
            problems.append(UseCycle(span=where, circle=circle))
            return
        if key in done:
            return
        if len(done) >= MAX_FILES:
            problems.append(TooManyFiles(span=where))
            return
        done[key] = role
        try:
            source = read_source(target, read(locate(target)))
        except Problems as error:
            problems.extend(error.problems)
            return
        except (OSError, ValueError) as error:
            problems.append(NoSuchFile.of(target, where, error))
            return
        parsed = parse(source)
        problems.extend((*parsed.problems, *parsed.slips))
        for word, child_role in _references(parsed.file):
            child = word.text
            if not child.startswith("std/"):
                if os.path.isabs(child) or target.startswith("std/"):
                    problems.append(OutsideFolder(span=word.span, path=child))
                    continue
                child = os.path.normpath(os.path.join(os.path.dirname(target), child))
                full = os.path.realpath(child)
                if os.path.commonpath([full, allowed]) != allowed:
                    problems.append(OutsideFolder(span=word.span, path=word.text))
                    continue
            elif ".." in child:
                problems.append(OutsideFolder(span=word.span, path=child))
                continue
            add(child, child_role, (*path, key), word.span)
        files.append(LoadedFile(parsed.file, role, parsed.comments))

    add(PRELUDE, "prelude", (), None)
    add(name, "self", (), None)
    return Loaded(name, tuple(files), tuple(problems))


def _allowed_root(folder: str) -> str:
    """The top of the folder tree a policy may refer to: the nearest one above with a project file, or its own."""
    folder = os.path.realpath(folder)
    at = folder
    while True:
        if any(os.path.exists(os.path.join(at, mark)) for mark in ("polc.toml", "pyproject.toml", ".git")):
            return at
        above = os.path.dirname(at)
        if above == at:
            return folder
        at = above


def _short(path: str) -> str:
    return path if path.startswith("std/") else os.path.basename(path)


def _references(file: s.File) -> list[tuple[s.Word, str]]:
    found: list[tuple[s.Word, str]] = []
    for statement in file.statements:
        if isinstance(statement, s.Use):
            found.append((statement.path, "used"))
        elif isinstance(statement, s.Policy):
            found += [(line.values[0], "parent") for line in statement.lines if line.key == "implements"]
    return found


def display_name(source: Source) -> str:
    """The name of a source without the folders above it, the same on every machine."""
    return _short(source.name)
