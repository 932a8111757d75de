"""`polc explain --from OUT --row KEY`: the sheet of a row of a batch."""

from __future__ import annotations

import datetime

from polc.batch.explain_row import read_run, row_settlement
from polc.cli.language import Language
from polc.cli.policies import policies_of
from polc.settlement import Settlement


def settlement_of_row(out: str, key: str, lang: Language) -> Settlement:
    """The settlement of a row of a run. Raises `Problems` where it cannot be told any more, or was refused."""
    told = read_run(out)
    day = datetime.date.fromisoformat(told.as_of) if told.as_of else None
    return row_settlement(told, policies_of(told.policy, day, lang, dated=True), key, lang)
