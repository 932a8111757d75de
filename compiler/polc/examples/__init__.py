"""Running the examples that stand in policies: a claim or a sequence, and the amounts that must come of it."""
