"""What a panel changes: a weight scheme, or what needs are worth."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import Field

from diag360.catalogue.faults import validate
from diag360.catalogue.model import Catalogue, WeightScheme
from diag360.catalogue.record import Day, NotNegative, Record, Text
from diag360.catalogue.strict_yaml import read_yaml
from diag360.challenge.panel.items import CATEGORIES, NEEDS, need_of_subject, subject_words
from diag360.challenge.panel.read import Panel
from diag360.challenge.panel.records import METHODS, ROLES
from diag360.errors import Fault, Refusal

Array = npt.NDArray[np.float64]
_TITLE = "Valeurs des besoins refusées :"


class NeedValues(Record):
    """What each need is worth beside the others, 1 on average: v_n of the ranking of actions."""

    id: str
    label: Text
    framework: str
    author: str
    date: Day
    justification: Text
    needs: Annotated[dict[str, NotNegative], Field(min_length=1)]


def panel_author(panels: Sequence[Panel]) -> str:
    """Say who a panel is: how many experts, by role."""
    roles: dict[str, str] = {a.expert: a.role for panel in panels for a in panel.experts}
    parts = [
        f"{words} : {list(roles.values()).count(role)}"
        for role, words in ROLES.items()
        if role in roles.values()
    ]
    kind = "Panel fictif" if any(panel.body.fictional for panel in panels) else "Panel"
    return f"{kind} ({len(roles)} expert{'s' * (len(roles) > 1)} ; {', '.join(parts)})"


def panel_scheme(
    panels: Sequence[Panel], *, id: str, label: str, day: datetime.date, catalogue: Catalogue
) -> WeightScheme:
    """Make a weight scheme out of panels on the indicators of needs.

    Parameters
    ----------
    panels : sequence of Panel
        One per need, of the same framework.
    id, label : str
        Of the scheme.
    day : date
        Signed on.
    catalogue : Catalogue
        Gives the words of the justification.

    Returns
    -------
    WeightScheme
        Weights of the group times the number of items: 1 on average, as for indicators nobody
        weighed.

    Raises
    ------
    Refusal
        When a panel weighs something else than indicators, two weigh the same need, or they are
        not of one framework: a weight belongs to an indicator, whatever the framework.
    """
    faults = []
    seen: set[str] = set()
    for panel in panels:
        subject, file = panel.body.subject, panel.body.id
        if not need_of_subject(subject):
            problem = f"« {subject} » ne pèse pas des indicateurs"
            remedy = "en tirer des valeurs de besoins (need_values), qui classent les actions"
            faults.append(Fault(file, "subject", problem, remedy))
        if subject in seen:
            problem = f"« {subject} » est pesé par deux panels"
            faults.append(Fault(file, "subject", problem, "réunir leurs réponses en un seul"))
        seen.add(subject)
        if panel.body.framework != panels[0].body.framework:
            problem = f"cadre « {panel.body.framework} », et non « {panels[0].body.framework} »"
            faults.append(Fault(file, "framework", problem, "un jeu de poids par cadre"))
    if faults:
        title = "Jeu de poids refusé :"
        raise Refusal(title, faults)
    weights = {
        item.id: float(weight) * len(panel.items)
        for panel in panels
        for item, weight in zip(panel.items, panel.group, strict=True)
    }
    return WeightScheme(
        id=id, label=label, author=panel_author(panels), date=day, indicators=weights,
        justification=justification(panels, catalogue=catalogue),
    )  # fmt: skip


def justification(panels: Sequence[Panel], *, catalogue: Catalogue) -> str:
    """Say in French how weights were obtained, and what they leave alone."""
    sentences = []
    for panel in panels:
        body = panel.body
        what = subject_words(body.subject, framework=body.framework, catalogue=catalogue)
        means = sorted({METHODS[answer.method] for answer in panel.experts})
        word = "moyenne géométrique" if panel.mean == "geometrique" else "médiane"
        many = "s" * (len(panel.experts) > 1)
        sentences.append(
            f"{what[0].upper()}{what[1:]} ({body.framework}) : {len(panel.experts)} expert{many}, "
            f"par {', '.join(means)} ; {word} de leurs poids."
        )
        if body.fictional:
            sentences.append("Réponses inventées pour l’exemple : ne rien en conclure.")
    if need_of_subject(panels[0].body.subject):
        sentences.append(
            "Le poids moyen d’un besoin est 1 ; un indicateur que le panel n’a pas pesé garde 1."
        )
    return " ".join(sentences)


def need_values(
    panel: Panel, *, id: str, label: str, day: datetime.date, catalogue: Catalogue
) -> NeedValues:
    """Say what needs are worth to a panel on needs or on their categories.

    The score of a need depends on neither: needs are shown side by side and never summed, and all
    indicators of a need share its category. Such weights order what concerns several needs at
    once: actions (``values`` of :func:`diag360.rank_actions`).

    Parameters
    ----------
    panel : Panel
        On ``needs`` or ``categories``.
    id, label : str
        Of the file.
    day : date
        Signed on.
    catalogue : Catalogue
        Gives the needs.

    Returns
    -------
    NeedValues
        1 on average over needs.

    Raises
    ------
    Refusal
        When the panel weighs indicators, or not all needs.
    """
    body, given = panel.body, dict(zip(panel.body.items, panel.group, strict=True))
    needs = catalogue.frameworks[body.framework].needs
    key = {need.id: need.category if body.subject == CATEGORIES else need.id for need in needs}
    faults = []
    if body.subject not in (NEEDS, CATEGORIES):
        problem = f"« {body.subject} » ne pèse pas des besoins"
        faults.append(Fault(body.id, "subject", problem, "en tirer un jeu de poids"))
    else:
        for name in sorted({one for one in key.values() if one not in given}):
            problem = f"« {name} » n’est pas pesé"
            faults.append(Fault(body.id, "items", problem, "peser tous les besoins"))
    if faults:
        raise Refusal(_TITLE, faults)
    worth = np.array([given[key[need.id]] for need in needs])
    worth = worth / worth.mean()
    return NeedValues(
        id=id, label=label, framework=body.framework, author=panel_author([panel]), date=day,
        justification=justification([panel], catalogue=catalogue),
        needs={need.id: float(value) for need, value in zip(needs, worth, strict=True)},
    )  # fmt: skip


def read_need_values(path: Path | str, *, catalogue: Catalogue, framework: str) -> Array:
    """Read what needs are worth, ready for :func:`diag360.rank_actions`.

    Parameters
    ----------
    path : Path or str
        Written by ``diag360 elicit read``.
    catalogue : Catalogue
        Gives the needs.
    framework : str
        Whose needs are wanted.

    Returns
    -------
    ndarray, shape (n,)
        In the order of the framework.

    Raises
    ------
    Refusal
        With every fault: unknown key, other framework, need unknown or left out.
    """
    file = Path(path)
    data, fault = read_yaml(file, name=file.name)
    if fault:
        raise Refusal(_TITLE, [fault])
    found, faults = validate(NeedValues, data, file=file.name)
    if found is not None:
        if found.framework != framework:
            problem = f"cadre « {found.framework} », et non « {framework} »"
            raise Refusal(_TITLE, [Fault(file.name, "framework", problem, "donner l’autre cadre")])
        needs = [need.id for need in catalogue.frameworks[framework].needs]
        for name in found.needs:
            if name not in needs:
                problem = f"besoin « {name} » inconnu"
                remedy = f"choisir parmi : {', '.join(needs)}"
                faults.append(Fault(file.name, f"needs.{name}", problem, remedy))
        for name in needs:
            if name not in found.needs:
                problem = f"« {name} » manque"
                faults.append(Fault(file.name, "needs", problem, "lui donner une valeur"))
    if faults or found is None:
        raise Refusal(_TITLE, faults)
    return np.array([found.needs[name] for name in needs])


def write_record(record: WeightScheme | NeedValues) -> str:
    """Write a weight scheme or values of needs; reading gives the same back."""
    data: dict[str, Any] = record.model_dump(exclude_defaults=True)
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    return text
