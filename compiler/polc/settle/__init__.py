"""From a plan, a person and claims in order to what everyone bears, exact to the fen and with every step.

Theory: this is the reference that all other ways of settling are held against. A plan is made ready once (`ready_of`);
then each claim runs through the steps in written order. Under 就高 by identity the steps run once per identity held,
each on its own copy of the claim's state, and the winner's state goes on.
"""

from polc.settle.check import MOST, Bug, check_earlier
from polc.settle.claim import go_on, opening, runs_of
from polc.settle.problems import (
    AmountTooLarge,
    LaterPeriod,
    OutOfForce,
    OutOfOrder,
    PartsDoNotAdd,
    StayNotSplit,
    UnknownAccumulator,
    UnknownContinued,
)
from polc.settle.ready import constant_caps
from polc.settle.sequence import settle
from polc.settle.standing import Standing, counts_as, identities_of, standing_of

__all__ = [
    "MOST", "AmountTooLarge", "Bug", "LaterPeriod", "OutOfForce", "OutOfOrder", "PartsDoNotAdd", "Standing",
    "StayNotSplit", "UnknownAccumulator", "UnknownContinued", "check_earlier", "constant_caps", "counts_as", "go_on",
    "identities_of", "opening", "runs_of", "settle", "standing_of",
]  # fmt: skip
