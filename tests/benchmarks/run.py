"""Prints how long things take, as ratios of things measured by turns in one run; see README.md beside this file."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from math import log
from pathlib import Path
from random import Random
from statistics import linear_regression, median
from time import perf_counter

import attrs
from tests.benchmarks import batch, by_hand, impact
from tests.benchmarks.compiling import compiling, settling_policies
from tests.benchmarks.kernel import kernel
from tests.benchmarks.peers.compare import peers
from tests.fast.population import population

from polc import plan as p
from polc.arms.witness import Witness
from polc.arms.wording import example_text
from polc.cli import run as polc
from polc.fast import fast_settler
from polc.load import standard_names
from polc.pipeline import compile_policy, has_errors
from polc.settle import settle
from polc.settlement import Claim, HeldIdentity, Person

ROOT = Path(__file__).parents[2]

Case = tuple[Person, list[Claim]]

CLAIM = """\
[person]
identities = ["低保对象"]

[[claims]]
出院日期 = 2023-10-20
医疗类别 = "普通住院"
收费类别 = "省市二类"
就医地 = "市域内"
规范转诊 = true
病种 = "肺炎"
医疗费总额 = "68000"
全自费费用 = "5000"
先行自付费用 = "2500"
政策范围内费用 = "60500"
"""


def timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def by_turns(times: int, *works: Callable[[], object]) -> list[float]:
    """The median times of several things done by turns, each once before it counts."""
    for work in works:
        work()
    rounds = [[timed(work) for work in works] for _ in range(times)]
    return [median(column) for column in zip(*rounds, strict=True)]


# ---------------------------------------------------------------- start-up


def start_up(times: int = 21) -> None:
    """A whole process that explains one claim, beside one that only imports what it rests on."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    installed = Path(sys.executable).parent / "polc"

    def process(*command: str) -> Callable[[], object]:
        return lambda: subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)

    with tempfile.TemporaryDirectory() as folder:
        claim = Path(folder) / "claim.toml"
        claim.write_text(CLAIM, encoding="utf-8")
        imports, explain, empty = by_turns(
            times,
            process(sys.executable, "-c", "import lark, attrs, rich"),
            process(str(installed), "explain", "std/linxian-2023", str(claim)),
            process(sys.executable, "-c", "pass"),
        )
    kind = "editable" if str(ROOT) in str(Path(polc.__code__.co_filename)) else "wheel"
    print(f"polc explain of one claim ({kind})       {explain * 1e3:6.0f} ms")
    print(f"python -c 'import lark, attrs, rich'       {imports * 1e3:6.0f} ms")
    print(f"python -c pass                             {empty * 1e3:6.0f} ms")
    print(f"explain ÷ imports                          {explain / imports:6.2f}     goal: at most 3")


# ---------------------------------------------------------------- checking


def program(lines: int) -> str:
    """A policy of about so many lines: prices by disease, rates by class, definitions, a layer per eighty lines."""
    head = (
        "政策 长\n  施行自 2023-01-01\n口径\n  先行自付 不计入 基数\n  年度 按 出院日期\n  折算数额 不取整\n"
        "身份 低保对象\n事实 收费类别 取一 一类、二类、三类\n"
    )
    written, count, number, before = [head], head.count("\n"), 0, "政策范围内费用"
    while count < lines:
        number += 1
        prices = "".join(f"  病{number}之{row}  {1000 + row}元\n" for row in range(60))
        block = (
            f"参数 标准{number} 按 病种\n{prices}  其他  {300 + number}元\n\n"
            f"表 比例{number} 按 收费类别\n  收费类别  本地  异地\n"
            "  一类  60%  50%\n  二类  70%  60%\n  三类  80%  70%\n\n"
            f"清单 病单{number} = {'、'.join(f'病{number}之{row}' for row in range(20))}\n"
            f"定义 符合{number} = 收费类别 是 一类 或 病种 属于 病单{number} 或 低保对象\n"
            f"定义 余下{number} = 20% × {before} 不高于 {number}000元\n\n"
            f"承担方 第{number}基金\n保障层 第{number}层 支付方 第{number}基金\n  当 符合{number}\n  基数 {before}\n"
            f"  起付线 标准{number} 每次\n  支付比例 比例{number}.本地\n  封顶线 支付额 {number}万元 每年\n"
            f"  倾斜 低保对象 当 余下{number} 超过 100元\n    支付比例 + 5个百分点\n\n"
        )
        before = "余额 政策范围内费用"
        written.append(block)
        count += block.count("\n")
    return "".join(written)


SIZES = (1000, 2000, 5000, 10000, 20000)
ENOUGH = 20.0
"""Seconds after which no longer policy is tried."""


def checking(*sizes: int) -> None:
    """Policies of growing length: compiled, which every command does, and checked, with all warnings."""
    sizes = sizes or SIZES
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for size in sizes:
            paths.append(Path(folder) / f"long{size}.pol")
            paths[-1].write_text(program(size), encoding="utf-8")
        growing("compiled", sizes, paths, lambda path: compile_policy(str(path)).usable)
        growing("polc check", sizes, paths, lambda path: polc(["check", str(path)]))
        growing("polc fmt", sizes, paths, lambda path: polc(["fmt", "--check", str(path)]))


def growing(name: str, sizes: tuple[int, ...], paths: list[Path], work: Callable[[Path], object]) -> None:
    """How the time of some work grows with the length of a policy."""
    times: list[float] = []
    for size, path in zip(sizes, paths, strict=True):
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            times.append(min(timed(lambda path=path: work(path)) for _ in range(1 if times[-1:] > [3.0] else 3)))
        print(f"{name:10} {size:6,} lines                  {times[-1]:9.2f} s   {size / times[-1]:8,.0f} lines/s")
        if times[-1] > ENOUGH:
            break
    if len(times) > 1:
        slope, _ = linear_regression([log(size) for size in sizes[: len(times)]], [log(time) for time in times])
        print(f"time grows with lines to the power of      {slope:6.2f}     goal: 1, and 2,000 lines/s")


# ---------------------------------------------------------------- arms


def arms(name: str = "std/linxian-2023", examples: int = 1000, times: int = 3) -> None:
    """`polc test --coverage` of a standard policy with a thousand examples of its own, beside the same without."""
    plan = compile_policy(name).usable
    cases = population(plan, Random(1), examples, claims=2, identities=1)
    head = f"政策 千例\n  施行自 2023-09-04\n  落实 {name}\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "千例.pol"
        path.write_text(head + "".join(_example(plan, n, *case) for n, case in enumerate(cases)), encoding="utf-8")
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            plain, covered, alone = by_turns(
                times,
                lambda: polc(["test", str(path)]),
                lambda: polc(["test", str(path), "--coverage"]),
                lambda: polc(["test", name, "--coverage"]),
            )
    print(f"polc test, {examples:,} examples                   {plain:9.2f} s")
    print(
        f"polc test --coverage, the same             {covered:9.2f} s   × {covered / plain:.2f}     goal: at most 5 s"
    )
    print(f"polc test --coverage of the policy alone   {alone:9.2f} s   (nearly all of it looks for claims)")


def _example(plan: p.Plan, number: int, person: Person, claims: list[Claim]) -> str:
    held = [one for one in person.identities if one.since is None and one.until is None]
    witness = Witness(tuple(one.name for one in held), person.facts, tuple(claims), settle(lambda _: plan, person, []))
    return (
        "\n"
        + example_text(witness, plan, f"例{number}")
        + f"  应得\n    总费用 {sum(x.parts['total'] for x in claims)}分\n"
    )


# ---------------------------------------------------------------- settling


def settling(times: int = 15) -> None:
    """Claims a second with the trace and without, beside a function written by hand."""
    chunk = 100
    for name, plan in settling_policies():
        cases = list(population(plan, Random(1), chunk, claims=3, identities=1))
        claims = sum(len(made) for _, made in cases)
        settler = fast_settler(plan)
        works: list[Callable[[], object]] = [
            lambda cases=cases, plan=plan: [settle(lambda _: plan, person, made) for person, made in cases],
            lambda cases=cases, settler=settler: [settler.settle(person, made) for person, made in cases],
        ]
        if name == "std/linxian-2023":
            by = _by_hand(plan, cases)
            works.append(by)
        taken = by_turns(times, *works)
        rates = [claims / time for time in taken]
        line = f"{name:30} with trace {rates[0]:7,.0f}/s   without {rates[1]:8,.0f}/s   × {taken[0] / taken[1]:5.1f}"
        if len(rates) > 2:
            line += f"   by hand {rates[2]:8,.0f}/s, × {rates[2] / rates[1]:.2f}"
        print(line)
    print("goal: 2,000/s with, 20,000/s without")


def _by_hand(plan: p.Plan, cases: list[Case]) -> Callable[[], object]:
    """The function written by hand on these cases, after checking that it comes to the same."""
    diseases = _listed(plan)

    def work() -> list[list[tuple[int, ...]]]:
        found = []
        for person, claims in cases:
            held = [one for one in person.identities if one.since is None and one.until is None]
            person = attrs.evolve(person, identities=tuple(held))
            year, of, settled = by_hand.Year(), 0, []
            for claim in claims:
                if claim.facts["出院日期"].year != of:  # type: ignore[union-attr]
                    year, of = by_hand.Year(), claim.facts["出院日期"].year  # type: ignore[union-attr]
                settled.append(by_hand.settle(person, claim, year, diseases))
            found.append(settled)
        return found

    for index, (person, _) in enumerate(cases):
        cases[index] = (
            attrs.evolve(person, identities=tuple(HeldIdentity(h.name) for h in person.identities)),
            cases[index][1],
        )
    settler = fast_settler(plan)
    for (person, claims), mine in zip(cases, work(), strict=True):
        for one, claim in zip(settler.settle(person, claims).claims, mine, strict=True):
            assert (*one.paid, *one.moved, one.bearers[-1]) == claim, (person, claim)
    return work


def _listed(plan: p.Plan) -> frozenset[str]:
    """The diseases of the policy's list."""
    todo: list[object] = [plan.root]
    while todo:
        node = todo.pop()
        if isinstance(node, p.Within):
            return node.values
        if isinstance(node, tuple):
            todo.extend(node)
        elif attrs.has(type(node)) and not isinstance(node, p.Origin):
            todo.extend(getattr(node, field.name) for field in attrs.fields(type(node)))
    return frozenset()


# ---------------------------------------------------------------- comparing

FIGURE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(万元|元|%|个百分点)")


def changed_by_one_figure(text: str) -> Iterator[tuple[str, str]]:
    """A policy with one of its figures lowered by a fifth, for each of them but those of examples, and which it was."""
    rules = text.partition("算例 ")[0]
    for found in FIGURE.finditer(rules):
        lower = f"{float(found[1]) * 4 / 5:.2f}".rstrip("0").rstrip(".")
        if float(found[1]):
            line = text.count("\n", 0, found.start()) + 1
            told = f"line {line}: {found[0]} → {lower}{found[2]}"
            yield text[: found.start()] + lower + found[2] + text[found.end() :], told


def comparing(most: int | None = None, times: int = 3) -> None:
    """A whole process that compares two versions of the longest standard policy in all costs, for every figure that
    may be changed in it (`most`: for so many), beside one that only imports what it rests on."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    polc_there = str(Path(sys.executable).parent / "polc")
    files = {name: ROOT / "stdlib_policies" / f"{name.removeprefix('std/')}.pol" for name in standard_names()}
    name = max(files, key=lambda name: files[name].read_text(encoding="utf-8").count("\n"))

    def process(*command: str) -> Callable[[], object]:
        return lambda: subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)

    taken: list[tuple[float, float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other.pol"
        for text, told in changed_by_one_figure(files[name].read_text(encoding="utf-8")):
            other.write_text(text, encoding="utf-8")
            if has_errors(compile_policy(str(other)).problems):
                continue
            imports, diff = by_turns(
                times,
                process(sys.executable, "-c", "import lark, attrs, rich"),
                process(polc_there, "diff", name, str(other)),
            )
            taken.append((diff, imports, told))
            if len(taken) == most:
                break
    middle = sorted(taken)[len(taken) // 2]
    for words, (diff, imports, told) in (("median", middle), ("slowest", max(taken))):
        print(f"{words:8} of {len(taken)} changes to {name} ({told})")
        print(f"    polc diff {diff:6.2f} s   ÷ imports {diff / imports:6.2f}     goal: 1 s")


BENCHMARKS: dict[str, Callable[..., None]] = {
    "start-up": start_up, "checking": checking, "compile": compiling, "diff": comparing, "arms": arms,
    "settling": settling,
    **batch.BENCHMARKS,
    **impact.BENCHMARKS,
    "kernel": kernel, "peers": peers,
}  # fmt: skip


def asked(words: list[str]) -> Iterator[tuple[str, list[str | int]]]:
    """The benchmarks that are asked for, each with the words that stand behind it: which peers, how many claims."""
    words = words or list(BENCHMARKS)
    starts = [at for at, word in enumerate(words) if word in BENCHMARKS]
    if starts[:1] != [0]:
        sys.exit(f"{words[0]}: none of {', '.join(BENCHMARKS)}")
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        yield words[start], [int(word) if word[0].isdigit() else word for word in words[start + 1 : end]]


if __name__ == "__main__":
    for name, words in asked(sys.argv[1:]):
        print(f"\n{name}")
        BENCHMARKS[name](*words)
