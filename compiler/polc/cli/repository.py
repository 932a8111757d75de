"""The files of a new repository of policies."""

from __future__ import annotations

from importlib.resources import files

from polc import __version__
from polc.cli.language import Language

_FILES = {
    ".gitignore": "gitignore",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".github/workflows/policy.yml": "github.yml",
    ".gitlab-ci.yml": "gitlab-ci.yml",
    "README.md": "README.{lang}.md",
    "pyproject.toml": "pyproject.toml",
    "requirements.txt": "requirements.txt",
    "documents/NAME.md": "document.{lang}.md",
    "claims/{outpatient}.toml": "claim.{lang}.toml",
}
_OUTPATIENT: dict[Language, str] = {"zh": "门诊", "en": "outpatient"}


def repository_files(name: str, policy: str, lang: Language) -> dict[str, str]:
    """The text of each file, by its path in the repository; `policy` is that of the policy itself."""
    folder = files("polc.cli") / "new_repository"
    found = {f"policies/{name}.pol": policy}
    for path, template in _FILES.items():
        text = (folder / template.format(lang=lang)).read_text(encoding="utf-8")
        place = path.format(outpatient=_OUTPATIENT[lang]).replace("NAME", name)
        found[place] = text.replace("NAME", name).replace("VERSION", __version__).replace("LANGUAGE", lang)
    return found
