"""What is said of a policy that leaves figures to the localities implementing it, and so settles nothing itself."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import ClassVar

from pol_lang.problem import Problem
from polc.load import locate, read_file, standard_names
from polc.lowering.name_problems import Unbound

MOST_FILES = 200
"""How many files of a folder are looked into for local ones."""


class LeftToLocalities(Problem):
    """The policy leaves figures to be set locally, so it settles no claim by itself: a local file that implements it
    does, and gives the figures. Standard policies of a province have such a file beside them (`std/guizhou-2019`:
    `std/guizhou-2019-qianxinan`). `polc check` of a local file lists the figures that it still lacks (N214).
    ---
    政策把一些数值留给地方规定，自身不能结算：由“落实”它的地方文件规定这些数值，用地方文件结算。标准库中的省级政策旁边都有这样的文件（`std/guizhou-2019`
    的是 `std/guizhou-2019-qianxinan`）。对地方文件运行 `polc check`，会逐项列出还缺的数值（N214）。
    """

    policy: str = ""
    names: tuple[str, ...] = ()
    use_zh: str = ""
    use_en: str = ""
    code = "N226"
    zh: ClassVar[str] = "“{policy}”把数值留给地方规定，自身不能结算：{names}"
    en: ClassVar[str] = "“{policy}” leaves figures to the localities and settles no claim by itself: {names}"
    hint_zh: ClassVar[str] = "{use_zh}"
    hint_en: ClassVar[str] = "{use_en}"


def left_to_localities(name: str, missing: Sequence[Unbound]) -> LeftToLocalities:
    """One problem for all the figures that a policy leaves open, with the local files there are."""
    local = ", ".join(local_files(name))
    if local:
        use = f"改用落实它的地方文件：{local.replace(', ', '、')}", f"name a local file that implements it: {local}"
    else:
        own = f'"{os.path.basename(name)}"' if name.endswith(".pol") else name
        use = (
            f"写一个地方文件，以“落实 {own}”开头，规定这些数值，再用它结算",
            f"write a local file that starts with “implements {own}”, set the figures there, and name that file",
        )
    return LeftToLocalities(
        where=name, policy=name, names=tuple(dict.fromkeys(problem.name for problem in missing)),
        use_zh=use[0], use_en=use[1],
    )  # fmt: skip


def local_files(name: str) -> list[str]:
    """The policies that say they implement one: standard policies of a standard one, else files in its folder."""
    if name.startswith("std/"):
        candidates, wanted = standard_names(), re.escape(name.removesuffix(".pol"))
    else:
        folder = os.path.dirname(name)
        try:
            entries = sorted(entry for entry in os.listdir(folder or ".") if entry.endswith(".pol"))
        except OSError:
            return []
        candidates = [os.path.join(folder, entry) for entry in entries[:MOST_FILES]]
        wanted = rf'"(\./)?{re.escape(os.path.basename(name))}"'
    line = re.compile(rf"^\s*(落实|implements)\s+{wanted}\s*(#.*)?$", re.M)
    return [other for other in candidates if other != name and line.search(_text(other))]


def _text(name: str) -> str:
    try:
        return read_file(locate(name)).decode("utf-8", "replace")
    except OSError:
        return ""
