"""Last room: scores become documents."""
