"""Answers of a panel in, files out: what it weighs, and its answers one by one."""

import datetime
from collections.abc import Sequence
from pathlib import Path

from diag360.catalogue.model import Catalogue
from diag360.challenge.panel.items import need_of_subject
from diag360.challenge.panel.read import TITLE, Panel, check_id, make_panel, read_panel, write_panel
from diag360.challenge.panel.sheet import gather
from diag360.challenge.panel.weights import need_values, panel_scheme, write_record
from diag360.errors import Fault, Refusal
from diag360.files import write_texts
from diag360.vulnerability.ratings import refuse_to_replace

_YAML = (".yaml", ".yml")


def read_panels(
    files: Sequence[Path], *, catalogue: Catalogue, id: str, label: str, anonymous: bool = False
) -> tuple[list[Panel], dict[str, str]]:
    """Read filled workbooks, and files of panels already read.

    Parameters
    ----------
    files : sequence of Path
        Workbooks, put together by subject, and YAML files, one panel each.
    catalogue : Catalogue
        Needs and indicators.
    id, label : str
        Of the panel made of the workbooks.
    anonymous : bool
        Whether names are left out of the workbooks read.

    Returns
    -------
    panels : list of Panel
        Those of the files, then those of the workbooks.
    answers : dict of str to str
        Files to keep of the answers of the workbooks, by name.

    Raises
    ------
    Refusal
        With every fault of every file; when what is weighed cannot stand in one file.
    """
    faults = check_id(id, file=id)
    panels: list[Panel] = []
    answers: dict[str, str] = {}
    for path in (one for one in files if one.suffix.lower() in _YAML):
        try:
            panels.append(read_panel(path, catalogue=catalogue))
        except Refusal as refusal:
            faults += refusal.faults
    books = [path for path in files if path.suffix.lower() not in _YAML]
    try:
        if books:
            bodies = gather(books, catalogue=catalogue, id=id, label=label, anonymous=anonymous)
            panels += [make_panel(body, catalogue=catalogue, file=body.id) for body in bodies]
            answers = {f"{body.id}.yaml": write_panel(body) for body in bodies}
    except Refusal as refusal:
        faults += refusal.faults
    subjects = list(dict.fromkeys(panel.body.subject for panel in panels))
    if len(subjects) > 1 and not all(need_of_subject(subject) for subject in subjects):
        problem = f"« {', '.join(subjects)} » ne vont pas dans un même fichier"
        remedy = "lire à part les besoins, les catégories et les indicateurs"
        faults.append(Fault(id, "subject", problem, remedy))
    if faults:
        raise Refusal(TITLE, faults)
    return panels, answers


def write_outcome(
    panels: Sequence[Panel], *, output: Path, label: str, catalogue: Catalogue
) -> Path:
    """Write what a panel weighs.

    Parameters
    ----------
    panels : sequence of Panel
        On the indicators of needs; or one, on needs or their categories.
    output : Path
        A weight scheme, or values of needs; its name is its id.
    label : str
        Name of the scheme.
    catalogue : Catalogue
        Needs and indicators.

    Returns
    -------
    Path
        File written, signed on the day of the last answer.

    Raises
    ------
    Refusal
        When the file exists, or the weights cannot be made.
    """
    refuse_to_replace(output)
    days = [answer.date for panel in panels for answer in panel.experts if answer.date]
    day = max(days) if days else datetime.datetime.now(tz=datetime.UTC).date()
    record = (
        panel_scheme(panels, id=output.stem, label=label, day=day, catalogue=catalogue)
        if need_of_subject(panels[0].body.subject)
        else need_values(panels[0], id=output.stem, label=label, day=day, catalogue=catalogue)
    )
    (path,) = write_texts(output.parent, {output.name: write_record(record)})
    return path
