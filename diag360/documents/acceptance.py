"""An accepted proposition, from a variant or a note, written out: catalogue and changelog entry."""

from pathlib import Path

from diag360.catalogue.diff import compare_catalogues
from diag360.catalogue.schema import make_schemas
from diag360.challenge.variants.accept import Acceptance, accept_variant, write_acceptance
from diag360.challenge.variants.files import read_variant
from diag360.challenge.variants.model import Variant, source_words
from diag360.documents.changes import draft_entry
from diag360.documents.variant_words import fate, signature
from diag360.errors import Fault, Refusal
from diag360.files import write_texts, writing_in
from diag360.paths import data_dir
from diag360.scoring.compare import score_both


def entry_of(accepted: Acceptance, *, signed: str = "") -> str:
    """Draft the changelog entry: what changed, which scores move, who proposed and who decided.

    Parameters
    ----------
    accepted : Acceptance
        What changes.
    signed : str
        Who proposes, when it is not all in the variant: a note may leave its role unsaid.

    Returns
    -------
    str
        Markdown, in French.
    """
    diff = compare_catalogues(accepted.before, accepted.after)
    was, now = score_both(accepted.before, accepted.after)
    variant = accepted.variant
    title, *rest = draft_entry(diff, before=was, after=now).split("\n")
    kind = source_words(variant.id).split()[0].capitalize()
    origin = [
        "",
        f"{kind} `{variant.id}` : {_inert(variant.label)}. "
        f"Proposée par {_inert(signed or signature(variant))}. {_inert(fate(variant))}",
        "",
        f"**Pourquoi.** {_inert(variant.justification)}",
        "",
        "**À relire avant de publier** : les textes des fiches modifiées, qui décrivent encore "
        "l’ancienne méthode"
        + "".join(
            f" ; le nom du jeu « {one.label} », dont les poids changent"
            for key, one in accepted.before.weights.items()
            if f"weights/{key}.yaml" in accepted.edited
        )
        + ".",
    ]
    return "\n".join([title, *origin, *rest]).replace("**Pourquoi :** …", "").replace(". \n", ".\n")


def _inert(words: str) -> str:
    """Keep words of others from becoming tags, links or images in the changelog."""
    return words.replace("<", "&lt;").replace("[", "\\[")


def write_accepted(
    variant: Path | str | Variant, *, output: Path, folder: Path | None = None,
    version: str | None = None, weights: str | None = None, signed: str = "",
) -> tuple[Path, str, Acceptance]:  # fmt: skip
    """Write the catalogue an accepted variant makes, beside the one it comes from.

    Parameters
    ----------
    variant : Path, str or Variant
        A file, the id of a shipped one, or one already read (made of a note, for instance).
    output : Path
        Folder to make; refused when something is there.
    folder : Path, optional
        Catalogue; the shipped one by default.
    version, weights : str, optional
        As for :func:`diag360.challenge.variants.accept.accept_variant`.
    signed : str
        As for :func:`entry_of`.

    Returns
    -------
    folder : Path
        The new catalogue, schemas up to date, with ``JOURNAL.md``.
    entry : str
        Draft of the changelog entry.
    accepted : Acceptance
        What was edited and taken out.

    Raises
    ------
    Refusal
        When the variant is refused, or when the folder exists already.
    """
    source = folder or data_dir() / "catalogue"
    if output.exists():
        title, problem = "Écriture refusée :", "ce dossier existe déjà"
        raise Refusal(title, [Fault(str(output), "", problem, "choisir un dossier à créer (-o)")])
    chosen = variant if isinstance(variant, Variant) else read_variant(variant)
    accepted = accept_variant(source, chosen, version=version, weights=weights)
    entry = entry_of(accepted, signed=signed)
    with writing_in(output):
        write_acceptance(source, output, edited=accepted.edited, removed=accepted.removed)
    schemas = make_schemas(accepted.after)
    write_texts(output, {f"schema/{name}": body for name, body in schemas.items()})
    write_texts(output, {"JOURNAL.md": entry})
    return output, entry, accepted
