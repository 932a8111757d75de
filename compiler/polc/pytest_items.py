"""What the pytest plugin collects: policies with their examples, claim files, kept sheets that belong to nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pol_lang.problem import Problems
from pol_lang.render import render_problems
from polc.claims.tree import read_tree
from polc.cli.language import chosen_language
from polc.cli.settings import sheet_language
from polc.cli.tested import policy_for
from polc.examples.failing import failing_text
from polc.examples.file import expects_something, run_claim_file
from polc.examples.kept import make_room, orphans, sheet_paths
from polc.examples.parting import beside, first_parting
from polc.examples.run import ExampleResult, run_example
from polc.examples.sheets import pinned_sheet
from polc.explain.changes import changes_text, sheet_changes
from polc.pipeline import Compiled, compile_policy
from polc.pipeline import Plans as PlansByDate
from polc.reasons import reasons

_LANG = chosen_language(())
_SAID = {
    "needs_syrupy": (
        "固定计算书需要 syrupy：pip install 'polc[pytest]'；不固定计算书：在 pytest 的设置里写 polc_sheets = false",
        "pinning sheets needs syrupy: pip install 'polc[pytest]'; without pinning: set polc_sheets = false",
    ),
    "not_kept": (
        "还没有保存这个算例的计算书（{path}）；核对无误后用 pytest --snapshot-update 保存",
        "no sheet of this example is kept yet ({path}); look at it and keep it with: pytest --snapshot-update",
    ),
    "changed": (
        "计算书与保存的（{path}）不同；手工给出的数都相符。改动无误就用 pytest --snapshot-update 接受：",
        "the sheet is not the one kept ({path}); the values given by hand all agree. If the change is meant, accept it "
        "with pytest --snapshot-update:",
    ),
    "only_text": ("只有排版不同", "only the layout differs"),
    "not_written": ("计算书写不进去（{path}）：{reason}", "the sheet cannot be written ({path}): {reason}"),
    "not_removed": ("计算书删不掉（{path}）：{reason}", "the sheet cannot be deleted ({path}): {reason}"),
    "more": ("，另有 {count} 项不符", ", and {count} more"),
    "orphan": (
        "这份计算书（{path}）不属于任何算例：算例改了名或删掉了；用 pytest --snapshot-update 删除",
        "this sheet ({path}) belongs to no example: it was renamed or removed; pytest --snapshot-update deletes it",
    ),
}  # fmt: skip


def _said(key: str, **values: object) -> str:
    return _SAID[key][_LANG == "en"].format(**values)


class ExampleFailed(Exception):
    """What is to be said of a failing example, in rows of text; the first one alone stands in pytest's summary."""


def _headline(result: ExampleResult) -> list[str]:
    """The first value that differs, and how many more do; empty where none does."""
    first = first_parting(result)
    if first is None:
        return []
    others = sum(not one.agrees for one in result.compared) - 1
    colon = "：" if _LANG == "zh" else ": "
    return [first.name + colon + beside(first, _LANG) + (_said("more", count=others) if others else ""), ""]


def _reason(error: OSError) -> str:
    return reasons(error)[_LANG == "en"]


def collector(kind: str, path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector of a policy, of a claim file that expects something, or of a sheet whose policy is gone."""
    made: dict[str, type[pytest.File]] = {"policy": PolicyFile, "claims": ClaimFile, "orphan": OrphanFile}
    if kind == "claims" and not _expects(path):
        return None
    found: pytest.Collector = made[kind].from_parent(parent, path=path)
    return found


def _expects(path: Path) -> bool:
    try:
        return expects_something(read_tree(path.read_bytes(), path.name))
    except (Problems, OSError):
        return any(word in path.read_bytes() for word in (b"expect", "应得".encode()))


class _File(pytest.File):
    """A file whose examples are tests."""

    def shown(self, path: Path) -> str:
        """A path as it is written in messages: from where pytest was started."""
        return os.path.relpath(path, self.config.invocation_params.dir)

    def compiled(self, name: str) -> Compiled:
        """The policy; raises `CollectError` with its problems where it has errors."""
        compiled = compile_policy(name, settling=None)
        try:
            compiled.usable  # noqa: B018 - a policy with errors has no tests
        except Problems as error:
            raise self.CollectError(render_problems(error.problems, _LANG)) from None
        return compiled

    def sheets_wanted(self) -> bool:
        """Whether sheets are pinned; raises `CollectError` where that cannot be done."""
        if not self.config.getini("polc_sheets"):
            return False
        if not self.config.pluginmanager.hasplugin("syrupy"):
            raise self.CollectError(_said("needs_syrupy"))
        return True

    def items(self, names: list[str], runs: list[tuple[Callable[[], ExampleResult], int]]) -> Iterator[pytest.Item]:
        """The tests: one per example, and one per kept sheet that belongs to none."""
        wanted = self.sheets_wanted()
        paths = sheet_paths(self.path, names)
        for name, (run, line) in zip(names, runs, strict=True):
            yield ExampleItem.from_parent(self, name=name, run=run, line=line, sheet=paths[name] if wanted else None)
        if wanted:
            for path in orphans(self.path, names):
                yield OrphanItem.from_parent(self, name=f"__sheets__/{path.name}", sheet=path)


class PolicyFile(_File):
    """A policy."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its examples."""
        compiled = self.compiled(self.shown(self.path))
        plan, plans = compiled.usable, PlansByDate(compiled)
        examples = compiled.program.examples
        runs = [(partial(run_example, one, plan, plans), one.span.line - 1) for one in examples]
        yield from self.items([one.name.text for one in examples], list(runs))


class ClaimFile(_File):
    """A claim file that says what must come of it."""

    def collect(self) -> Iterator[pytest.Item]:
        """The one case in it."""
        name = self.shown(self.path)
        try:
            tree = read_tree(self.path.read_bytes(), name)
            compiled = self.compiled(policy_for(name, tree))
        except Problems as error:
            raise self.CollectError(render_problems(error.problems, _LANG)) from None
        plans = PlansByDate(compiled)
        run = partial(run_claim_file, tree, name, compiled.usable, plans)
        yield from self.items([self.path.stem], [(run, 0)])


class OrphanFile(_File):
    """A kept sheet whose policy is gone."""

    def collect(self) -> Iterator[pytest.Item]:
        """The sheet, as a test that fails."""
        if self.sheets_wanted():
            yield OrphanItem.from_parent(self, name=self.path.name, sheet=self.path)


class _Item(pytest.Item):
    @property
    def updating(self) -> bool:
        """Whether the sheets are to be accepted as they are now."""
        return bool(self.config.getoption("update_snapshots", default=False))

    def shown(self, path: Path) -> str:
        """A path as it is written in messages."""
        return os.path.relpath(path, self.config.invocation_params.dir)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is to be said, without a trace through polc."""
        if isinstance(excinfo.value, ExampleFailed):
            return str(excinfo.value)
        if isinstance(excinfo.value, Problems):
            return render_problems(excinfo.value.problems, _LANG)
        return super().repr_failure(excinfo, style)


class ExampleItem(_Item):
    """An example: first held against the values given by hand, then its sheet against the one kept."""

    def __init__(self, *, run: Callable[[], ExampleResult], line: int, sheet: Path | None, **settings: Any) -> None:
        super().__init__(**settings)
        self.run, self.line, self.sheet = run, line, sheet
        self.obj = self.runtest  # by which syrupy knows a test

    def runtest(self) -> None:
        """Fails where a value given by hand differs (then the sheet is not even looked at, nor accepted), or where the
        sheet is another one than the one kept."""
        result = self.run()
        if not result.passed:
            told = "\n".join(failing_text(result, _LANG)).strip("\n")
            raise ExampleFailed("\n".join([*_headline(result), told]))
        if self.sheet is None:
            return
        from polc.pytest_sheets import keep  # syrupy is there only where sheets are pinned

        text = pinned_sheet(result, sheet_language(str(self.path)))
        kept = self.sheet.read_text(encoding="utf-8") if self.sheet.is_file() else None
        path = self.shown(self.sheet)
        if self.updating and kept != text:
            try:
                make_room(self.sheet)
            except OSError as error:
                raise ExampleFailed(_said("not_written", path=path, reason=_reason(error))) from None
        if keep(self, self.sheet, text):
            return
        if kept is None:
            raise ExampleFailed(_said("not_kept", path=path))
        rows = changes_text(sheet_changes(kept, text), _LANG) or [_said("only_text")]
        raise ExampleFailed("\n".join([_said("changed", path=path), "", *rows]))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the example stands."""
        return self.path, self.line, self.name


class OrphanItem(_Item):
    """A kept sheet that belongs to no example."""

    def __init__(self, *, sheet: Path, **settings: Any) -> None:
        super().__init__(**settings)
        self.sheet = sheet

    def runtest(self) -> None:
        """Fails, or removes the sheet where sheets are being accepted."""
        if not self.updating:
            raise ExampleFailed(_said("orphan", path=self.shown(self.sheet)))
        try:
            self.sheet.unlink(missing_ok=True)
            if not any(self.sheet.parent.iterdir()):
                self.sheet.parent.rmdir()
        except OSError as error:
            raise ExampleFailed(_said("not_removed", path=self.shown(self.sheet), reason=_reason(error))) from None

    def reportinfo(self) -> tuple[Path, int, str]:
        """The sheet itself."""
        return self.sheet, 0, self.name
