"""Nothing in the environment of whoever runs the tests may change what programs print: it is cleared first."""

from __future__ import annotations

import os

for name in (
    "CI", "BUILD_NUMBER", "GITHUB_ACTIONS", "GITLAB_CI",  # pytest then shortens less
    "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLUMNS", "LINES",
    "POLC_LANG", "POLC_DEBUG", "PYTEST_ADDOPTS", "PYTHONWARNINGS",
    *(name for name in os.environ if name.startswith(("GIT_", "TTY_"))),  # as inside a hook of git
):  # fmt: skip
    os.environ.pop(name, None)
