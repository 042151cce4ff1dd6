"""Room 3: values become scores, with every intermediate."""
