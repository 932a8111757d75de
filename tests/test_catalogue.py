"""The catalogues list every problem class there is, and every class is fit to be shown in both languages."""

import importlib
import pkgutil
import re
from string import Formatter
from types import ModuleType

import pytest

import pol_lang
import polc
from pol_lang.catalogue import CATALOGUE, documentation
from pol_lang.problem import Problem


def problems_in(package: ModuleType) -> set[type[Problem]]:
    """The problem classes with a code that the modules of a package define."""
    found: set[type[Problem]] = set()
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        found.update(
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Problem)
            and value.__module__ == module.__name__
            and value.code
        )
    return found


def names(classes: set[type[Problem]]) -> list[str]:
    return sorted(f"{cls.__module__}.{cls.__name__}" for cls in classes)


ALL = sorted(problems_in(pol_lang) | problems_in(polc), key=lambda cls: cls.code)


def test_the_language_catalogue_is_complete() -> None:
    assert names(set(CATALOGUE)) == names(problems_in(pol_lang))
    assert len(CATALOGUE) == len(set(CATALOGUE))


def test_the_compiler_catalogue_has_the_problems_of_both_packages() -> None:
    catalogue = importlib.import_module("polc.catalogue").CATALOGUE
    assert names(set(catalogue)) == names(set(ALL))
    assert len(catalogue) == len(set(catalogue))


def test_no_code_is_used_twice() -> None:
    codes = [cls.code for cls in ALL]
    assert sorted(set(codes)) == codes


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.code)
def test_a_problem_can_be_shown_and_read_about_in_both_languages(cls: type[Problem]) -> None:
    assert re.fullmatch(r"[A-Z][0-9]{3}", cls.code)
    assert cls.zh and cls.en and bool(cls.hint_zh) == bool(cls.hint_en)
    for template in (cls.zh, cls.en, cls.hint_zh, cls.hint_en):
        used = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
        assert used <= set(cls.facts)
    english, chinese = documentation(cls, "en"), documentation(cls, "zh")
    for page in (english, chinese):
        assert page.startswith(f"# {cls.code} (")
        assert len(page.split("\n\n", 2)) == 3, "the docstring has no text for this language"
    assert re.search("[\u4e00-\u9fff]", chinese.split("\n\n", 2)[2])
    assert english.split("\n\n", 2)[2] != chinese.split("\n\n", 2)[2]
