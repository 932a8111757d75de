"""The documents are held true: every policy in them compiles, every output shown is what polc prints."""
