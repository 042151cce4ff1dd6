"""Diagnostic 360° de résilience territoriale."""

from diag360._version import __version__

__all__ = ["__version__"]
