"""What pyproject.toml asks for, what the page on dependencies explains, and what the code imports are the same."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirement_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[;, ]", requirement)[0] for requirement in requirements}


NEEDED = requirement_names(PROJECT["dependencies"])
OPTIONAL = requirement_names([r for extra in PROJECT["optional-dependencies"].values() for r in extra]) - {"polc"}


def test_the_page_explains_each_dependency_and_no_other() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| \[([^\]]+)\]", page, re.M)) == NEEDED | OPTIONAL


def test_what_the_packages_import_is_asked_for() -> None:
    distributions = packages_distributions()
    imported: set[str] = set()
    for path in [*(ROOT / "lang").rglob("*.py"), *(ROOT / "compiler").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    foreign = imported - sys.stdlib_module_names - {"pol_lang", "polc"}
    asked = {name.lower() for name in NEEDED | OPTIONAL}
    assert {name for name in foreign if not asked & {d.lower() for d in distributions.get(name, [name])}} == set()
