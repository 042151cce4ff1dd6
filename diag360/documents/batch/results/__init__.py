"""Tables of what was made, and of all France, and what the receipt of a document says."""
