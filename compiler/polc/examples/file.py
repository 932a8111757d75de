"""Claim files that say what must come of them: a case in TOML or JSON with amounts expected of it.

    policy = "../policies/临县.pol"      # from the folder of this file; or "std/…". Left out: the one policy beside it.

    [claim]                              # the case, as `polc explain` reads it
    …

    [expect]                             # of all claims and arrivals of the file together
    基本医保 = "34790.00"                # amounts in yuan, rates as "70%", dates, names, true or false
    "基本医保.起付线" = 300

Under `[[claims]]` a table `[claims.expect]` is about that claim alone. Names and terms are those of an example's
expectations in a policy. In Chinese `应得` and `政策` may be written for `expect` and `policy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.claims.place import Place, shown
from polc.claims.read_case import case_of
from polc.claims.tree import Tree
from polc.claims.tree_problems import NotATable
from polc.claims.values import read_value
from polc.claims.vocabulary import EXPECT, POLICY, SECTIONS, SETTLEMENT_ID, VISIT_ID
from polc.examples.actual import Reading
from polc.examples.run import ExampleResult, Expected, NothingExpected, Plans, Wanted, compare_case


class WhichPolicy(Problem):
    """A claim file that says what must come of it does not say by which policy, and there is not exactly one policy in
    its folder.

    Write it in the first line, from the folder of the file: `policy = "../policies/my-county.pol"`.
    ---
    带有应得的案例文件没有写按哪个政策结算，而它所在的目录里又不是恰好一个政策。

    在第一行写明，路径从这个文件所在的目录算起：`policy = "../policies/我县.pol"`。
    """

    count: int = 0
    code = "C587"
    zh: ClassVar[str] = "没有写按哪个政策结算，同一目录里有 {count} 个政策"
    en: ClassVar[str] = "it does not say which policy applies, and there are {count} in its folder"
    hint_zh: ClassVar[str] = '在第一行写 policy = "政策文件"'
    hint_en: ClassVar[str] = 'write policy = "FILE" in the first line'


def expects_something(tree: Tree) -> bool:
    """Whether a tree is that of a case with something expected of it, rather than any other TOML or JSON file."""
    return any(_table(table, EXPECT) is not None for table in (tree, *_claims(tree)))


def policy_of(tree: Tree) -> str | None:
    """The policy that a claim file names; None where it names none."""
    found = next((tree[word] for word in POLICY if word in tree), None)
    return found if isinstance(found, str) and found.strip() else None


def run_claim_file(tree: Tree, name: str, plan: p.Plan, plans: Plans) -> ExampleResult:
    """The case of a claim file settled and held against what the file expects; `name` is the file's, for messages."""
    try:
        wanted = list(_wanted(tree, name))
        case = case_of(tree, name, plan)
    except Problems as error:
        return ExampleResult(name, name, plan, None, None, (), error.problems)
    return compare_case(name, name, case, wanted, plan, plans, NothingExpected(where=name, name=name))


def _table(table: Mapping[str, object], words: tuple[str, ...]) -> object | None:
    return next((table[word] for word in words if word in table), None)


def _section(tree: Tree, section: str) -> list[Mapping[str, object]]:
    found = _table(tree, SECTIONS[section])
    tables = found if isinstance(found, list) else [found]
    return [table for table in tables if isinstance(table, Mapping)]


def _claims(tree: Tree) -> list[Mapping[str, object]]:
    return _section(tree, "claims")


def _wanted(tree: Tree, name: str) -> Iterator[Wanted]:
    claims, arrivals = _claims(tree), _section(tree, "arrivals")
    ids = [str(_table(table, (*SETTLEMENT_ID, *VISIT_ID)) or number) for number, table in enumerate(claims, 1)]
    for table, number in zip(claims, ids, strict=True):
        for one in _expected(_table(table, EXPECT), Place(name, number, "expect")):
            yield one, (number,), ()
    every = tuple(str(_table(table, ("id",)) or number) for number, table in enumerate(arrivals, 1))
    for one in _expected(_table(tree, EXPECT), Place(name, "expect")):
        yield one, tuple(ids), every


def _expected(table: object, place: Place, path: tuple[str, ...] = ()) -> Iterator[Expected]:
    """The expectations of a table; a table inside is about the terms of the name it stands under."""
    if table is None:
        return
    if not isinstance(table, Mapping):
        raise Problems([NotATable(where=str(place), found=shown(table))])
    for key, raw in table.items():
        at = (*path, *(key.split(".") if not path else (key,)))
        if isinstance(raw, Mapping):
            yield from _expected(raw, place, at)
        else:
            yield _one(at, raw, place.at(".".join(at)))


def _one(path: tuple[str, ...], raw: object, place: Place) -> Expected:
    def read(reading: Reading) -> Reading | None:
        if isinstance(raw, str) and not raw.strip():
            return None
        text = raw.strip().removesuffix("元").strip() if isinstance(raw, str) and reading.unit == "money" else raw
        value = read_value(text, reading.unit, (), path[-1], place)
        if isinstance(value, Problem):
            return None
        if isinstance(value, str):
            value = {"当年": "this_year", "次年": "next_year"}.get(value, value)
        return Reading(value, reading.unit)

    return Expected(path, read, str(place), place.key)
