"""Notes of experts: anchored to what they speak of, kept with their history, executable."""
