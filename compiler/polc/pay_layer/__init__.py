"""One layer applied to a claim: what it pays, and every step on the way.

Theory: a layer's steps become closures over a `Frame` that carries two running amounts, the eligible cost that goes on
(`amount`) and the payment (`pay`). A frame only reads the state of the claim, so that a layer can be tried under
several tilts; the result says what to add to accumulators, and the caller adds it.
"""

from polc.pay_layer.frame import Outcome
from polc.pay_layer.layer import LayerRun

__all__ = ["LayerRun", "Outcome"]
