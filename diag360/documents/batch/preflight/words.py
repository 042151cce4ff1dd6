"""The pre-flight of a batch, said: a few lines for a terminal, a table, a page."""

import csv
import io
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import jinja2
from markupsafe import Markup

from diag360.catalogue.french import space
from diag360.documents import text
from diag360.documents.batch.preflight.look import PlaceCheck, Preflight
from diag360.documents.batch.task import DOCUMENTS
from diag360.documents.typography import typeset
from diag360.files import write_texts
from diag360.paths import templates_dir

SHOWN = 10  # lines of a list in a terminal
TOLD = 1000  # findings on the page
STATES = {"complet": "tout", "partiel": "une partie", "impossible": "rien"}
PAGE, TABLE = "verification.html", "verification.csv"


@dataclass(frozen=True, slots=True)
class NeedLine:
    """How well a need is known over the territories of a batch."""

    framework: str
    label: str
    determined: int
    undetermined: int
    without_object: int
    coverage: float


def tell_preflight(check: Preflight) -> list[str]:
    """Say in a few lines what a batch will make, and what to beware of.

    Parameters
    ----------
    check : Preflight
        From :func:`diag360.documents.batch.preflight.look.preflight`.

    Returns
    -------
    list of str
        At most some thirty lines whatever the number of territories.
    """
    plan = check.plan
    lines = [f"{text.count(len(check.places), 'territoire')}, "
             f"{text.count(len(plan.tasks), 'document')} à produire."]  # fmt: skip
    lines += [f"  {remark}." for remark in plan.remarks[:SHOWN]]
    blocked = sum(len(place.blocked) for place in check.places)
    if blocked:
        noun = "ne pourra pas l’être" if blocked == 1 else "ne pourront pas l’être"
        lines.append(f"{text.count(blocked, 'document')} {noun} :")
        found = [f"  - {name} ({code}) : {why}" for name, code, _, why in stop_lines(check)]
        lines += _cut(found)
    wrong = _severities(check.places)
    if wrong:
        words = [
            text.count(wrong[kind], singular)
            for kind, singular in (("erreur", "valeur mise de côté"), ("alerte", "alerte"))
            if wrong[kind]
        ]
        words = [word.replace("valeur mise de côtés", "valeurs mises de côté") for word in words]
        if words:
            lines.append(f"Contrôles des valeurs : {' et '.join(words)}.")
    lines += [_summary(check), *_rating_words(check)]
    return [space(line) for line in lines if line]


def stop_lines(check: Preflight) -> list[tuple[str, str, str, str]]:
    """Name, code, documents that cannot be made and why, one per fault."""
    return [
        (place.name, place.code, ", ".join(stop.documents), str(stop.fault))
        for place in check.places
        for stop in place.stops
    ]


def need_lines(check: Preflight) -> list[NeedLine]:
    """How many territories will have each need printed, by framework."""
    frameworks = dict.fromkeys(place.framework for place in check.places if place.framework)
    made = []
    for framework in frameworks:
        places = [place for place in check.places if place.framework == framework]
        for need in check.catalogue.frameworks[framework].needs:
            cells = [(place.needs or {})[need.id] for place in places]
            applicable = [one for one in cells if one.applicable]
            printed = sum(one.determined for one in applicable)
            made.append(
                NeedLine(
                    framework=framework,
                    label=need.label,
                    determined=printed,
                    undetermined=len(applicable) - printed,
                    without_object=len(cells) - len(applicable),
                    coverage=median(one.coverage for one in applicable) if applicable else math.nan,
                )
            )
    return made


def verification_csv(check: Preflight) -> str:
    """One line per territory: what will be made, the coverage of each need, what was found.

    Parameters
    ----------
    check : Preflight
        From :func:`diag360.documents.batch.preflight.look.preflight`.

    Returns
    -------
    str
        For a French spreadsheet: semicolons, decimal commas, and a mark by which it knows UTF-8.
        Unrounded shares in [0, 1]; an empty cell where nothing is known.
    """
    needs = list(
        dict.fromkeys(
            (place.framework, need) for place in check.places for need in place.needs or {}
        )
    )
    several = len({framework for framework, _ in needs}) > 1
    names = [f"couverture_{framework}_{need}" if several else f"couverture_{need}"
             for framework, need in needs]  # fmt: skip
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(
        ["code", "territoire", "documents", "produit", "non_produits", "pourquoi", "cadre",
         "besoins_chiffres", "besoins_indetermines", "indetermines", "valeurs_de_cote", "alertes",
         "remarques_classeur", "aleas_cotes_par_le_territoire", "aleas_proposes", *names]
    )  # fmt: skip
    for place in check.places:
        wrong, known, rated = _severities([place]), place.needs or {}, place.ratings
        cells = [known.get(need) if place.framework == frame else None for frame, need in needs]
        writer.writerow(
            [
                place.code, place.name, " ".join(place.documents), STATES[place.state],
                " ".join(place.blocked), " | ".join(str(stop.fault) for stop in place.stops),
                place.framework,
                sum(one.determined and one.applicable for one in known.values()) if known else "",
                len(place.undetermined) if known else "",
                " ; ".join(check.label(place.framework, need) for need in place.undetermined),
                wrong["erreur"], wrong["alerte"], len(place.remarks),
                "" if rated is None else rated.given, "" if rated is None else rated.proposed,
                *("" if one is None or math.isnan(one.coverage)
                  else repr(float(one.coverage)).replace(".", ",") for one in cells),
            ]
        )  # fmt: skip
    return out.getvalue()


def verification_html(check: Preflight, *, title: str) -> str:
    """Page of the pre-flight: no script, nothing fetched.

    Parameters
    ----------
    check : Preflight
        From :func:`diag360.documents.batch.preflight.look.preflight`.
    title : str
        Of the batch.

    Returns
    -------
    str
        HTML.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_dir() / "document"), autoescape=True,
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    static = templates_dir() / "nbconvert" / "diag360" / "static"
    variables, blocks, page = (
        (static / f"{name}.css").read_text(encoding="utf-8")
        for name in ("variables", "blocks", "page")
    )
    found = [
        (place, finding)
        for place in check.places
        for finding in place.findings
        if finding.severity != "info"
    ]
    html = environment.get_template("preflight.html.j2").render(
        # Our own style sheets, never a text of the user.
        style=Markup(f":root {{\n{variables}}}\n{blocks}\n{page}"),
        title=title, check=check, text=text, summary=[_summary(check), *_rating_words(check)],
        documents=Counter(task.document for task in check.plan.tasks), kinds=DOCUMENTS,
        stops=[(place, stop) for place in check.places for stop in place.stops],
        found=found[:TOLD], more=max(0, len(found) - TOLD), needs=need_lines(check),
        table=TABLE, floor=check.catalogue.settings.coverage_floor, states=STATES,
        severities={place.code: _severities([place]) for place in check.places},
    )  # fmt: skip
    return typeset(html)


def write_preflight(check: Preflight, *, output: Path, title: str) -> list[Path]:
    """Write ``verification.html`` and ``verification.csv``.

    Parameters
    ----------
    check : Preflight
        From :func:`diag360.documents.batch.preflight.look.preflight`.
    output : Path
        Folder of the batch.
    title : str
        Of the batch.

    Returns
    -------
    list of Path
        Page, then table.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    return write_texts(
        output, {PAGE: verification_html(check, title=title), TABLE: verification_csv(check)}
    )


def _severities(places: list[PlaceCheck] | tuple[PlaceCheck, ...]) -> Counter[str]:
    return Counter(finding.severity for place in places for finding in place.findings)


def _cut(lines: list[str]) -> list[str]:
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], f"  … et {more} de plus ; voir {TABLE}"]


def _summary(check: Preflight) -> str:
    """Say how many needs will be printed, and which ones seldom will be."""
    known = [place for place in check.places if place.needs]
    if not known:
        return ""
    counts = [
        (sum(one.applicable for one in (place.needs or {}).values()), len(place.undetermined))
        for place in known
    ]
    least = min(asked - unknown for asked, unknown in counts)
    most = max(asked - unknown for asked, unknown in counts)
    span = f"{least}" if least == most else f"de {least} à {most}"
    total = max(asked for asked, _ in counts)
    words = f"Besoins chiffrés par territoire : {span} sur {total}"
    never = [line.label for line in need_lines(check) if not line.determined and line.undetermined]
    if never:
        shown = text.enumerate_words([f"« {name} »" for name in never[:6]])
        more = f", et {len(never) - 6} de plus" if len(never) > 6 else ""
        words += f" ; indéterminés partout, faute de données : {shown}{more}"
    return f"{words}."


def _rating_words(check: Preflight) -> list[str]:
    rated = [place.ratings for place in check.places if place.ratings is not None]
    if not rated:
        return []
    own = sum(one.given > 0 for one in rated)
    if not own and not any(one.proposed for one in rated):
        return ["Aléas : aucune cotation ; les documents s’en tiennent aux besoins."]
    words = "ont coté leurs aléas" if own > 1 else "a coté ses aléas"
    given = (
        f"{text.count(own, 'territoire')} {words}" if own else "aucun territoire n’a coté les siens"
    )
    mean = round(sum(one.proposed for one in rated) / len(rated))
    return [f"Aléas : {given} ; {mean} cotations proposées par territoire en moyenne, "
            f"sur {rated[0].hazards}."]  # fmt: skip
