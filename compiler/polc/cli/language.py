"""Which language the user reads: `--lang`, else the environment's POLC_LANG, else Chinese."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def chosen_language(arguments: Sequence[str]) -> Language:
    """The language that a command line and the environment ask for.

    It is found before the command line is parsed, so that help and complaints about the command line itself are in it.
    """
    asked = os.environ.get("POLC_LANG", "").strip().lower()
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang" and at + 1 < len(arguments):
            asked = arguments[at + 1]
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return "en" if asked == "en" or asked.startswith(("en_", "en-")) else "zh"
