"""The one place that knows where ``data/``, ``notebooks/`` and ``templates/`` are.

In a checkout they are folders at the top of the repository; an installed wheel carries them
inside the package. Nothing else in the package builds such a path.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _root() -> Path:
    shipped = _PACKAGE / "shipped"
    return shipped if shipped.is_dir() else _PACKAGE.parent


def data_dir() -> Path:
    """Folder of the catalogue, territories and values."""
    return _root() / "data"


def notebooks_dir() -> Path:
    """Folder of the parameterised notebooks."""
    return _root() / "notebooks"


def templates_dir() -> Path:
    """Folder of the document templates."""
    return _root() / "templates"
