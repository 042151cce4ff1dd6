"""The territories of a manifest: by code, by name, by département, from a file, made of several."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diag360.catalogue.french import space
from diag360.documents.batch.manifest.model import Wanted
from diag360.documents.batch.manifest.reader import Manifest, is_file
from diag360.documents.text import count
from diag360.errors import Fault, Refusal
from diag360.territories.denominators import load_communes
from diag360.territories.perimeter import Territory, find_territory, load_epci, plain
from diag360.territories.places import find_place

_GROUP_FILES = (".yaml", ".yml", ".csv")
_DEPARTMENT = "departement-"
# Folders of a batch that are no territory's, and names that Windows gives to no folder.
_OURS = {"donnees", "journal", "aux", "con", "nul", "prn"}
_SPACED = re.compile(r"\d{3}[\s\u00a0\u202f]\d{3}[\s\u00a0\u202f]\d{3}")  # as Sirens are printed
_NO_SUCH = {
    "department": (
        "ce département n’est le siège d’aucune intercommunalité",
        "donner un code (22, 2A, 974) ou un nom (Côtes-d’Armor)",
    ),
    "region": (
        "cette région n’existe pas",
        "donner un code (53) ou un nom (Bretagne)",
    ),
}
_COMMUNE = re.compile(r"(?:\d\d|2[AB])\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """A territory of the batch, and how to name it to what makes documents.

    Parameters
    ----------
    place : Territory
        Whose documents are made.
    territory : str
        Siren, ``departement-22``, or the absolute path of a file of members.
    """

    place: Territory
    territory: str


@dataclass(frozen=True, slots=True)
class Found:
    """The territories of a manifest.

    Parameters
    ----------
    targets : tuple of Target
        In the order of the manifest, each once.
    remarks : tuple of str
        What was merged, in French.
    faults : tuple of Fault
        What names no territory.
    """

    targets: tuple[Target, ...]
    remarks: tuple[str, ...]
    faults: tuple[Fault, ...]


class Directory:
    """Every intercommunalité, ready to be looked up many times by code or by full name."""

    def __init__(self) -> None:
        self.epci = load_epci()
        names = self.epci["name"].map(plain)
        times = Counter(names)
        self._by_name = {
            name: str(code)
            for code, name in zip(self.epci.index, names, strict=True)
            if times[name] == 1
        }
        columns = ["name", "nature", "population", "communes", "department_name", "region_name",
                   "area_km2"]  # fmt: skip
        rows = self.epci[columns].itertuples(index=True, name=None)
        self._places = {
            str(code): Territory(str(code), str(name), str(nature), int(population), int(communes),
                                 str(department), str(region), float(area))
            for code, name, nature, population, communes, department, region, area in rows
        }  # fmt: skip

    @property
    def codes(self) -> list[str]:
        """Sirens of all of them."""
        return list(self._places)

    def find(self, text: str) -> Target:
        """Find one territory, or refuse with the nearest names.

        Raises
        ------
        Refusal
            When none answers to the text, or several do.
        """
        if _SPACED.fullmatch(text):
            text = "".join(text.split())
        code = text if text in self._places else self._by_name.get(plain(text), "")
        if code:
            return Target(self._places[code], code)
        if text.startswith(_DEPARTMENT):
            return Target(find_place(text), text)
        place = find_territory(text, epci=self.epci)
        return Target(place, place.siren)

    def seated(self, column: str, text: str) -> list[str]:
        """Sirens of those whose seat is in a département or a region, by its code or its name."""
        wanted = text.upper().zfill(2) if text.isdigit() else text.upper()
        kept = self.epci.index[self.epci[column] == wanted]
        if kept.empty:
            kept = self.epci.index[self.epci[f"{column}_name"].map(plain) == plain(text)]
        return [str(code) for code in kept]


def find_targets(manifest: Manifest, *, directory: Directory) -> Found:
    """Find the territories of a manifest, each once, whatever the number of times it is named.

    Parameters
    ----------
    manifest : Manifest
        Sound in itself.
    directory : Directory
        Where territories are looked up.

    Returns
    -------
    Found
        With every fault.
    """
    wanted = manifest.body.territories
    if manifest.everywhere:
        return Found(tuple(directory.find(code) for code in directory.codes), (), ())
    kept: dict[str, Target] = {}
    folders: dict[str, str] = {}  # disks of Windows and of macOS ignore case
    twice: list[str] = []
    faults: list[Fault] = []
    for at, one in enumerate(wanted):
        for target in _targets(one, f"territories.{at}", manifest, directory, faults):
            code = target.place.siren
            if why := _unfit(code, folders):
                faults.append(manifest.fault(f"territories.{at}", why, "changer son code"))
            elif code not in kept:
                kept[code] = target
                folders[code.casefold()] = code
            elif kept[code].territory == target.territory:
                twice.append(target.place.name)
            else:
                problem = f"« {target.territory} » a le code « {code} » d’un autre de la liste"
                faults.append(
                    manifest.fault(f"territories.{at}", problem, "donner à chacun son code")
                )
    remarks = []
    if twice:
        once = list(dict.fromkeys(twice))
        names = ", ".join(once[:3]) + (" …" if len(once) > 3 else "")
        remarks.append(
            space(
                f"{count(len(once), 'territoire')} à plusieurs endroits de la liste, "
                f"pris une seule fois : {names}"
            )
        )
    return Found(tuple(kept.values()), tuple(remarks), tuple(faults))


def _unfit(code: str, folders: Mapping[str, str]) -> str:
    """Say why a code cannot name a folder of the batch; ``""`` when it can."""
    if code.casefold() in _OURS:
        return f"le code « {code} » est réservé : il nommerait un dossier"
    other = folders.get(code.casefold(), code)
    if other != code:
        return f"les codes « {other} » et « {code} » ne diffèrent que par les majuscules"
    return ""


def _targets(
    one: Wanted, at: str, manifest: Manifest, directory: Directory, faults: list[Fault]
) -> Iterator[Target]:
    """Territories of an entry; what is wrong with it goes to the faults."""
    if one.kind == "file":
        for place, text in _listed(one.text, at, manifest, faults):
            yield from _single(text, at, manifest, directory, faults, place=place)
    elif one.kind == "group":
        yield from _group(one.text, at, manifest, faults)
    elif one.kind == "place":
        yield from _single(one.text, at, manifest, directory, faults)
    else:
        codes = directory.seated(one.kind, one.text)
        if not codes:
            problem, remedy = _NO_SUCH[one.kind]
            key = f"{at}.{one.kind}"
            faults.append(manifest.fault(key, f"« {one.text} » : {problem}", remedy))
        for code in codes:
            yield directory.find(code)


def _single(
    text: str,
    at: str,
    manifest: Manifest,
    directory: Directory,
    faults: list[Fault],
    *,
    place: tuple[str, str] | None = None,
) -> Iterator[Target]:
    try:
        yield directory.find(text)
    except Refusal as refusal:
        for fault in refusal.faults:
            problem, remedy = (
                f"« {text} » {fault.problem}",
                _advice(text, directory) or fault.remedy,
            )
            faults.append(
                Fault(*place, problem, remedy) if place else manifest.fault(at, problem, remedy)
            )


def _advice(text: str, directory: Directory) -> str:
    """Tell what else a text may be: a commune, or a file given as a territory."""
    if text.lower().endswith(_GROUP_FILES):
        return f"écrire {{file: {text}}} pour une liste, {{group: {text}}} pour un seul périmètre"
    if text.isdigit() and len(text) == 4:
        return f"un zéro initial a pu être perdu : « 0{text} » entre guillemets"
    if not _COMMUNE.fullmatch(text):
        return ""
    communes = load_communes()
    if text not in communes.index:
        return ""
    owner = directory.find(str(communes["siren"][text])).place
    return (
        f"c’est une commune ({communes['name'][text]}) : écrire {owner.siren} ({owner.name}), "
        "ou un périmètre de communes sous {group: fichier}"
    )


def _group(text: str, at: str, manifest: Manifest, faults: list[Fault]) -> Iterator[Target]:
    path = manifest.resolve(text)
    if path.suffix.lower() not in _GROUP_FILES:
        problem = f"« {text} » n’est pas un fichier de membres"
        remedy = "un fichier .yaml ou .csv avec code, nom et membres"
        faults.append(manifest.fault(f"{at}.group", problem, remedy))
        return
    if not is_file(path):
        faults.append(_missing(text, path, f"{at}.group", manifest))
        return
    try:
        yield Target(find_place(str(path)), str(path))
    except Refusal as refusal:
        faults += refusal.faults


def _missing(text: str, path: Path, place: str, manifest: Manifest) -> Fault:
    problem = f"« {text} » : ce fichier n’existe pas"
    return manifest.fault(place, problem, f"chemin compris : {path}")


def _listed(
    text: str, at: str, manifest: Manifest, faults: list[Fault]
) -> Sequence[tuple[tuple[str, str], str]]:
    """Cells of the first column of a list, the header left out, with where each stands."""
    path = manifest.resolve(text)
    if not is_file(path):
        faults.append(_missing(text, path, f"{at}.file", manifest))
        return []
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = "le texte n’est pas en UTF-8"
        remedy = "réenregistrer en « CSV UTF-8 »"
        faults.append(Fault(path.name, f"octet {error.start}", problem, remedy))
        return []
    except OSError as error:
        faults.append(Fault(path.name, "", f"illisible ({error.strerror})", "vérifier les droits"))
        return []
    lines = content.splitlines()
    cut = next((mark for mark in ";\t," if lines and mark in lines[0]), "\x1f")
    cells = [
        (number, (next(csv.reader([line], delimiter=cut), None) or [""])[0].strip())
        for number, line in enumerate(lines, start=1)
    ]
    filled = [(number, cell) for number, cell in cells if cell]
    if filled and (filled[0][1].isdigit() or _COMMUNE.fullmatch(filled[0][1])):
        problem = f"« {filled[0][1]} » à la place d’un titre de colonne"
        faults.append(Fault(path.name, "ligne 1", problem, "ajouter une première ligne : siren"))
    elif len(filled) < 2:
        problem = "aucun territoire dans ce fichier"
        remedy = "un titre, puis un Siren ou un nom par ligne, dans la première colonne"
        faults.append(Fault(path.name, "", problem, remedy))
    return [((path.name, f"ligne {number}"), cell) for number, cell in filled[1:]]
