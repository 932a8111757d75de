"""What changed between two policies: clause by clause in words, and in money over all costs at once."""
