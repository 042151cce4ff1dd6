"""Documents made one by one, each with a receipt, and what remains to be made."""
