"""A panel: what each expert answered about the same items, kept with their role, and its file."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from diag360.catalogue.faults import validate
from diag360.catalogue.model import Catalogue
from diag360.catalogue.strict_yaml import read_yaml
from diag360.challenge.panel.agreement import Mean, group_weights
from diag360.challenge.panel.answers import Judgement, judge
from diag360.challenge.panel.items import Item, check_subject, items_of
from diag360.challenge.panel.records import ROLES, Answer, PanelBody, Role
from diag360.errors import Fault, Refusal

Array = npt.NDArray[np.float64]
TITLE = "Réponses du panel refusées :"
_ID = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class Panel:
    """Answers about the same items, each turned into weights; e experts, n items.

    Parameters
    ----------
    body : PanelBody
        What was answered.
    items : tuple of Item
        What was compared, in the order of the catalogue.
    judgements : tuple of Judgement
        Weights and coherence of each answer.
    """

    body: PanelBody
    items: tuple[Item, ...]
    judgements: tuple[Judgement, ...]

    @cached_property
    def weights(self) -> Array:
        """Weights of each expert, shape (e, n), each summing to 1."""
        return np.array([one.weights for one in self.judgements])

    @property
    def mean(self) -> Mean:
        """How the group makes its word: geometric mean of comparisons, median with budgets."""
        compared = all(answer.method != "budget" for answer in self.body.answers)
        return "geometrique" if compared else "mediane"

    @cached_property
    def group(self) -> Array:
        """Weights of the group, shape (n,), summing to 1."""
        return group_weights(self.weights, mean=self.mean)

    @property
    def experts(self) -> tuple[Answer, ...]:
        """Answers, in the order of the file."""
        return self.body.answers

    def of_role(self, role: Role) -> Array:
        """Weights of the experts of a role, shape (e', n)."""
        kept = [answer.role == role for answer in self.body.answers]
        return np.asarray(self.weights[kept])

    @property
    def roles(self) -> tuple[Role, ...]:
        """Roles that answered, in the order of :data:`ROLES`."""
        present = {answer.role for answer in self.body.answers}
        return tuple(role for role in ROLES if role in present)


def make_panel(body: PanelBody, *, catalogue: Catalogue, file: str) -> Panel:
    """Turn answers into weights.

    Parameters
    ----------
    body : PanelBody
        Answers.
    catalogue : Catalogue
        Gives the labels of the items.
    file : str
        Where the answers come from, for the faults.

    Returns
    -------
    Panel
        With the weights of each expert.

    Raises
    ------
    Refusal
        With every fault: subject or item unknown, item left out, two answers of one expert,
        budget that does not sum, comparison missing, said twice or out of 1–9, best that is worst.
    """
    faults = check_subject(body.subject, framework=body.framework, catalogue=catalogue, file=file)
    if faults:
        raise Refusal(TITLE, faults)
    known = {
        item.id: item
        for item in items_of(
            body.subject, framework=body.framework, catalogue=catalogue, tier="expert"
        )
    }
    for at, name in enumerate(body.items):
        if name not in known:
            problem = f"« {name} » n’est pas à peser ici"
            faults.append(
                Fault(file, f"items.{at}", problem, f"choisir parmi : {', '.join(known)}")
            )
        elif name in body.items[:at]:
            problem = f"« {name} » figure deux fois"
            faults.append(Fault(file, f"items.{at}", problem, "ne le garder qu’une fois"))
    faults += check_id(body.id, file=file)
    labels = {name: known[name].label for name in body.items if name in known}
    judgements = []
    seen: set[str] = set()
    for at, answer in enumerate(body.answers):
        where = f"answers.{at} ({answer.expert})"
        if answer.expert.strip().casefold() in seen:
            problem = f"« {answer.expert} » a répondu deux fois"
            faults.append(Fault(file, where, problem, "ne garder que sa dernière réponse"))
        seen.add(answer.expert.strip().casefold())
        judged, wrong = judge(answer, labels=labels, file=file, place=where)
        faults += wrong
        if judged is not None:
            judgements.append(judged)
    if faults:
        raise Refusal(TITLE, faults)
    items = tuple(known[name] for name in body.items)
    return Panel(body=body, items=items, judgements=tuple(judgements))


def check_id(id: str, *, file: str) -> list[Fault]:
    """Faults of an id, which also names a file of the catalogue."""
    if _ID.fullmatch(id):
        return []
    remedy = "lettres minuscules sans accent, chiffres, « - » et « _ », une lettre d’abord"
    return [Fault(file, "id", f"« {id} » n’est pas un id", remedy)]


def read_panel(path: Path | str, *, catalogue: Catalogue) -> Panel:
    """Read the YAML file of a panel.

    Parameters
    ----------
    path : Path or str
        Keys of :class:`PanelBody`.
    catalogue : Catalogue
        Needs and indicators.

    Returns
    -------
    Panel
        Answers with their weights.

    Raises
    ------
    Refusal
        With every fault of the file.
    """
    file = Path(path)
    data, fault = read_yaml(file, name=file.name)
    if fault:
        raise Refusal(TITLE, [fault])
    body, faults = validate(PanelBody, data, file=file.name)
    if body is None:
        raise Refusal(TITLE, faults)
    return make_panel(body, catalogue=catalogue, file=file.name)


def write_panel(body: PanelBody) -> str:
    """Write the file of a panel; :func:`read_panel` gives the same back."""
    data: dict[str, Any] = body.model_dump(exclude_defaults=True)
    data["answers"] = [_plain(answer) for answer in data["answers"]]
    data["items"] = list(data["items"])
    text: str = yaml.safe_dump(
        data, allow_unicode=True, sort_keys=False, width=100, default_flow_style=None
    )
    return text


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    if "comparisons" in answer:
        answer["comparisons"] = [list(pair) for pair in answer["comparisons"]]
    return answer
