"""The register of notes for a meeting, run and printed."""

from pathlib import Path

from diag360.documents.meeting_notes import ALL, EVERY, check_asked
from diag360.documents.notes import NONE, SHIPPED
from diag360.documents.runs import Report, run_document
from diag360.territories.places import find_place


def make_register(
    *,
    output: Path,
    annotations: str = SHIPPED,
    territory: str = ALL,
    status: str = EVERY,
    visibility: str = "public",
) -> Report:
    """Produce the register for a meeting.

    Parameters
    ----------
    output : Path
        Folder; the page goes to ``<output>/registre.html`` (``registre-equipe.html`` when it holds
        what is not public), with the executed notebook.
    annotations, territory, status, visibility : str
        As :func:`diag360.documents.meeting_notes.read_meeting`.

    Returns
    -------
    Report
        Paths of the HTML page and of the executed notebook.

    Raises
    ------
    Refusal
        As :func:`diag360.documents.meeting_notes.read_meeting`; nothing is written then.
    """
    check_asked(annotations, status=status, visibility=visibility)
    known = annotations in (SHIPPED, NONE)
    source = annotations if known else str(Path(annotations).resolve())
    parameters = {
        "annotations": source,
        "territory": ALL if territory == ALL else find_place(territory).siren,
        "status": status,
        "visibility": visibility,
    }
    made = run_document(
        "22_registre",
        parameters=parameters,
        folder=output,
        stem="registre" if visibility == "public" else "registre-equipe",
        title="Registre des notes d’experts · Diagnostic 360° de résilience",
        annotations=source,
    )
    return Report(made.html, made.notebook, (), notes=made.notes)
