"""One document of one territory: the unit a batch is made of, and which documents it can make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from diag360.documents.brand import Brand

Format = Literal["html", "ipynb", "xlsx", "pdf"]
FORMATS: tuple[Format, ...] = ("html", "ipynb", "xlsx", "pdf")
ALWAYS: tuple[Format, ...] = ("html", "ipynb")  # made whatever is asked for
BETWEEN = " ; "  # between the variants of an option
YES = "oui"
DEFAULT_SCENARIO = "canicule_extreme"

_SCORES = ("values", "framework", "weights", "tier", "alone")


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A document that a batch can make.

    Parameters
    ----------
    title : str
        In French, for lists and pages.
    maker : str
        Function that makes it, ``module:name``; the territory first, then `options` by name.
    options : tuple of str
        Keyword arguments that it takes.
    page : str
        Its page, relative to the folder of the territory, without ending; ``{scenario}`` stands
        for the scenario played.
    """

    title: str
    maker: str
    options: tuple[str, ...]
    page: str


DOCUMENTS: Mapping[str, DocumentKind] = MappingProxyType(
    {
        "diagnostic": DocumentKind(
            "Diagnostic 360° de résilience",
            "diag360.documents.report:make_report",
            (*_SCORES, "campaign", "exposure", "pack", "annotations"),
            "diagnostic",
        ),
        "vulnerabilites": DocumentKind(
            "Aléas et vulnérabilités systémiques",
            "diag360.documents.vulnerability:make_vulnerabilities",
            (*_SCORES, "campaign", "exposure", "pack", "hazard", "annotations"),
            "vulnerabilites",
        ),
        "collecte": DocumentKind(
            "La collecte",
            "diag360.documents.report:make_collection",
            ("values", "tier"),
            "collecte",
        ),
        "sensibilite": DocumentKind(
            "Ce qui tient, ce qui bascule",
            "diag360.documents.sensitivity:make_sensitivity",
            (*_SCORES, "exposure", "draws", "seed"),
            "sensibilite",
        ),
        "comparaison": DocumentKind(
            "Variantes comparées",
            "diag360.documents.comparison:make_comparison",
            (*_SCORES, "variants"),
            "variantes/variantes",
        ),
        "resistance": DocumentKind(
            "Stress test",
            "diag360.documents.stress:make_stress_test",
            (*_SCORES, "campaign", "scenario"),
            "stress-test-{scenario}",
        ),
    }
)

_READ: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "alone": lambda text: text == YES,
        "draws": int,
        "seed": int,
        "variants": lambda text: tuple(text.split(BETWEEN)),
    }
)


@dataclass(frozen=True, slots=True)
class Task:
    """One document of one territory: plain values, which any process can be sent.

    Parameters
    ----------
    code : str
        Siren, or code of the group: name of the folder.
    territory : str
        What the makers accept: a siren, ``departement-22`` or the absolute path of a file of
        members.
    name : str
        French name of the territory.
    document : str
        Key of :data:`DOCUMENTS`.
    options : tuple of (str, str)
        Sorted keyword arguments of the maker, as texts (:meth:`arguments` reads them); paths are
        absolute.
    formats : tuple of {"html", "ipynb", "xlsx", "pdf"}
        What is wanted; ``html`` and ``ipynb`` are always made.
    brand : Brand or None
        Whose page it is.
    """

    code: str
    territory: str
    name: str
    document: str
    options: tuple[tuple[str, str], ...] = ()
    formats: tuple[str, ...] = ALWAYS
    brand: Brand | None = None

    @property
    def key(self) -> str:
        """Name of the task in the batch: ``<code>/<document>``."""
        return f"{self.code}/{self.document}"

    @property
    def kind(self) -> DocumentKind:
        """What is to be made."""
        return DOCUMENTS[self.document]

    @property
    def page(self) -> str:
        """Path of its page in the folder of the batch: ``200065928/diagnostic.html``."""
        scenario = dict(self.options).get("scenario", DEFAULT_SCENARIO)
        return f"{self.code}/{self.kind.page.replace('{scenario}', scenario)}.html"

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of the maker: texts but ``alone``, ``draws``, ``seed``, ``variants``.

        ``make_comparison`` takes the territory in a list, and ``variants`` second.
        """
        return {name: _READ.get(name, str)(text) for name, text in self.options}
