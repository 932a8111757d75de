"""What there is to warn about in a table of claims as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pol_lang.problem import Problem
from polc.claims.persons import NoIdentityHeld

FEW = 3
"""So many warnings of one kind are told one by one."""


class OutsidePeriods(Problem):
    """Many claims are of persons for whom identities are listed, none of which is held on the day of the claim: they
    are settled as for persons without any. That may be right, or the periods may be wrong.
    ---
    许多就诊的参保人列有身份，但就诊当天都不在有效期内：按没有任何身份结算。可能确实如此，也可能是有效期写错了。
    """

    count: int = 0
    code = "C690"
    severity = "warning"
    zh: ClassVar[str] = "{count} 次就诊当天，所列身份都不在有效期内，按无身份结算"
    en: ClassVar[str] = (
        "on the day of {count} claims none of the identities listed is held: settled as for persons without any"
    )
    hint_zh: ClassVar[str] = "当天应有身份的，改正身份的起止日期"
    hint_en: ClassVar[str] = "mend the dates of the identity if it is held on that day"


def gathered(warnings: Sequence[Problem]) -> tuple[Problem, ...]:
    """The warnings, with one in place of many about identities that are not held."""
    outside = [warning for warning in warnings if isinstance(warning, NoIdentityHeld | OutsidePeriods)]
    count = sum(warning.count if isinstance(warning, OutsidePeriods) else 1 for warning in outside)
    if count <= FEW and not any(isinstance(warning, OutsidePeriods) for warning in outside):
        return tuple(warnings)
    rest = [warning for warning in warnings if not isinstance(warning, NoIdentityHeld | OutsidePeriods)]
    return *rest, OutsidePeriods(where=outside[0].where.partition(":")[0], count=count)
