"""Version of the code; the catalogue has its own, in ``data/catalogue/catalogue.yaml``."""

__version__ = "0.1.0"
