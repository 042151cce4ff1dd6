"""Notes of experts: folded beside the number they concern, then all together at the end."""
