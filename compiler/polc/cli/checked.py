"""What checking some files found, as the output formats want it."""

from __future__ import annotations

from attrs import frozen

from pol_lang.problem import Language, Problem


@frozen(eq=False, repr=False, slots=False)
class Report:
    """What checking some files found. Problems are in the order of files and places; `files` as they were named."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...]
    lang: Language
    color: bool

    def count(self, severity: str) -> int:
        """How many problems there are of a severity."""
        return sum(problem.severity == severity for problem in self.problems)
