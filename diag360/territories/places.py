"""One way to name a territory: an intercommunalité, or a perimeter made of several."""

from pathlib import Path

from diag360.territories.denominators import load_communes
from diag360.territories.groups import Group, group_of_department, read_group
from diag360.territories.perimeter import Territory, find_territory, load_epci

_FILES = (".yaml", ".yml", ".csv")
_DEPARTMENT = "departement-"


def find_place(query: str) -> Territory:
    """Find a territory, or describe the group a file or a département makes.

    Parameters
    ----------
    query : str
        Siren or name of an intercommunalité; path of a file that lists members
        (:func:`diag360.territories.groups.read_group`); or ``departement-22``, the
        intercommunalités whose seat is in a département.

    Returns
    -------
    Territory
        Its ``members`` are those of the group; empty for an intercommunalité.

    Raises
    ------
    Refusal
        When nothing or several things answer to the query, or when the file is refused.
    """
    group = find_group(query)
    return find_territory(query) if group is None else describe(group)


def find_group(query: str) -> Group | None:
    """Read the group a query names; None when it names an intercommunalité."""
    if query.lower().endswith(_FILES):
        return read_group(Path(query))
    if query.startswith(_DEPARTMENT):
        return group_of_department(query.removeprefix(_DEPARTMENT))
    return None


def describe(group: Group) -> Territory:
    """Describe a group as a territory: population and area are summed, the place is that of most.

    Parameters
    ----------
    group : Group
        Members, intercommunalités or communes.

    Returns
    -------
    Territory
        Nature ``GROUPE``; department and region of the most populated members, all named.
    """
    epci, communes = load_epci(), load_communes()
    whole = epci.loc[epci.index.intersection(list(group.members))]
    lone = communes.loc[communes.index.intersection(list(group.members))]
    parents = epci.loc[lone["siren"].unique()] if len(lone) else epci.iloc[:0]
    around = whole if len(whole) else parents
    by_people = around.sort_values("population", ascending=False)
    return Territory(
        siren=group.code,
        name=group.name,
        nature="GROUPE",
        population=int(whole["population"].sum() + lone["population"].sum()),
        communes=int(whole["communes"].sum() + len(lone)),
        department=", ".join(dict.fromkeys(by_people["department_name"])),
        region=", ".join(dict.fromkeys(by_people["region_name"])),
        # Communes ship without their area: a perimeter that holds one has none to print.
        area=float("nan") if len(lone) else float(whole["area_km2"].sum()),
        members=tuple(group.members),
    )
