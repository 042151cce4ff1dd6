"""What is asked for: the manifest, read and checked in full, and the documents it comes to."""
