"""A run of the tests hangs on the code alone: not on the environment, which is cleared first, and not on chance."""

from __future__ import annotations

import os

from hypothesis import settings

for name in (
    "CI", "BUILD_NUMBER", "GITHUB_ACTIONS", "GITLAB_CI",  # pytest then shortens less
    "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLUMNS", "LINES",
    "POLC_LANG", "POLC_DEBUG", "PYTEST_ADDOPTS", "PYTHONWARNINGS",
    *(name for name in os.environ if name.startswith(("GIT_", "TTY_"))),  # as inside a hook of git
):  # fmt: skip
    os.environ.pop(name, None)

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")  # for other examples each time: pytest --hypothesis-profile=default
