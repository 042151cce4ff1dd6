"""The index audited in the ten headings of the OECD/JRC Handbook."""
