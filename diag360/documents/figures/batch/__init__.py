"""What the notebook of a batch shows: many territories side by side, never ranked."""
