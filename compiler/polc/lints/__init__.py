"""Lints: what is allowed and probably not meant. One rule is one module with one function and one problem class.

A rule reads a policy that compiles without errors and says only what is certain of it: rules over all cases and costs
work on the exact shape of the plan, and say nothing where it is too large to be looked at whole.
"""
