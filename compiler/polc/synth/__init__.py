"""Made-up persons and claims for a policy: any number of them, in the shape real ones have, for trying things out.

Needs the extra `polc[batch]`; `polc.synth.problems` and `polc.synth.plans_of` can be imported without it. docs/how-to/
synthetic-claims.md says what is drawn how.
"""
