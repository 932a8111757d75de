"""Charts of what bearers bear over cost: exact until they are drawn."""
