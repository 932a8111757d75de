"""Arms: the ways that the steps of a plan can go, which of them examples take, and claims that take the others.

Theory: a plan's arms are read from the plan alone (`arms_of`), those taken from the traces of settled claims
(`taken_by`), both under the same keys. For an arm not taken a claim is looked for on the plan's exact shape (`reach`):
each region and case of the shape says which arms a claim on it takes, so a whole-fen amount inside it should do; the
interpreter settles that claim, and only where its trace has the arm is it given as one that reaches it. An arm that no
region has, although all were looked at, cannot be reached.
"""
