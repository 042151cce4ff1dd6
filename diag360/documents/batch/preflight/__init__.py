"""What can be said of each territory before anything runs."""
