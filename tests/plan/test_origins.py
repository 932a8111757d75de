"""What each part of a plan rests on: the clause nearest around the line that says it."""

from pathlib import Path

from polc import plan as p
from polc.pipeline import compile_policy

PARENT = """\
policy parent
  in force from 2023-01-01
readings
  year by 出院日期
  derived amounts exact
identity poor
layer basic paid by hifp_pay cite 1
  base eligible_cost
  deductible 100元 per admission cite 3
  rate 50%
  tilt poor cite 2
    rate + 5个百分点
enrolment recognised cite 5
  when poor
    insured this year
  otherwise
    insured none
"""
CHILD = """\
policy child
  implements "parent.pol"
amend layer basic cite 7
  cap payment 1000元 per year
"""


def test_a_line_without_a_clause_rests_on_the_nearest_around_it(tmp_path: Path) -> None:
    (tmp_path / "parent.pol").write_text(PARENT, encoding="utf-8")
    (tmp_path / "child.pol").write_text(CHILD, encoding="utf-8")
    plan = compile_policy(str(tmp_path / "child.pol")).usable
    (layer,) = (step for step in plan.body.steps if isinstance(step, p.Layer))
    assert layer.base.origin.clauses == ("1",)
    assert layer.tilts[0].changes[0].origin.clauses == ("2",)
    # A step that a later document puts into a layer rests on that document's clause, not on the layer's.
    assert [(type(step).__name__, step.origin.clauses, step.origin.document) for step in layer.steps] == [
        ("Deductible", ("3",), "parent"), ("RatePay", ("1",), "parent"), ("Round", ("1",), "parent"),
        ("PaymentCap", ("7",), "child"),
    ]  # fmt: skip
    assert [case.origin.clauses for case in plan.enrolments[0].cases] == [("5",), ("5",)]
