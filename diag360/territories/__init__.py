"""Room 2: perimeters and values of territories."""
