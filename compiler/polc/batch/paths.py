"""What somebody wrote as the place of a table, as a path: `path_of`."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from pol_lang.problem import Problems
from polc.batch.problems import NotAPath

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def path_of(text: str) -> str:
    """A path as it stands, or the one that an address of this machine names. Raises `Problems` for other addresses."""
    if not _ADDRESS.match(text):
        return text
    told = urlsplit(text)
    if told.scheme.lower() != "file" or told.netloc not in ("", "localhost"):
        raise Problems([NotAPath(where=text)])
    return unquote(told.path)
