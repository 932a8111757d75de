"""Which clauses of an official document a policy computes, records or misses."""
