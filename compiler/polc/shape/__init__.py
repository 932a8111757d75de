"""The exact shape of what a plan pays: over all costs at once, in pieces on each of which every amount is linear.

Theory: a plan is run once on numbers that are linear forms of one or two unknowns (this claim's cost, the year's cost
before it) over a convex region of them. Wherever the run has to know which of two forms is larger and the region does
not decide it, the region is cut along the line where they are equal and both parts are run again. Facts that the run
reads and nobody gave are branched over their possible values the same way. What remains is a list of regions with no
open question, and on each the amounts are linear: their extremes stand at its corners. Nothing is sampled. Rounding to
the fen is left out: a shape is exact to less than one fen per rounding step, and what is found on it (a witness) is
settled again by the interpreter. Where rounding itself is asked for, the same steps are run on amounts to the fen
(`polc.shape.fenwise`).
"""
