"""A stress test: story, timeline, table, facilitation sheet."""
