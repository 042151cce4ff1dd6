"""What a manifest may hold: territories, documents, and how they are made."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from diag360.catalogue.model import Tier
from diag360.catalogue.record import Record
from diag360.documents.batch.task import Format
from diag360.documents.brand import DEFAULT_COLOUR

ALL = "all"
DocumentName = Literal[
    "diagnostic", "vulnerabilites", "collecte", "sensibilite", "comparaison", "resistance"
]
WantedKind = Literal["place", "department", "region", "file", "group"]
_KINDS: tuple[WantedKind, ...] = get_args(WantedKind)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One entry of the list of territories.

    Parameters
    ----------
    kind : {"place", "department", "region", "file", "group"}
        What is named: one territory, all those of a département or of a region, those a file
        lists, or the one territory that several make.
    text : str
        Its name, code or path, as written.
    """

    kind: WantedKind
    text: str


def _word(given: Any) -> Any:
    """Take a code typed without quotes: the strict reader loses no zero of it."""
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


def _wanted(given: Any) -> Any:
    given = _word(given)
    if isinstance(given, str) and given.strip():
        return Wanted("place", given.strip())
    if isinstance(given, dict) and len(given) == 1:
        ((kind, text),) = given.items()
        text = _word(text)
        if kind in _KINDS[1:] and isinstance(text, str) and text.strip():
            return Wanted(kind, text.strip())
    said = given
    if isinstance(given, dict):
        said = ", ".join(f"{key}: {text}" for key, text in given.items())
    msg = (
        f"« {str(said)[:60]} » ne désigne pas un territoire : écrire un Siren, un nom, "
        f"ou une seule clé parmi {', '.join(_KINDS[1:])} et ce qu’elle désigne"
    )
    raise ValueError(msg)


def _list_of_wanted(given: Any) -> Any:
    return () if given == ALL else given


def _by_code(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    made: dict[Any, Any] = {}
    for key, body in given.items():
        if _word(key) in made:
            msg = f"« {key} » figure deux fois : n’en garder qu’une"
            raise ValueError(msg)
        made[_word(key)] = body
    return made


Word = Annotated[str, BeforeValidator(_word), Field(min_length=1)]


class BrandBody(Record):
    """Whose documents they are."""

    name: Annotated[Word, Field(description="Le nom qui signe les documents.")]
    logo: Annotated[
        str | None, Field(description="Image PNG, JPEG, GIF, WebP ou SVG de 500 ko au plus.")
    ] = None
    colour: Annotated[
        str, Field(description="Couleur d’accent, « #1f4e79 », assez sombre pour se lire.")
    ] = DEFAULT_COLOUR


class Wishes(Record):
    """What is asked for, of all territories or of one; a key that is not written says nothing."""

    documents: Annotated[
        tuple[DocumentName, ...],
        Field(min_length=1, description="Documents à produire ; « diagnostic » sinon."),
    ] = ("diagnostic",)
    formats: Annotated[
        tuple[Format, ...],
        Field(description="html et ipynb sont toujours produits ; ajouter xlsx ou pdf."),
    ] = ("html",)
    values: Annotated[
        str | None,
        Field(
            min_length=1,
            description="open-data, ou un CSV ou un classeur, depuis le dossier du manifeste ; "
            "« {code} » y tient la place du code de chaque territoire.",
        ),
    ] = None
    alone: Annotated[
        bool,
        Field(
            strict=True, description="true : sans compléter le fichier par les données ouvertes."
        ),
    ] = False
    framework: Annotated[str | None, Field(description="Cadre : voir diag360 list.")] = None
    weights: Annotated[str | None, Field(description="Jeu de poids.")] = None
    tier: Annotated[Tier | None, Field(description="flash, standard ou expert.")] = None
    campaign: Annotated[Word | None, Field(description="Étiquette du diagnostic : 2026.")] = None
    exposure: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Aléas : open-data, aucune, ou un fichier de cotations (« {code} » admis).",
        ),
    ] = None
    pack: Annotated[
        Literal["fondateur", "complet"] | None,
        Field(description="complet ajoute les aléas de la sécurité civile."),
    ] = None
    hazard: Annotated[
        str | None, Field(description="Aléa dont « vulnerabilites » suit la cascade.")
    ] = None
    scenario: Annotated[str | None, Field(description="Scénario de « resistance ».")] = None
    variants: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...],
        Field(description="Variantes de « comparaison » : livrées, ou fichiers .yaml."),
    ] = ()
    draws: Annotated[
        int | None,
        Field(strict=True, ge=10, le=100_000, description="Tirages de « sensibilite »."),
    ] = None
    seed: Annotated[
        int | None, Field(strict=True, ge=0, description="Graine des tirages de « sensibilite ».")
    ] = None
    annotations: Annotated[
        str | None,
        Field(min_length=1, description="Notes d’experts : livrées, aucune, ou un dossier."),
    ] = None
    brand: Annotated[BrandBody | None, Field(description="Nom, logo et couleur.")] = None


class ManifestBody(Wishes):
    """A manifest as it is written."""

    title: Annotated[Word | None, Field(description="Titre de l’index et de la synthèse.")] = None
    territories: Annotated[
        tuple[Annotated[Wanted, BeforeValidator(_wanted)], ...],
        BeforeValidator(_list_of_wanted),
        Field(description="all, ou une liste de territoires."),
    ]
    output: Annotated[
        str | None,
        Field(min_length=1, description="Dossier des documents, depuis celui du manifeste."),
    ] = None
    overrides: Annotated[
        dict[str, Wishes],
        BeforeValidator(_by_code),
        Field(description="Par territoire, ce qui change pour lui seul."),
    ] = Field(default_factory=dict)
