"""The language of .pol files: source text, grammar, syntax tree, parser, formatter and problems.

Knows nothing of settling: what a policy means is the business of the package `polc`.
"""
