"""What is said about a command line that cannot be understood."""

from __future__ import annotations

import click

from polc.cli.language import Language


def misuse(error: click.UsageError, lang: Language) -> str:
    """The usage of the command, what is wrong, and where help is found; without a line end."""
    lines = []
    if error.ctx is not None:
        lines += [error.ctx.get_usage(), ""]
    lines.append(("用法错误：" + _in_chinese(error)) if lang == "zh" else f"wrong usage: {error.format_message()}")
    if error.ctx is not None:
        path = error.ctx.command_path
        lines.append(f"查看说明：{path} --help" if lang == "zh" else f"for help: {path} --help")
    return "\n".join(lines)


def unknown_command(name: str, known: list[str], ctx: click.Context, lang: Language) -> click.UsageError:
    """The error for a command that does not exist, with those like it."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, cutoff=0.5)
    if lang == "zh":
        hint = f"，是不是想写：{'、'.join(near)}？" if near else ""
        return click.UsageError(f"没有命令“{name}”{hint}", ctx)
    hint = f", did you mean: {', '.join(near)}?" if near else ""
    return click.UsageError(f"there is no command “{name}”{hint}", ctx)


def _in_chinese(error: click.UsageError) -> str:
    match error:
        case click.MissingParameter(param=param):
            return f"缺少 {_name(param, error.ctx)}"
        case click.NoSuchOption(option_name=name, possibilities=near):
            return f"没有选项 {name}" + (f"，是不是想写：{'、'.join(near)}？" if near else "")
        case click.BadOptionUsage(option_name=name):
            return f"选项 {name} 后面缺少值" if "requires" in error.message else f"选项 {name} 后面不能有值"
        case click.BadParameter(param=click.Parameter() as param):
            if isinstance(param.type, click.Choice):
                return f"{_name(param, error.ctx)} 只能是：{'、'.join(map(str, param.type.choices))}"
            if isinstance(param.type, click.IntRange):
                limits = "".join(
                    [f"，不小于 {param.type.min}" * (param.type.min is not None),
                     f"，不大于 {param.type.max}" * (param.type.max is not None)]
                )  # fmt: skip
                return f"{_name(param, error.ctx)} 要写成整数{limits}"
            if isinstance(param.type, click.DateTime):
                return f"{_name(param, error.ctx)} 要写成日期，例如 2023-09-04"
            if isinstance(param.type, click.IntRange | click.FloatRange):
                whole = "整数" if isinstance(param.type, click.IntRange) else "数"
                low, high = param.type.min, param.type.max
                between = f"{low:g} 到 {high:g} 之间的" if low is not None and high is not None else ""
                return f"{_name(param, error.ctx)} 要写成 {between}{whole}"
    return error.format_message()


def _name(param: click.Parameter | None, ctx: click.Context | None) -> str:
    if param is None:
        return ""
    return " / ".join(param.opts) if isinstance(param, click.Option) or ctx is None else param.make_metavar(ctx)
