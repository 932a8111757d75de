"""A documentation page is the docstring of a problem class, in the language asked for."""

from typing import ClassVar

from pol_lang.catalogue import documentation
from pol_lang.problem import Problem


class TooHigh(Problem):
    """A rate is above 100%.

        rate 120%

    ---
    支付比例超过 100%。
    """

    rate: str = ""

    code = "N903"
    zh: ClassVar[str] = "“{rate}”超过 100%"
    en: ClassVar[str] = "“{rate}” is above 100%"


class Odd(Problem):
    """One text for both."""

    code = "N904"
    severity = "warning"
    zh: ClassVar[str] = "怪"
    en: ClassVar[str] = "odd {{}}"


def test_page_in_english() -> None:
    assert documentation(TooHigh, "en") == (
        "# N903 (error)\n\n> “‹rate›” is above 100%\n\nA rate is above 100%.\n\n    rate 120%\n"
    )


def test_page_in_chinese() -> None:
    assert documentation(TooHigh, "zh") == "# N903 (错误)\n\n> “‹rate›”超过 100%\n\n支付比例超过 100%。\n"


def test_text_without_ruler_serves_both_languages() -> None:
    assert documentation(Odd, "zh") == "# N904 (警告)\n\n> 怪\n\nOne text for both.\n"
    assert documentation(Odd, "en") == "# N904 (warning)\n\n> odd {}\n\nOne text for both.\n"
