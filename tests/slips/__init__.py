"""What a policy author writes who has the document before him and no programming behind him."""
