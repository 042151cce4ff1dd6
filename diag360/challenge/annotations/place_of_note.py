"""What a header leaves open: its target, its author, and words that were text after all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.header import Header, looks_like_name, name_in
from diag360.challenge.annotations.model import Creator
from diag360.challenge.annotations.places import Place
from diag360.challenge.annotations.resolve import known_target, resolve_target
from diag360.challenge.annotations.target import Target
from diag360.territories.perimeter import plain

# Ways to say « the paragraph above ».
_HERE = frozenset(
    {"paragraphe", "ce paragraphe", "le paragraphe", "paragraphe ci dessus", "ci dessus", "ici"}
)
_LONGEST = 200  # characters of a target; more is text
_QUOTED = 80  # characters of the words a remark repeats
_WORDS = 3  # of a sentence


@dataclass(frozen=True, slots=True)
class Placed:
    """What a note speaks of, who wrote it, and the words that are neither.

    Parameters
    ----------
    target : Target
        ``inconnu`` when the words name nothing surely.
    creator : Creator
        Empty when nobody signed.
    text : tuple of str
        Words of the header that open the text of the note.
    remarks : tuple of str
        What could not be read, in French.
    implied : bool
        Whether the target is the paragraph above, which nobody wrote.
    """

    target: Target
    creator: Creator
    text: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    implied: bool = False


def place_of(
    header: Header,
    *,
    paragraph: Target,
    catalogue: Catalogue,
    territory: str = "",
    places: Callable[[], Sequence[Place]] | None = None,
) -> Placed:
    """Settle what a header leaves open.

    Parameters
    ----------
    header : Header
        Of the note.
    paragraph : Target
        What the note speaks of when it names nothing.
    catalogue : Catalogue
        Where names are looked for.
    territory : str
        Code of the territory of the notebook.
    places : callable, optional
        As for :func:`~diag360.challenge.annotations.resolve.resolve_target`.

    Returns
    -------
    Placed
        Every word of the header is in one of its fields.
    """

    def sought(words: str) -> tuple[Target, tuple[str, ...]]:
        return resolve_target(words, catalogue=catalogue, territory=territory, places=places)

    loose, text, remarks = list(header.loose), [], list(header.remarks)
    target = None
    if header.words and plain(header.words) not in _HERE:
        target, proposals = sought(header.words)
        kept = header.words.startswith("inconnu/")
        if target.kind == "inconnu" and not kept and _is_sentence(header.words):
            text.append(header.words)
            target = None
        elif not kept and not known_target(target, catalogue=catalogue, cells=None):
            remarks.append(_not_found(header.words, proposals))
    elif not header.words:
        target = _first_known(loose, sought)
    creator = header.creator
    if not creator.name and (names := [one for one in loose if looks_like_name(one)]):
        loose.remove(names[0])
        creator = Creator(name=name_in(names[0]), role=creator.role)
    remarks += [
        f"« {_short(one)} » ne dit ni qui, ni quand, ni de quoi : mis dans le texte"
        for one in loose
    ]
    return Placed(target or paragraph, creator, (*text, *loose), tuple(remarks), target is None)


def _first_known(
    loose: list[str], sought: Callable[[str], tuple[Target, tuple[str, ...]]]
) -> Target | None:
    """Target that a field away from the kind names, taken out of the fields."""
    for field in loose:
        found, _ = sought(field)
        if found.kind != "inconnu":
            loose.remove(field)
            return found
    return None


def _is_sentence(words: str) -> bool:
    if len(words) > _LONGEST or words.endswith(("?", "!")):
        return True
    return words.endswith((".", "…")) and len(words.split()) >= _WORDS


def _not_found(words: str, proposals: tuple[str, ...]) -> str:
    if not proposals:
        return f"« {_short(words)} » n’est rien que le catalogue connaisse"
    return f"« {_short(words)} » : à préciser, peut-être {' ; '.join(proposals)}"


def _short(words: str) -> str:
    return words if len(words) <= _QUOTED else f"{words[: _QUOTED - 1]}…"
