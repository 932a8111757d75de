"""Tables of claims settled as a batch: every row settled or refused, to the fen, in the order of each person's dates.

Needs the extra `polc[batch]`; `polc.batch.problems` alone can be imported without it.
"""

import os

# The memory of one part of a table is used again for the next instead of being given back to the system, which takes
# long to hand it out anew. pyarrow reads this when it is first imported; where files are settled, `polc.batch.memory`
# does the same for numpy and pyarrow together, as far as the system's library can.
os.environ.setdefault("MIMALLOC_PURGE_DELAY", "-1")
