"""The policies that a command line names: one, or a list of some."""

from __future__ import annotations

import datetime

from polc.batch.policies import Policies, read_policies, single
from polc.cli.language import Language
from polc.cli.read import read_bytes
from polc.cli.write import complain
from polc.pipeline import Plans, compile_policy
from polc.plan import Plan


def policies_of(name: str, day: datetime.date | None, lang: Language, *, dated: bool = False) -> Policies:
    """The policies compiled; what there is to warn about is printed. Raises `Problems`."""

    def compiled(policy: str) -> tuple[Plan, Plans]:
        found = compile_policy(policy, day)
        plan = found.usable
        complain(found.problems, lang)
        return plan, Plans(found, day, dated=dated)

    if name.endswith(".toml"):
        return read_policies(read_bytes(name), name, compiled)
    return single(name, *compiled(name))
