"""What `polc test` runs: the examples of policies, and claim files that say what must come of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from attrs import evolve, field, frozen

from pol_lang.problem import Problem, Problems, near_names
from polc.claims.tree import Tree, read_tree
from polc.cli.paths import NoPolicyFiles, files_below, policy_names
from polc.cli.read import read_bytes
from polc.examples.file import WhichPolicy, expects_something, policy_of, run_claim_file
from polc.examples.run import ExampleResult, run_example
from polc.load import locate, standard_names
from polc.pipeline import Compiled, Plans, compile_policy

_ENDINGS = (".toml", ".json")


@frozen(eq=False, repr=False, slots=False)
class Tested:
    """A policy or a claim file and what its examples came to, each with the seconds it took; `problems` are those that
    kept it from being run, `files` all that it was read from, `compiled` and `plans` None where it has errors."""

    name: str
    results: tuple[ExampleResult, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    seconds: tuple[float, ...] = field(default=())
    compiled: Compiled | None = None
    plans: Plans | None = None

    @property
    def passed(self) -> bool:
        """Whether everything in it passed."""
        return not any(problem.severity == "error" for problem in self.problems) and all(
            result.passed for result in self.results
        )


@frozen(eq=False, repr=False, slots=False)
class Asked:
    """What the paths of a command line stand for: policies, and claim files as trees with their names; `problems` of
    files that cannot be read by name."""

    policies: tuple[str, ...]
    claims: tuple[tuple[str, Tree], ...]
    unread: tuple[tuple[str, tuple[Problem, ...]], ...]
    watched: tuple[str, ...]


def asked_for(paths: Sequence[str]) -> Asked:
    """The policies and claim files that files, folders and std names stand for, each once.

    In a folder a TOML or JSON file counts where something is expected in it (any other is not ours). Raises `Problems`
    for folders with neither.
    """
    policies: dict[str, None] = {}
    claims: dict[str, Tree] = {}
    unread: dict[str, tuple[Problem, ...]] = {}
    watched: dict[str, None] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.rstrip("/") == "std":
            policies.update(dict.fromkeys(standard_names()))
        elif path.endswith(_ENDINGS) and not os.path.isdir(path):
            watched[path] = None
            _take(path, True, claims, unread)
        elif path.startswith("std/") or not os.path.isdir(path):
            policies[path] = None
        else:
            watched[path] = None
            files = _claim_files(path)
            watched.update(dict.fromkeys(files))
            before = len(claims) + len(unread)
            for name in files:
                _take(name, False, claims, unread)
            try:
                policies.update(dict.fromkeys(policy_names([path])))
            except Problems:
                if len(claims) + len(unread) == before:
                    problems.append(NoPolicyFiles(where=path))
    if problems:
        raise Problems(problems)
    return Asked(tuple(policies), tuple(claims.items()), tuple(unread.items()), tuple(watched))


def _claim_files(folder: str) -> list[str]:
    names = []
    for place, files in files_below(folder):
        names += [os.path.normpath(os.path.join(place, name)) for name in files if name.endswith(_ENDINGS)]
    return names


def _take(name: str, named: bool, claims: dict[str, Tree], unread: dict[str, tuple[Problem, ...]]) -> None:
    """The tree of a claim file; from a folder only where it expects something."""
    try:
        data = read_bytes(name)
        if not named and not any(word in data for word in (b"expect", "应得".encode())):
            return
        tree = read_tree(data, name)
    except Problems as error:
        unread[name] = error.problems
        return
    if named or expects_something(tree):
        claims[name] = tree


def run_tests(asked: Asked, wanted: Callable[[str], bool]) -> list[Tested]:
    """Everything that was asked for, run; of each only the examples whose name is wanted."""
    compiled: dict[str, Tested] = {}
    tested = []
    for name in asked.policies:
        own = _compiled(name, compiled)
        if own.compiled is not None and own.plans is not None:
            examples = [x for x in own.compiled.program.examples if wanted(x.name.text)]
            runs = [_timed(partial(run_example, x, own.compiled.usable, own.plans)) for x in examples]
            own = evolve(own, results=tuple(r for r, _ in runs), seconds=tuple(t for _, t in runs))
        tested.append(own)
    for name, problems in asked.unread:
        tested.append(Tested(name, (), problems, (name,)))
    for name, tree in asked.claims:
        if wanted(name):
            tested.append(_claim_file(name, tree, compiled))
    return tested


def _claim_file(name: str, tree: Tree, compiled: dict[str, Tested]) -> Tested:
    try:
        own = _compiled(policy_for(name, tree), compiled)
    except Problems as error:
        return Tested(name, (), error.problems, (name,))
    files = (name, *own.files)
    if own.compiled is None or own.plans is None:
        return Tested(name, (), own.problems, files)
    result, seconds = _timed(partial(run_claim_file, tree, name, own.compiled.usable, own.plans))
    return Tested(name, (result,), (), files, (seconds,), own.compiled, own.plans)


def policy_for(name: str, tree: Tree) -> str:
    """The policy of a claim file: the one it names, else the only one beside it. Raises `Problems`."""
    folder = os.path.dirname(name)
    said = policy_of(tree)
    if said is not None:
        return said if said.startswith("std/") else os.path.normpath(os.path.join(folder, said))
    beside = sorted(file for file in os.listdir(folder or ".") if file.endswith(".pol"))
    if len(beside) != 1:
        raise Problems([WhichPolicy(where=name, count=len(beside), near=near_names(name, beside))])
    return os.path.join(folder, beside[0])


def _compiled(name: str, known: dict[str, Tested]) -> Tested:
    if name not in known:
        compiled = compile_policy(name, settling=None)
        files = tuple(locate(loaded.file.source.name) for loaded in compiled.loaded.files)
        try:
            known[name] = Tested(name, (), (), (*files, locate(name)), (), compiled, Plans(compiled))
        except Problems as error:
            known[name] = Tested(name, (), error.problems, (*files, locate(name)))
    return known[name]


def _timed(run: Callable[[], ExampleResult]) -> tuple[ExampleResult, float]:
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start


def all_files(tested: Iterable[Tested]) -> tuple[str, ...]:
    """Every file that something was read from, each once."""
    return tuple(dict.fromkeys(name for one in tested for name in one.files))
