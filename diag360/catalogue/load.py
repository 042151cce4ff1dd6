"""The only reader of ``data/catalogue/``: strict, and every fault is found before refusing."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from diag360.catalogue.cross_check import EVERY, cross_check
from diag360.catalogue.cross_hazards import check_hazards
from diag360.catalogue.faults import validate
from diag360.catalogue.hazards import (
    CascadeSettings,
    Common,
    Hazard,
    Link,
    NeedGraph,
    Proxy,
    Scenario,
)
from diag360.catalogue.lookup import Goal, Reference, Service, Source, Tag
from diag360.catalogue.model import (
    Catalogue,
    Framework,
    Indicator,
    ObjectiveRecord,
    Settings,
    WeightScheme,
)
from diag360.catalogue.record import Record
from diag360.catalogue.remembered import Remembered
from diag360.catalogue.strict_yaml import read_yaml
from diag360.catalogue.units import Unit
from diag360.errors import Fault, Refusal
from diag360.paths import data_dir

Model = TypeVar("Model", bound=Record)
_TITLE = "Catalogue refusé :"
_SHIPPED: Remembered[Catalogue] = Remembered()


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read the whole catalogue; the shipped one once, until one of its files changes.

    Parameters
    ----------
    folder : Path, optional
        Folder holding ``catalogue.yaml``; the shipped one by default.

    Returns
    -------
    Catalogue
        Indicators, frameworks, units, sources and weight schemes, cross-checked.

    Raises
    ------
    Refusal
        With every fault of every file.
    """
    if folder is not None:
        return _load(folder)
    shipped = data_dir() / "catalogue"
    return _own(_SHIPPED.of(shipped, make=lambda: _load(shipped)))


def _own(catalogue: Catalogue) -> Catalogue:
    """Give tables of one's own, holding the same records: a record never changes."""
    parts = {one.name: getattr(catalogue, one.name) for one in fields(catalogue)}
    tables: dict[str, Any] = {
        name: dict(part) for name, part in parts.items() if isinstance(part, dict)
    }
    return replace(catalogue, **tables)


def _load(folder: Path) -> Catalogue:
    reader = _Reader(folder)
    settings = reader.one("catalogue.yaml", Settings)
    tables = {
        "units": reader.table("units.yaml", Unit),
        "objectives": reader.table("objectives.yaml", ObjectiveRecord),
        "sources": reader.table("sources.yaml", Source),
        "services": reader.table("services.yaml", Service),
        "references": reader.table("references.yaml", Reference, optional=True),
        "goals": reader.table("goals.yaml", Goal, optional=True),
        "tags": reader.table("tags.yaml", Tag, optional=True),
        "links": reader.table("links.yaml", Link, optional=True),
        "proxies": reader.table("proxies.yaml", Proxy, optional=True),
        "scenarios": reader.table("scenarios.yaml", Scenario, optional=True),
        "commons": reader.table("commons.yaml", Common, optional=True),
    }
    cascade = reader.one("cascade.yaml", CascadeSettings, optional=True)
    hazards = reader.folder("hazards", Hazard, optional=True)
    graphs = reader.folder("graphs", NeedGraph, optional=True)
    frameworks = reader.folder("frameworks", Framework)
    weights = reader.folder("weights", WeightScheme)
    indicators = reader.folder("indicators", Indicator, pattern="*/*.yaml")
    if settings is None:
        raise Refusal(_TITLE, reader.faults)
    reader.miss(indicators, frameworks)
    catalogue = Catalogue(
        settings=settings, indicators=indicators, frameworks=frameworks, weights=weights,
        hazards=hazards, graphs=graphs, cascade=cascade, **tables,
    )  # fmt: skip
    faults = [
        *reader.faults,
        *cross_check(catalogue, file_of=reader.file_of, refused=reader.refused),
        *check_hazards(catalogue, file_of=reader.file_of, refused=reader.refused),
    ]
    if faults:
        raise Refusal(_TITLE, faults)
    return catalogue


class _Reader:
    """Reads files one by one and keeps every fault and where each record came from."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.file_of: dict[tuple[type, str], str] = {}
        self.refused: set[tuple[type, str]] = set()
        self.absent: dict[type, str] = {}

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def one(self, file: str, model: type[Model], *, optional: bool = False) -> Model | None:
        if optional and not (self.root / file).exists():
            return None
        data, fault = read_yaml(self.root / file, name=file)
        if fault:
            self.faults.append(fault)
            return None
        record, faults = validate(model, data, file=file)
        self.faults += faults
        return record

    def table(self, file: str, model: type[Model], *, optional: bool = False) -> Any:
        """Records kept side by side in one file, keyed by id.

        Catalogues before 2026.2 have no file of references, goals and tags; those before 2026.3
        know nothing of hazards.
        """
        if optional and not (self.root / file).exists():
            self.absent[model] = file
            return {}
        data, fault = read_yaml(self.root / file, name=file)
        if fault:
            self.faults.append(fault)
            self.refused.add((model, EVERY))
            return {}
        records: dict[str, Model] = {}
        for key, body in data.items():
            fields = {"id": key, **body} if isinstance(body, dict) else body
            record, faults = validate(model, fields, file=file, place=str(key))
            if isinstance(body, dict) and "id" in body:
                problem = f"« {body['id']} » : la clé « {key} » est déjà l’id"
                faults.append(Fault(file, f"{key}.id", problem, "retirer « id »"))
            self._keep(records, record, faults, key=str(key), file=file, model=model)
        return records

    def miss(self, indicators: Any, frameworks: Any) -> None:
        """Refuse the absence of a file that is cited: once, and not at every citation."""
        needs = [need for frame in frameworks.values() for need in frame.needs]
        cited: dict[type, bool] = {
            Reference: any(i.references for i in indicators.values()),
            Goal: any(need.goals for need in needs),
            Tag: any(need.tags for need in needs),
            Hazard: any(i.hazards for i in indicators.values()),
        }
        for model, file in self.absent.items():
            if cited.get(model):
                problem = "fichier absent, alors que d’autres fichiers le citent"
                self.faults.append(Fault(file, "", problem, "le rétablir"))
                self.refused.add((model, EVERY))

    def folder(
        self, folder: str, model: type[Model], *, pattern: str = "*.yaml", optional: bool = False
    ) -> Any:
        """Records kept one file each; the id is the file name."""
        if optional and not (self.root / folder).exists():
            self.absent[model] = f"{folder}/"
            return {}
        paths = sorted((self.root / folder).glob(pattern), key=lambda path: (path.stem, path))
        for stray in sorted({*(self.root / folder).rglob("*.y*ml")} - {*paths}):
            problem = f"« {stray.name} » n’est pas lu"
            where = f"{folder}/{pattern}"
            self.faults.append(
                Fault(self.name(stray), "", problem, f"le nommer et le ranger selon {where}")
            )
        if not paths:
            self.refused.add((model, EVERY))
            self.faults.append(
                Fault(folder, "", "aucun fichier dans ce dossier", "rétablir les fichiers .yaml")
            )
        records: dict[str, Model] = {}
        for path in paths:
            file = self.name(path)
            data, fault = read_yaml(path, name=file)
            if fault:
                self._keep(records, None, [fault], key=path.stem, file=file, model=model)
                continue
            record, faults = validate(model, data, file=file)
            found = data.get("id")
            if isinstance(found, str) and found != path.stem:
                record = None
                faults.append(
                    Fault(
                        file,
                        "id",
                        f"« {found} » n’est pas le nom du fichier",
                        f"écrire « {path.stem} » ou renommer le fichier",
                    )
                )
            if path.stem in records:
                other = self.file_of[model, path.stem]
                faults.append(
                    Fault(file, "id", f"« {path.stem} » existe déjà dans {other}", "changer l’id")
                )
            self._keep(records, record, faults, key=path.stem, file=file, model=model)
        return records

    def _keep(
        self,
        records: dict[str, Model],
        record: Model | None,
        faults: list[Fault],
        *,
        key: str,
        file: str,
        model: type[Model],
    ) -> None:
        self.faults += faults
        if record is None:
            self.refused.add((model, key))
            return
        records.setdefault(key, record)
        self.file_of.setdefault((model, key), file)
