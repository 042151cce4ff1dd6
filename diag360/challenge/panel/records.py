"""What a panel answered, as it is written in a file."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from diag360.catalogue.record import Day, NotNegative, Record, Text
from diag360.territories.perimeter import plain

Role = Literal["terrain", "thematique", "porteur", "collectivite"]
ROLES: dict[Role, str] = {
    "terrain": "terrain",
    "thematique": "thématique",
    "porteur": "porteur du commun",
    "collectivite": "collectivité",
}
Method = Literal["budget", "ahp", "best_worst"]
METHODS: dict[Method, str] = {
    "budget": "répartition de 100 points",
    "ahp": "comparaisons deux à deux",
    "best_worst": "choix du plus et du moins important",
}
_Strength = Annotated[float, Field(strict=True, ge=1, le=9)]


class Answer(Record):
    """What one expert answered, by one method; the keys of the two other methods stay empty.

    ``comparisons`` holds ``[a, b, x]``: a counts x times as much as b, x from 1 to 9.
    """

    expert: Annotated[str, Field(strict=True, min_length=1)]
    role: Role
    organisation: str = ""
    date: Day | None = None
    method: Method
    points: dict[str, NotNegative] = Field(default_factory=dict)
    comparisons: tuple[tuple[str, str, _Strength], ...] = ()
    best: str = ""
    worst: str = ""
    best_to_others: dict[str, _Strength] = Field(default_factory=dict)
    others_to_worst: dict[str, _Strength] = Field(default_factory=dict)
    comment: str = ""


class PanelBody(Record):
    """The file of a panel; ``subject`` is ``needs``, ``categories`` or ``indicators:<need>``."""

    id: str
    label: Text
    framework: str
    subject: str
    items: Annotated[tuple[str, ...], Field(min_length=2)]
    fictional: bool = False
    note: Text = ""
    answers: Annotated[tuple[Answer, ...], Field(min_length=1)]


def role_named(word: str) -> Role | None:
    """Role a word or an id stands for, without case or accents; None when none does."""
    names: dict[str, Role] = {plain(name): name for name in get_args(Role)}
    names |= {plain(words): name for name, words in ROLES.items()}
    return names.get(plain(word))
