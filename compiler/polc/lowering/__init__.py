"""From a program to its settlement plan: expressions, tables, bands, layers and what stands around them."""
