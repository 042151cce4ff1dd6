"""Right values left alone, planted slips named: a property over indicators, territories, slips.

Right values of indicators with open data are those of the territory, moved a little; the others
are drawn around the anchors, up to one and a half spans beyond them, good and bad alike. A slip is
*known* when the value it leaves could not have been drawn right; the others, such as 0.5 % typed
0.5 where 50 % is common, no reader could tell, and they are counted apart.
"""

import math
import random
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag360.catalogue.load import load_catalogue
from diag360.territories.guard import check_values
from diag360.territories.guard.check import Judge
from diag360.territories.guard.readings import base_of, is_rate_of_things
from diag360.territories.perimeter import load_epci
from diag360.territories.values import read_values

CATALOGUE = load_catalogue()
REFERENCE = read_values(catalogue=CATALOGUE)
EPCI = load_epci()
TODAY = date(2026, 11, 23)
PUBLISHED = [i for i in CATALOGUE.indicators.values() if "diag360-1.3" in i.needs]
OWN = REFERENCE.set_index(["territory", "indicator"])["number"].dropna().to_dict()
SEEN = REFERENCE.dropna(subset=["number"]).groupby("indicator")["number"].agg(list).to_dict()
SIRENS = sorted(EPCI.index)
PEOPLE = EPCI["population"].astype(int).to_dict()
UNREADABLE = ("#DIV/0!", "#N/A", "#REF!", "voir avec le SDIS", "à compléter")


def right_number(indicator, siren, rng, *, elsewhere=False):
    """A plausible right value [unit of the indicator], bad ones included."""
    unit = CATALOGUE.unit(indicator.id)
    own = OWN.get((siren, indicator.id))
    if own is not None and not elsewhere:
        value = own * rng.uniform(0.8, 1.25)
        if unit.maximum == 1:
            value = min(value, own + 0.2 * (1 - own))
    elif elsewhere and indicator.id in SEEN:
        value = rng.choice(SEEN[indicator.id])
    else:
        anchors = [float(a.value) for a in indicator.scale.anchors]
        span = max(anchors) - min(anchors)
        value = rng.uniform(min(anchors) - 1.5 * span, max(anchors) + 1.5 * span)
    low = -math.inf if unit.minimum is None else unit.minimum
    high = math.inf if unit.maximum is None else unit.maximum
    value = min(max(value, low), high)
    if unit.id in ("nombre", "classe_1_5", "risques_sur_13"):
        return float(round(value))
    if is_rate_of_things(unit):
        # A rate of things counts whole things.
        base, people = base_of(unit), PEOPLE[siren]
        return round(value * people / base) * base / people
    return value


def written(number):
    return format(float(f"{number:.4g}"), ".12f").rstrip("0").rstrip(".") or "0"


def slips_of(indicator, right, siren):
    """Every slip that applies to a right number: name, text typed, relative error of rounding."""
    unit = CATALOGUE.unit(indicator.id)
    base, people = base_of(unit), PEOPLE[siren]
    found = {"mille fois trop": (right * 1000, 0.0)}
    if unit.factor == 100:
        found |= {"pour cent": (right * 100, 0.0), "cent fois trop peu": (right / 100, 0.0)}
    else:
        found["mille fois trop peu"] = (right / 1000, 0.0)
    if base is not None and base > 1:
        found["par habitant"] = (right / base, 0.0)
        if is_rate_of_things(unit) and round(right * people / base) >= 2:
            count = round(right * people / base)
            found["nombre brut"] = (float(count), 0.5 / count)
    return found


@dataclass
class Tally:
    right: int = 0
    wolf: list = field(default_factory=list)
    known: int = 0
    missed: list = field(default_factory=list)
    hinted: int = 0
    wrong_sure: list = field(default_factory=list)
    unknowable: int = 0
    unknowable_named: int = 0


def known_slip(indicator, siren, typed, rng, *, elsewhere):
    unit = CATALOGUE.unit(indicator.id)
    if (unit.minimum is not None and typed < unit.minimum) or (
        unit.maximum is not None and typed > unit.maximum
    ):
        return True
    own = OWN.get((siren, indicator.id))
    if own and typed and not elsewhere and abs(math.log10(typed / own)) >= 1:
        return True
    draws = [right_number(indicator, siren, rng, elsewhere=True) for _ in range(150)]
    sizes = sorted(abs(d) for d in draws if d)
    return bool(sizes) and not sizes[1] <= abs(typed) <= sizes[-1]


def frame(cells):
    table = pd.DataFrame(
        cells, columns=["territory", "indicator", "value", "status", "comment", "number"]
    )
    return table.assign(year=pd.Series([2025] * len(table), dtype="Int64"))


def fill_and_plant(seed, *, slips=25, elsewhere=False, reference=REFERENCE):
    """Fill the published indicators of a territory, plant slips, and count what the guard says."""
    rng = random.Random(seed)
    siren = rng.choice(SIRENS)
    tally, cells, planted = Tally(), [], {}
    chosen = set(rng.sample([i.id for i in PUBLISHED], slips)) if slips else set()
    for indicator in PUBLISHED:
        unit = CATALOGUE.unit(indicator.id)
        if unit is None:
            value = rng.choice(indicator.response.choices)
            if indicator.id in chosen:
                bad = rng.choice([*UNREADABLE, f"{value} ".lower(), value[:-1] + "z" + value[-1:]])
                right = None if bad in UNREADABLE or bad.strip() in ("noz", "non.") else value
                planted[indicator.id] = ("mot", right, 0.0, True)
                note = f"cellule illisible : « {bad} »"
                cells.append((siren, indicator.id, "", "non_collecte", note, math.nan))
            else:
                cells.append((siren, indicator.id, value, "declare", "", math.nan))
            continue
        text = written(right_number(indicator, siren, rng, elsewhere=elsewhere))
        if indicator.id in chosen and float(text) != 0:
            options = slips_of(indicator, float(text), siren)
            name = rng.choice([*options, "cellule"])
            if name == "cellule":
                planted[indicator.id] = (name, None, 0.0, True)
                note = f"cellule illisible : « {rng.choice(UNREADABLE)} »"
                cells.append((siren, indicator.id, "", "non_collecte", note, math.nan))
                continue
            typed, error = options[name]
            known = known_slip(indicator, siren, typed, rng, elsewhere=elsewhere)
            planted[indicator.id] = (name, text, error, known)
            text = format(typed, ".12f").rstrip("0").rstrip(".")
        cells.append((siren, indicator.id, text, "declare", "", float(text)))
    findings = check_values(frame(cells), catalogue=CATALOGUE, reference=reference, today=TODAY)
    loud = {f.indicator: f for f in findings if f.severity != "info"}
    quiet = {f.indicator: f for f in findings if f.severity == "info"}
    tally.right = len(PUBLISHED) - len(planted)
    tally.wolf = [f for name, f in loud.items() if name not in planted]
    for name, (slip, right, error, known) in planted.items():
        finding = loud.get(name)
        good = finding is not None and proposes(finding, right, error)
        tally.known += known
        tally.unknowable += not known
        tally.unknowable_named += good and not known
        if known and not good:
            hint = quiet.get(name)
            tally.missed.append((siren, name, slip, right, typed_in(cells, name), finding or hint))
            tally.hinted += hint is not None and proposes(hint, right, error)
        if finding is not None and finding.sure and not good:
            tally.wrong_sure.append((siren, name, slip, right, finding))
    return tally


def typed_in(cells, name):
    return next(c[2] for c in cells if c[1] == name)


def proposes(finding, right, error):
    if right is None:
        return True
    if finding.proposed is None:
        return False
    try:
        return math.isclose(float(finding.proposed), float(right), rel_tol=max(0.006, 1.1 * error))
    except ValueError:
        return finding.proposed == right


# --- the bars --------------------------------------------------------------------------------


def total(tallies, field_name):
    return sum(
        len(value) if isinstance(value := getattr(tally, field_name), list) else value
        for tally in tallies
    )


@pytest.fixture(scope="module")
def tallies():
    return [fill_and_plant(seed) for seed in range(16)]


def test_nineteen_slips_in_twenty_are_named_with_the_right_value(tallies):
    known, missed = total(tallies, "known"), total(tallies, "missed")
    assert known > 300
    assert 1 - missed / known >= 0.95, [m for tally in tallies for m in tally.missed]


def test_right_values_are_left_alone(tallies):
    assert all(tally.right >= 95 for tally in tallies)
    assert total(tallies, "wolf") / len(tallies) <= 0.5
    quiet = [len(tally.wolf) <= 2 for tally in tallies]
    assert sum(quiet) >= 15


def test_what_is_written_without_asking_is_right(tallies):
    wrong = [f for tally in tallies for f in tally.wrong_sure]
    # A share times a thousand reads as a percent: 59.6 is 59.6 % before it is 5.96 %.
    assert all(slip == "mille fois trop" for _, _, slip, _, _ in wrong)
    assert len(wrong) <= 0.01 * total(tallies, "known")


def test_a_territory_filled_right_has_no_error_and_two_alerts_at_most():
    for seed in range(20):
        tally = fill_and_plant(seed, slips=0)
        assert tally.right == len(PUBLISHED) == 124
        assert len(tally.wolf) <= 2, tally.wolf


def test_without_open_data_the_anchors_still_name_most():
    tallies = [fill_and_plant(seed, elsewhere=True, reference=None) for seed in range(20)]
    known, missed = total(tallies, "known"), total(tallies, "missed")
    assert 1 - missed / known >= 0.88
    assert total(tallies, "wolf") / len(tallies) <= 0.5


def test_the_open_data_judged_by_the_anchors_alone_is_left_alone():
    """True values the guard has never seen: one in 200 at most may be doubted, none held back."""
    some = REFERENCE[REFERENCE["territory"].isin(SIRENS[::3])]
    findings = check_values(some, catalogue=CATALOGUE, reference=None, today=TODAY)
    assert sum(f.severity == "alerte" for f in findings) <= len(some) / 200
    assert [f for f in findings if f.severity == "erreur"] == []


# --- the laws --------------------------------------------------------------------------------

NUMERIC = [i for i in PUBLISHED if i.response.unit]


@pytest.fixture(scope="module")
def judged():
    """Prepare the guard once: the law is on values, not on reading the open data again."""
    return Judge(CATALOGUE, REFERENCE, TODAY, territories=set(SIRENS))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NUMERIC), st.sampled_from(SIRENS), st.integers(0, 10**6), st.data())
def test_a_slip_is_never_made_worse(judged, indicator, siren, seed, data):
    """Whatever is proposed is possible, and plausible; a slip out of range is always an error."""
    text = written(right_number(indicator, siren, random.Random(seed)))
    if float(text) == 0:
        return
    options = sorted(slips_of(indicator, float(text), siren).items())
    name, (typed, _) = data.draw(st.sampled_from(options))
    text = format(typed, ".12f").rstrip("0").rstrip(".")
    row = frame([(siren, indicator.id, text, "declare", "", float(text))]).iloc[0].to_dict()
    found = judged.value(row)
    unit = CATALOGUE.unit(indicator.id)
    low = -math.inf if unit.minimum is None else unit.minimum
    high = math.inf if unit.maximum is None else unit.maximum
    if not low <= typed <= high:
        assert [f.severity for f in found] == ["erreur"], name
    for finding in found:
        assert finding.value == text
        assert f"« {text} »".replace(" ", "\u00a0") in finding.problem
        if finding.proposed is not None:
            assert low <= float(finding.proposed) <= high
            right = {"value": finding.proposed, "number": float(finding.proposed)}
            assert all(f.severity != "erreur" for f in judged.value({**row, **right}))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NUMERIC), st.sampled_from(SIRENS), st.integers(0, 10**6))
def test_a_value_of_the_open_data_is_never_held_back(judged, indicator, siren, seed):
    number = OWN.get((siren, indicator.id))
    if number is None:
        number = right_number(indicator, siren, random.Random(seed))
    row = frame([(siren, indicator.id, written(number), "declare", "", number)]).iloc[0].to_dict()
    findings = judged.value(row)
    if (siren, indicator.id) in OWN:
        assert findings == []
    assert not any(f.sure for f in findings)
