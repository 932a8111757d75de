"""Commands and options that speak both languages; every command has an example in its help and takes `--lang`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, ClassVar

import click

from polc.cli.language import LANGUAGES, Language
from polc.cli.misuse import unknown_command

Body = Callable[..., int | None]
"""What a command does; its result is the exit code (None: 0)."""


def language_of(ctx: click.Context | None) -> Language:
    """The language of a run; the root context's object is it."""
    return "en" if ctx is not None and ctx.find_root().obj == "en" else "zh"


_HEADINGS: dict[str, tuple[str, str]] = {
    "usage": ("用法：", "Usage: "),
    "example": ("示例", "Example"),
    "arguments": ("参数", "Arguments"),
    "options": ("选项", "Options"),
    "commands": ("命令", "Commands"),
    "help": ("显示本说明", "show this help"),
    "lang": ("信息和结果用的语言（缺省取环境变量 POLC_LANG，再缺省为 zh）",
             "language of messages and results (default: the environment's POLC_LANG, else zh)"),
}  # fmt: skip


def heading(word: str, lang: Language) -> str:
    """A word of the help pages."""
    return _HEADINGS[word][lang == "en"]


class Option(click.Option):
    """An option explained in both languages."""

    def __init__(self, *args: Any, zh: str = "", en: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zh, self.en = zh, en

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help in the language of the run."""
        record = super().get_help_record(ctx)
        return record and (record[0], self.en if language_of(ctx) == "en" else self.zh)


class Argument(click.Argument):
    """An argument explained in both languages."""

    def __init__(self, *args: Any, zh: str = "", en: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zh, self.en = zh, en


def _lang_option() -> Option:
    zh, en = _HEADINGS["lang"]
    return Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False, zh=zh, en=en)


class Command(click.Command):
    """A command explained in both languages, with an example."""

    def __init__(self, *args: Any, zh: str, en: str, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zh, self.en, self.example = zh, en, example
        self.params.append(_lang_option())

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained in the language of the run."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = heading("help", language_of(ctx))
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line that starts with 用法 or Usage."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=heading("usage", language_of(ctx)))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does, its example, its arguments."""
        lang = language_of(ctx)
        for paragraph in (self.en if lang == "en" else self.zh).split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(paragraph)
        if self.example:
            with formatter.section(heading("example", lang)):
                for line in self.example.splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        records = [
            (param.make_metavar(ctx), param.en if lang == "en" else param.zh)
            for param in self.params
            if isinstance(param, Argument) and param.zh
        ]
        if records:
            with formatter.section(heading("arguments", lang)):
                formatter.write_dl(records)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
        with formatter.section(heading("options", language_of(ctx))):
            formatter.write_dl(records)


class Group(Command, click.Group):
    """The commands by name, each imported when it is called: (module, name in it, Chinese, English)."""

    lazy: ClassVar[Mapping[str, tuple[str, str, str]]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order in which they are worth reading."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self.lazy:
            return None
        command = import_module(self.lazy[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names."""
        if args and args[0] not in self.lazy and not args[0].startswith("-"):
            raise unknown_command(args[0], list(self.lazy), ctx, language_of(ctx))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, then the options; no command is imported for it."""
        lang = language_of(ctx)
        with formatter.section(heading("commands", lang)):
            formatter.write_dl([(name, en if lang == "en" else zh) for name, (_, zh, en) in self.lazy.items()])
        super().format_options(ctx, formatter)


def command(name: str, *, zh: str, en: str, example: str) -> Callable[[Body], Command]:
    """Makes a command of a function; `example` is shown as it stands."""
    return click.command(name, cls=Command, zh=zh, en=en, example=example)


def option(*names: str, zh: str, en: str, **settings: Any) -> Callable[[Body], Body]:
    """Adds an option to a command's function."""
    return click.option(*names, cls=Option, zh=zh, en=en, **settings)


def argument(name: str, *, zh: str, en: str, **settings: Any) -> Callable[[Body], Body]:
    """Adds an argument to a command's function."""
    return click.argument(name, cls=Argument, zh=zh, en=en, **settings)


AS_OF = option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    zh="按这一天有效的规定", en="with the rules in force on this day",
)  # fmt: skip
OUTPUT = option(
    "-o", "--output", metavar="FILE", zh="写到文件（要么完整写入，要么保持原样）",
    en="write to a file, whole or not at all",
)  # fmt: skip
