"""A reference and its variants side by side: what moves, what it is made of, what it concludes."""
