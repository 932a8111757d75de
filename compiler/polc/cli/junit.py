"""The results of `polc test` as JUnit XML, which CI systems read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as xml

from pol_lang.problem import Language, Problem
from pol_lang.render import render_problems
from polc.cli.tested import Tested
from polc.examples.parting import beside, parting_text
from polc.examples.run import ExampleResult

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(tested: Sequence[Tested], lang: Language, lacking: Sequence[Problem] = ()) -> bytes:
    """The document: a suite per policy or claim file, a case per example; what could not be run is an error. `lacking`:
    what else failed of a policy as a whole, each a case of a suite of its own."""
    root = xml.Element("testsuites", name="polc")
    counts = {"tests": 0, "failures": 0, "errors": 0}
    seconds = 0.0
    for one in tested:
        suite = xml.SubElement(root, "testsuite", name=_text(one.name))
        own = {"tests": len(one.results), "failures": 0, "errors": 0}
        for result, took in zip(one.results, one.seconds, strict=True):
            own["failures"] += not result.passed
            _case(suite, one, result, took, lang)
        if one.problems and not one.results:
            case = xml.SubElement(suite, "testcase", name=_text(one.name), classname=_text(one.name), time="0.000")
            error = xml.SubElement(case, "error", message=_text(one.problems[0].message(lang)))
            error.text = _text(render_problems(one.problems, lang))
            own["tests"] += 1
            own["errors"] += 1
        _count(suite, own, sum(one.seconds))
        seconds += sum(one.seconds)
        for key, number in own.items():
            counts[key] += number
    if lacking:
        suite = xml.SubElement(root, "testsuite", name="coverage")
        for problem in lacking:
            name = _text(problem.where)
            case = xml.SubElement(suite, "testcase", name=name, classname="coverage", time="0.000")
            failure = xml.SubElement(case, "failure", message=_text(problem.message(lang)))
            failure.text = _text(render_problems([problem], lang))
        own = {"tests": len(lacking), "failures": len(lacking), "errors": 0}
        _count(suite, own, 0.0)
        for key, number in own.items():
            counts[key] += number
    _count(root, counts, seconds)
    xml.indent(root)
    document: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _case(suite: xml.Element, one: Tested, result: ExampleResult, took: float, lang: Language) -> None:
    file, _, line = result.place.rpartition(":")
    case = xml.SubElement(
        suite, "testcase", name=_text(result.name), classname=_text(one.name), time=f"{took:.3f}",
        file=_text(file or result.place),
    )  # fmt: skip
    if line.isdigit():
        case.set("line", line)
    if result.passed:
        return
    differing = [each for each in result.compared if not each.agrees]
    colon = "：" if lang == "zh" else ": "
    told = [f"{each.name}{colon}{beside(each, lang)}" for each in differing]
    told += [problem.message(lang) for problem in result.problems if problem.severity == "error"]
    failure = xml.SubElement(case, "failure", message=_text("; ".join(told)))
    rows = [*told, "", *parting_text(result, lang), "", render_problems(result.problems, lang)]
    failure.text = _text("\n".join(rows).strip() + "\n")


def _count(element: xml.Element, counts: dict[str, int], seconds: float) -> None:
    for key, number in counts.items():
        element.set(key, str(number))
    element.set("time", f"{seconds:.3f}")


def _text(text: str) -> str:
    """The text with what XML cannot hold shown by its code point."""
    return _NOT_XML.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)
