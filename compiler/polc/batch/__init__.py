"""Tables of claims settled as a batch: every row settled or refused, to the fen, in the order of each person's dates.

Needs the extra `polc[batch]`; `polc.batch.problems` alone can be imported without it.
"""
