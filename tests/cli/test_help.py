"""Help in both languages, and what is said about a command line that cannot be understood."""

import pytest
from tests.cli.conftest import Polc

from polc.cli.run import polc as group

COMMANDS = list(group.lazy)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_lists_all_commands_without_importing_them(polc: Polc, lang: str) -> None:
    ran = polc("--help", "--lang", lang)
    assert ran.code == 0 and not ran.err
    assert all(f"\n  {name} " in ran.out for name in COMMANDS)
    assert ("用法：" in ran.out) == (lang == "zh") and ("Usage: " in ran.out) == (lang == "en")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_command_has_an_example_in_its_help(polc: Polc, name: str, lang: str) -> None:
    ran = polc(name, "--help", "--lang", lang)
    assert ran.code == 0 and not ran.err
    heading = "示例:\n" if lang == "zh" else "Example:\n"
    assert f"\n{heading}  polc {name} " in ran.out
    assert "--lang [zh|en]" in ran.out and "--help" in ran.out
    assert ran.out != polc(name, "--help", "--lang", "en" if lang == "zh" else "zh").out


def test_the_language_comes_from_the_option_then_the_environment(polc: Polc, monkeypatch: pytest.MonkeyPatch) -> None:
    assert polc("rule", "C570").out.splitlines()[0] == "# C570 (错误)"
    monkeypatch.setenv("POLC_LANG", "en_US.UTF-8")
    assert polc("rule", "C570").out.splitlines()[0] == "# C570 (error)"
    assert polc("rule", "C570", "--lang=zh").out.splitlines()[0] == "# C570 (错误)"
    assert polc("--lang", "zh", "rule", "C570").out.splitlines()[0] == "# C570 (错误)"


def test_no_command_shows_the_help_as_misuse(polc: Polc) -> None:
    ran = polc()
    assert ran.code == 2 and not ran.out and "用法：polc" in ran.err


def test_version(polc: Polc) -> None:
    assert polc("--version").out == "polc 0.1.0\n"


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["chek"], "没有命令“chek”，是不是想写：check？", "there is no command “chek”, did you mean: check?"),
        (["check"], "缺少 PATHS...", "Missing argument 'PATHS...'"),
        (["check", "--fomat", "json"], "没有选项 --fomat，是不是想写：--format？", "No such option"),
        (["check", "x", "--format", "xml"], "--format 只能是：text、json", "'xml' is not one of 'text', 'json'"),
        (["check", "x", "--as-of", "soon"], "--as-of 要写成日期，例如 2023-09-04", "'soon' does not match"),
        (["check", "x", "--as-of"], "选项 --as-of 后面缺少值", "requires an argument"),
        (["report", "x"], "缺少 --persons", "Missing option '--persons'"),
        (["check", "x", "--lang", "fr"], "--lang 只能是：zh、en", ""),
    ],
)
def test_misuse_is_told_in_the_language_of_the_user(polc: Polc, arguments: list[str], zh: str, en: str) -> None:
    ran = polc(*arguments)
    assert ran.code == 2 and not ran.out
    assert f"用法错误：{zh}" in ran.err
    if en:
        ran = polc("--lang", "en", *arguments)
        assert ran.code == 2 and not ran.out and en in ran.err and "wrong usage: " in ran.err
