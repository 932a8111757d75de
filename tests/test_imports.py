"""Imports point one way: each module imports only what stands before it in the list below.

`pol_lang` knows nothing of `polc`. A package in the list stands for all modules in it; among themselves they may
import each other as long as no cycle comes of it. A module that is planned but not written yet may be listed.
"""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LAYERS = [
    name
    for group in (
        "pol_lang.source pol_lang.problem pol_lang.record pol_lang.read",
        "pol_lang._tables pol_lang.keywords pol_lang.token pol_lang.lalr pol_lang.tables",
        "pol_lang.lexer_problems pol_lang.wide pol_lang.indents pol_lang.figures pol_lang.lexer",
        "pol_lang.syntax pol_lang.build",
        "pol_lang.recogniser pol_lang.wordings pol_lang.retell pol_lang.forms pol_lang.syntax_problems pol_lang.rows",
        "pol_lang.recover pol_lang.read_on pol_lang.parser",
        "pol_lang.lines pol_lang.spelling pol_lang.columns pol_lang.formatter pol_lang.render pol_lang.catalogue",
        "pol_lang",
        "polc",
        "polc.plan polc.plan_json polc.account_names polc.settlement",
        "polc.arithmetic polc.csv_cells polc.calendars polc.periods polc.evaluate",
        "polc.reasons polc.loaded polc.load",
        "polc.resolve_problems polc.amend polc.resolved polc.resolve",
        "polc.checks polc.lowering",
        "polc.cut_cost polc.pay_layer polc.settle polc.boundaries polc.shape polc.program polc.fast polc.native",
        "polc.claims polc.explain polc.population polc.synth",
        "polc.plan_text",
        "polc.impact polc.plot polc.revisions polc.diff",
        "polc.localities polc.pipeline polc.examples polc.arms polc.mend polc.lints polc.coverage",
        "polc.impact.in_force polc.batch",
        "polc.impact.by_person polc.impact.sums polc.impact.tenths polc.impact.refused polc.impact.kinds",
        "polc.impact.running polc.impact.claim_by_claim polc.impact.on_the_day polc.impact.aims polc.impact.both",
        "polc.impact.pieces polc.impact.measure",
        "polc.cli",
        "polc.catalogue",
        "polc.cli.rule polc.__main__",
        "polc.pytest_sheets polc.pytest_items polc.pytest_plugin",
    )
    for name in group.split()
]

# (module, what it imports inside a function): why it cannot stand at the top
INSIDE_FUNCTIONS = {
    ("polc.calendars", "chinese_calendar"): "its tables take longer to load than most policies to settle",
    ("polc.claims.tree", "polc.claims.json_tree"): "a file is in one of two formats",
    ("polc.claims.tree", "polc.claims.toml_tree"): "a file is in one of two formats",
    ("pol_lang.problem", "difflib"): "only who misspells a name needs it",
    ("polc.cli.misuse", "difflib"): "only who misspells a command needs it",
    ("polc.cli.synth", "polc.cli.synth_files"): "numpy and pyarrow are an extra",
    ("polc.cli.synth", "polc.synth.asked"): "needed only after the policy was found sound",
    ("polc.cli.synth", "polc.synth.synth"): "numpy and pyarrow are an extra",
    ("polc.cli.synth", "polc.synth.visits"): "numpy and pyarrow are an extra",
    ("polc.cli.explain", "shutil"): "only a terminal has a width, and it loads what packs archives",
    ("polc.cli.write", "pol_lang.render"): "most runs have nothing to complain of",
    ("polc.cli.write", "polc.cli.write_file"): "most runs print, and temporary files need random numbers",
    ("polc.cli.plan", "polc.native"): "its libraries are an extra, and few ask for machine code",
    ("polc.cli.explain", "polc.population.around"): "few cases need it, and start-up is what a user waits for",
    ("polc.cli.explain", "polc.population.beside"): "not every policy needs it, and start-up is what a user waits for",
    ("polc.cli.explain", "polc.population.sheet"): "few cases need it, and start-up is what a user waits for",
    ("polc.pytest_items", "polc.pytest_sheets"): "syrupy is an extra, needed only where sheets are pinned",
    ("polc.pytest_plugin", "polc.pytest_items"): "pytest runs of other projects must not load the compiler",
    ("polc.explain", "polc.explain.html"): "a run needs one renderer, and this one loads templates",
    ("polc.explain", "polc.explain.json"): "a run needs one renderer",
    ("polc.explain", "polc.explain.markdown"): "a run needs one renderer",
    ("polc.explain", "polc.explain.terminal"): "a run needs one renderer, and this one loads rich's console",
    ("polc.explain", "polc.explain.text"): "a run needs one renderer",
    ("polc.coverage.shown", "jinja2"): "only the page needs templates",
    ("polc.cli.progress", "rich.console"): "only a terminal has a progress bar",
    ("polc.cli.progress", "rich.progress"): "only a terminal has a progress bar",
    ("polc.cli.settle", "polc.batch.mapping"): "what reads and writes tables is an extra",
    ("polc.cli.settle", "polc.batch.options"): "what reads and writes tables is an extra",
    ("polc.cli.settle", "polc.cli.policies"): "what reads and writes tables is an extra",
    ("polc.cli.explain", "polc.cli.explain_row"): "what reads and writes tables is an extra",
    ("polc.cli.settle", "polc.batch.run"): "what reads and writes tables is an extra",
    ("polc.batch.run", "polc.batch.spark"): "only a run on a cluster needs it",
    ("polc.batch.spark_cluster", "py4j.protocol"): "Spark is an extra",
    ("polc.batch.spark_cluster", "pyspark"): "Spark is an extra",
    ("polc.batch.spark_cluster", "pyspark.errors"): "Spark is an extra",
    ("polc.batch.spark_machine", "importlib.util"): "the function is sent along and finds nothing else there",
    ("polc.batch.spark_machine", "importlib"): "the function is sent along and finds nothing else there",
    ("polc.batch.spark_machine", "socket"): "the function is sent along and finds nothing else there",
    ("polc.batch.spark_machine", "sys"): "the function is sent along and finds nothing else there",
    ("polc.cli.compared", "polc.batch.mapping"): "the libraries for large tables are an extra",
    ("polc.cli.compared", "polc.batch.options"): "the libraries for large tables are an extra",
    ("polc.cli.compared", "polc.impact.measure"): "the libraries for large tables are an extra",
    ("polc.cli.impact", "polc.cli.write_file"): "few ask for it",
    ("polc.cli.impact", "polc.impact.refused"): "few ask for it",
    ("polc.cli.impact", "polc.impact.page"): "a run needs one renderer, and this one loads templates",
    ("polc.cli.diff", "polc.diff.html"): "a run needs one renderer, and this one loads templates",
    ("polc.plot.drawn", "polc.plot.draw"): "the charting library is an extra",
    ("pol_lang.parser", "pol_lang.read_on"): "only a text with mistakes needs it; start-up is what a user waits for",
}


def files() -> dict[str, Path]:
    """Every module on disk by its dotted name."""
    found = {}
    for root in (ROOT / "lang", ROOT / "compiler"):
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = files()
TREES = {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in MODULES.items()}


def entry(module: str) -> str | None:
    """The entry of the list that a module belongs to: itself, or the nearest package around it that is listed.

    The two import packages themselves stand for their own `__init__` only.
    """
    name = module
    while name not in LAYERS:
        name = name.rpartition(".")[0]
        if "." not in name:
            return None
    return name


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted names that a piece of code imports, anywhere in it; a module of ours rather than its package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = "." * node.level + (node.module or "")
            inner = [f"{package}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else package for name in inner)


def ours(module: str) -> list[str]:
    """The modules of the two packages that a module imports."""
    names = dict.fromkeys(imported(TREES[module]))
    return [name for name in names if name.split(".")[0] in ("pol_lang", "polc")]


def test_the_list_names_nothing_twice() -> None:
    assert len(set(LAYERS)) == len(LAYERS)


@pytest.mark.parametrize("module", MODULES)
def test_module_stands_in_the_list_and_imports_only_what_stands_before_it(module: str) -> None:
    place = entry(module)
    assert place is not None, f"{module} has no place in LAYERS"
    for name in ours(module):
        assert name in MODULES, f"{module} imports {name}, which is not there"
        target = entry(name)
        if target == place and module != place:
            continue  # within one listed package: see the test for cycles
        inside = target == place and name.startswith(f"{place}.")  # a package's own __init__
        assert target is not None and (inside or LAYERS.index(target) < LAYERS.index(place)), (
            f"{module} imports {name}, which does not stand before it in LAYERS"
        )


def test_there_is_no_cycle() -> None:
    tuple(TopologicalSorter({module: ours(module) for module in MODULES}).static_order())


@pytest.mark.parametrize("module", MODULES)
def test_imports_stand_at_the_top_and_hide_nothing_from_the_program(module: str) -> None:
    for node in ast.walk(TREES[module]):
        assert not isinstance(node, ast.ImportFrom) or node.level == 0, f"{module} has a relative import"
        names = {getattr(node, "id", None), getattr(node, "attr", None), getattr(node, "name", None)}
        assert "TYPE_CHECKING" not in names, f"{module} imports for the type checker only"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for name in imported(node):
                assert (module, name) in INSIDE_FUNCTIONS, f"{module} imports {name} inside {node.name}()"


def test_every_import_inside_a_function_that_is_allowed_exists() -> None:
    nodes = {
        (module, name)
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for name in imported(node)
    }
    assert {pair for pair in INSIDE_FUNCTIONS if pair[0] in MODULES} <= nodes
