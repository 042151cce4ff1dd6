"""The shipped hazards and links: the table of the method, its review for 18 needs, the defaults."""

import re

import numpy as np
import pandas as pd
import pytest

from diag360 import load_catalogue
from diag360.catalogue.hazards import Hazard
from diag360.catalogue.model import Catalogue
from diag360.paths import data_dir

# Effects of the founding hazards on EAU NOU TOI SOI SEC INF VIV NAT PRO ENE DEP.
TABLE = {
    "C1": "32122003101", "C2": "13211010333", "C3": "01131231202", "C4": "12123210332",
    "C5": "00100020300", "C6": "03001011210", "C7": "11321220111", "C8": "01012130213",
    "S1": "10132320102", "S2": "01221120311", "S3": "00022131100", "S4": "23111011331",
    "S5": "22331112221", "S6": "02021110322",
    "A1": "22220003111", "A2": "21312013212", "A3": "33211013220", "A4": "22313101223",
    "A5": "11313202133",
    "P1": "22110102332", "P2": "23001003200", "P3": "32021003200", "P4": "13020003100",
}  # fmt: skip
PACK = tuple(f"R{at}" for at in range(1, 9))
SHORT = ["EAU", "NOU", "TOI", "SOI", "SEC", "INF", "VIV", "NAT", "PRO", "ENE", "DEP"]
ELEVEN = ["bv1", "bv2", "bv3", "bv4", "bv5", "be1", "be2", "be3", "bi1", "bi2", "bi3"]
CODE = dict(zip(SHORT, ELEVEN, strict=True))
# Needs of 2021 and the published needs they were grouped into.
PARENTS = {
    "me_nourrir": "NOU", "boire": "EAU", "avoir_un_toit": "TOI", "acceder_energie": "ENE",
    "me_soigner": "SOI", "me_sentir_en_securite": "SEC", "etre_en_relation": "VIV",
    "m_informer_m_instruire": "INF", "m_approvisionner": "PRO", "etre_solidaire": "VIV",
    "avoir_une_voix": "VIV", "acceder_nature": "NAT", "penser_l_avenir": "INF VIV",
    "me_deplacer": "DEP", "transporter_distribuer": "DEP", "travailler_produire": "PRO",
    "respecter_biocapacite": "NAT", "preserver_communs": "NAT EAU VIV",
}  # fmt: skip
# Children further than 1 from every parent, and why.
APART = {
    ("C5", "m_approvisionner"): "a bankruptcy destroys jobs, seldom the shelves: said in questions",
}
LINKS = {
    "A1": "A3 S5 P4", "A3": "C6 S4", "C4": "C2 S6 C7", "C2": "S4 C8 C5", "C3": "S6 S2",
    "S2": "S1", "S1": "S3", "S3": "C8", "P2": "C6", "P4": "C6 C3", "P1": "C2 C4", "P3": "C1",
}  # fmt: skip
GLOBAL = {"C2", "C3", "C4", "C7", "C8", "S4", "S6", "P1"}
# Nothing open says how exposed a territory is: it has to rate them.
TO_RATE = {"A1", "A3", "A5", "S1", "S5", "C6", "P2", "P3", "P4", "R1", "R2", "R4"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def simple(catalogue: Catalogue) -> dict[str, Hazard]:
    return {name: h for name, h in catalogue.hazards.items() if not h.composed_of}


def test_hazards_are_the_founding_ones_their_wholes_and_the_pack(catalogue: Catalogue) -> None:
    assert set(catalogue.hazards) == {*TABLE, *PACK, "P0", "X0"}
    for name, hazard in catalogue.hazards.items():
        assert hazard.pack == ("securite_civile" if name in PACK else "fondateur"), name
        assert hazard.basis == "a_priori", name
        kind = "stress" if name in {"A1", "A2", "A3", "P0"} or name[0] == "S" else "choc"
        assert hazard.kind == ("stress" if name in {"P1", "P2", "P3", "P4"} else kind), name


def test_wholes_are_made_of_what_the_method_says(catalogue: Catalogue) -> None:
    assert catalogue.hazards["P0"].composed_of == ("A1", "A2", "A3", "A4", "A5", "S5")
    assert set(catalogue.hazards["X0"].composed_of) == set(TABLE)
    assert len(catalogue.hazards["X0"].composed_of) == 23


@pytest.mark.parametrize(("name", "row"), TABLE.items())
def test_effects_on_the_eleven_needs_are_those_of_the_method(
    catalogue: Catalogue, name: str, row: str
) -> None:
    effects = catalogue.hazards[name].effects["diag360-1.3"]
    assert "".join(str(effects.get(need, 0)) for need in ELEVEN) == row
    assert 0 not in effects.values()


def test_effects_on_the_eighteen_needs_stay_near_a_parent(simple: dict[str, Hazard]) -> None:
    apart = set()
    for name, hazard in simple.items():
        eleven, eighteen = hazard.effects["diag360-1.3"], hazard.effects["besoins-2021"]
        assert 0 not in eighteen.values()
        for need, parents in PARENTS.items():
            near = [eleven.get(CODE[parent], 0) for parent in parents.split()]
            if min(abs(eighteen.get(need, 0) - value) for value in near) > 1:
                apart.add((name, need))
    assert apart == set(APART)


def test_a_parent_hit_hard_has_a_child_hit_as_hard(simple: dict[str, Hazard]) -> None:
    """Splitting a need may not make its hazard vanish."""
    for name, hazard in simple.items():
        for parent, code in CODE.items():
            value = hazard.effects["diag360-1.3"].get(code, 0)
            children = [need for need, parents in PARENTS.items() if parents.split()[0] == parent]
            best = max(hazard.effects["besoins-2021"].get(need, 0) for need in children)
            assert best >= value or value == 1, (name, parent)


def test_every_need_is_hit_hard_by_several_hazards(catalogue: Catalogue) -> None:
    for framework in ("besoins-2021", "diag360-1.3"):
        for need in catalogue.frameworks[framework].needs:
            hard = [n for n in TABLE if catalogue.hazards[n].effects[framework].get(need.id, 0) > 1]
            assert len(hard) >= 3, (need.id, hard)


def test_every_hazard_hits_something_in_both_frameworks(simple: dict[str, Hazard]) -> None:
    for name, hazard in simple.items():
        assert set(hazard.effects) == {"besoins-2021", "diag360-1.3"}, name
        for row in hazard.effects.values():
            assert max(row.values()) == 3, name


def test_links_are_those_of_the_method_all_alike(catalogue: Catalogue) -> None:
    expected = {f"{a}-{b}" for a, ends in LINKS.items() for b in ends.split()}
    assert set(catalogue.links) == expected
    assert len(expected) == 22
    assert {link.strength for link in catalogue.links.values()} == {0.2}
    assert {link.basis for link in catalogue.links.values()} == {"a_priori"}


def test_what_no_open_statistic_tells_is_left_to_the_territory(simple: dict[str, Hazard]) -> None:
    assert {name for name, hazard in simple.items() if hazard.default is None} == TO_RATE
    assert {name for name, hazard in simple.items() if hazard.scope == "global"} == GLOBAL


def test_defaults_are_wide_and_modest(simple: dict[str, Hazard]) -> None:
    for name, hazard in simple.items():
        if hazard.default is None:
            continue
        assert hazard.default.confidence != "elevee", name
        measures = (hazard.default.likelihood, hazard.default.intensity)
        if name in GLOBAL:
            assert all(measure.proxy is None for measure in measures), name
            assert hazard.default.confidence == "faible", name
        else:
            assert any(measure.proxy is not None for measure in measures), name
        for measure in measures:
            if measure.level is not None:
                assert measure.level[0] < measure.level[2], name


def test_a_level_is_told_apart_from_its_neighbours(simple: dict[str, Hazard]) -> None:
    for name, hazard in simple.items():
        assert hazard.guide is not None
        both = (*hazard.guide.likelihood, *hazard.guide.intensity)
        assert len(set(both)) == 8, name


def test_the_pack_says_it_is_not_of_the_founding_text(catalogue: Catalogue) -> None:
    for name in PACK:
        description = catalogue.hazards[name].description
        assert "texte fondateur" in description, name
        assert re.search("DICRIM|PCS|DDRM|risques majeurs|intervention|communaux", description), (
            name
        )


def test_references_that_hazards_cite_say_on_what_they_were_checked(catalogue: Catalogue) -> None:
    cited = {name for hazard in catalogue.hazards.values() for name in hazard.references}
    assert len(cited) >= 15
    for name in cited:
        assert catalogue.references[name].checked_against, name


def test_thresholds_tell_territories_apart(simple: dict[str, Hazard]) -> None:
    """Every level is met by one territory in a hundred at least; few share one level only."""
    table = pd.read_csv(data_dir() / "exposure" / "proxies.csv", dtype={"territory": str})
    alone = {}
    for name, hazard in simple.items():
        measures = () if hazard.default is None else (hazard.default.likelihood,
                                                      hazard.default.intensity)  # fmt: skip
        for measure in measures:
            if measure.thresholds is None:
                continue
            values = table.loc[table["proxy"] == measure.proxy, "value"].to_numpy()
            sign = 1 if measure.thresholds[0] < measure.thresholds[2] else -1
            reached = [sign * values >= sign * mark for mark in measure.thresholds]
            shares = np.bincount(np.sum(reached, axis=0), minlength=4) / len(values)
            if name == "A2":  # a share of inhabitants cannot say that quarters are under water
                assert shares[3] == 0
                shares = shares[:3]
            assert shares.min() >= 0.01, (name, shares)
            if shares.max() > 0.7:
                alone[name] = round(float(shares.max()), 2)
    # Most territories touch neither the sea nor a nuclear site.
    assert set(alone) == {"A2", "R7"}, alone
