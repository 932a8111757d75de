"""A claim may call a cost part by every name that a policy may call it by."""

from polc.claims.vocabulary import PARTS as KEYS
from polc.resolved import PARTS as NAMES


def test_every_name_of_a_cost_part_is_a_key_of_a_claim() -> None:
    assert {name: part for part, names in KEYS.items() for name in names if name in NAMES} == dict(NAMES)
