"""What of a plan machine code has to leave to the exact way."""

from __future__ import annotations

from polc.program import Program

MOST_REQUIREMENTS, MOST_CHOICES = 64, 62


def reasons_of(program: Program) -> tuple[str, ...]:
    """In plain words; empty where machine code settles the plan."""
    found = []
    if len(program.requirements) > MOST_REQUIREMENTS:
        found.append(f"there are more than {MOST_REQUIREMENTS} requirements")
    if len(program.choices) > MOST_CHOICES:
        found.append(f"more than {MOST_CHOICES} choices of facts are named")
    return tuple(dict.fromkeys(found))
