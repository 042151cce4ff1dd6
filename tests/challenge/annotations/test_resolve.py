"""From the words of an expert to a target: every name of the catalogue, and what raises a doubt."""

import random
import string
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from note_strategies import short

from diag360 import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.places import places_of
from diag360.challenge.annotations.resolve import known_target, resolve_target, target_label
from diag360.challenge.annotations.target import Target, parse_target
from diag360.territories.perimeter import load_epci

HERE = "200065928"
CATALOGUE = load_catalogue()
NAMES = [
    *(("indicateur", one.id, one.label) for one in CATALOGUE.indicators.values()),
    *(("besoin", n.id, n.label) for f in CATALOGUE.frameworks.values() for n in f.needs),
    *(("alea", one.id, one.label) for one in CATALOGUE.hazards.values()),
]
OF_LABEL = Counter(label for _, _, label in NAMES)


def found(words: str, *, territory: str = "") -> str:
    target, proposals = resolve_target(words, catalogue=CATALOGUE, territory=territory)
    assert target.kind == "inconnu" or not proposals
    return str(target)


def proposed(words: str, *, territory: str = "") -> tuple[str, ...]:
    target, proposals = resolve_target(words, catalogue=CATALOGUE, territory=territory)
    assert target == Target("inconnu", (words,))
    return proposals


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("seuil/be2_i05", "seuil/be2_i05"),
        ("SEUIL / BE2_I05", "seuil/be2_i05"),
        ("be2_i05", "indicateur/be2_i05"),
        ("C2", "alea/C2"),
        ("c2", "alea/C2"),
        ("boire", "besoin/boire"),
        ("be2", "besoin/be2"),
        ("seuil Taux de pauvreté", "seuil/be2_i05"),
        ("le seuil du taux de pauvrete", "seuil/be2_i05"),
        ("Taux de pauvreté, seuil", "seuil/be2_i05"),
        ("« Taux de pauvreté »", "indicateur/be2_i05"),
        ("poids de be2_i05", "poids/be2_i05"),
        ("pondération : Taux de pauvreté", "poids/be2_i05"),
        ("valeur Taux de pauvreté", f"valeur/be2_i05/{HERE}"),
        ("valeur Taux de pauvreté (01004)", "valeur/be2_i05/01004"),
        ("Taux de pauvreté, valeur pour 2A004", "valeur/be2_i05/2A004"),
        ("pauvreté", "indicateur/be2_i05"),
        ("besoin Boire", "besoin/boire"),
        ("besoin d’avoir un toit", "besoin/avoir_un_toit"),
        ("Avoir un toit (diag360-1.3)", "besoin/bv3"),
        ("l’eau potable", "besoin/boire"),
        ("besoin eau", "besoin/boire"),
        ("Boire → Accéder à l’énergie", "dependance/besoins-2021/boire/acceder_energie"),
        ("boire -> énergie", "dependance/besoins-2021/boire/acceder_energie"),
        ("dépendance boire > acceder_energie", "dependance/besoins-2021/boire/acceder_energie"),
        ("dépendance de Boire à l’énergie", "dependance/besoins-2021/boire/acceder_energie"),
        ("Boire dépend de l’énergie", "dependance/besoins-2021/boire/acceder_energie"),
        ("be2 => bv1", "dependance/diag360-1.3/be2/bv1"),
        ("cotation Séisme", f"cotation/R5/{HERE}"),
        ("exposition à une sécheresse prolongée", f"cotation/A3/{HERE}"),
        ("aléa tempête", "alea/A5"),
        ("Identification d’un agent-référent (Boire)", "indicateur/bv1_i03"),
        ("poids Identification d’un agent-référent (be2)", "poids/be2_i02"),
        ("paragraphe/30_diagnostic/titre-aleas", "paragraphe/30_diagnostic/titre-aleas"),
        ("inconnu/ce que je veux", "inconnu/ce que je veux"),
    ],
)
def test_words_an_expert_may_write(words: str, address: str) -> None:
    assert found(words, territory=HERE) == address


def test_every_name_resolves_to_itself_or_to_its_namesakes() -> None:
    for kind, name, label in NAMES:
        words = f"{kind} {label}"
        if OF_LABEL[label] == 1:
            assert found(words) == f"{kind}/{name}"
        elif kind == "besoin":  # the same label in two frameworks: the default one
            assert found(words) == f"besoin/{_default_need(label)}"
        else:
            assert f"{kind}/{name}" in {one.partition(" ")[0] for one in proposed(words)}


@pytest.mark.parametrize("facet", ["", "own"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_misprint_never_leads_elsewhere(facet: str, seed: int) -> None:
    draw = random.Random(seed)
    outcomes: Counter[str] = Counter()
    for kind, name, label in NAMES:
        words = misprinted(label, draw) if not facet else f"{kind} {misprinted(label, draw)}"
        target, proposals = resolve_target(words, catalogue=CATALOGUE)
        if target.kind == "inconnu":
            assert any(one.startswith(f"{kind}/{name} ") for one in proposals), words
            assert OF_LABEL[label] > 1 or len(proposals) > 1, words
            outcomes["doubt"] += 1
        elif str(target) == f"{kind}/{name}":
            outcomes["itself"] += 1
        else:
            assert target == Target("besoin", (_default_need(label),)), words
            outcomes["namesake"] += 1
    # 11 indicators share one label; the rest of the doubt is « Se nourrir » beside « Me nourrir ».
    assert outcomes["itself"] >= 0.88 * len(NAMES)
    assert outcomes["doubt"] <= 0.11 * len(NAMES)


def test_every_part_of_a_thing_is_found_by_its_own_label() -> None:
    for kind in ("indicateur", "seuil", "poids"):
        for name in CATALOGUE.indicators:
            target = Target(kind, (name,))
            assert found(target_label(target, catalogue=CATALOGUE)) == str(target)
    for name in CATALOGUE.hazards:
        target = Target("cotation", (name, HERE))
        assert found(target_label(target, catalogue=CATALOGUE)) == str(target)
    graph = CATALOGUE.graphs["besoins-2021"]
    for edge in graph.edges:
        target = Target("dependance", (graph.id, edge.need, edge.on))
        assert found(target_label(target, catalogue=CATALOGUE)) == str(target)


def test_a_doubt_is_said_with_what_one_may_write() -> None:
    told = proposed("poids Identification d’un agent-référent")
    assert len(told) == 11
    assert "poids/bv1_i03 (Identification d’un agent-référent (Boire), poids)" in told
    assert all(parse_target(one.partition(" ")[0]) for one in told)
    assert proposed("besoin Se nourrrir")[:2] == ("besoin/bv2 (Se nourrir)",
                                                   "besoin/me_nourrir (Me nourrir)")  # fmt: skip
    assert proposed("valeur C2") == ("alea/C2 (Explosion du cours du baril)",)
    assert proposed("cotation Canicule", territory=HERE) == (
        f"cotation/S5/{HERE} (Vagues de chaleur fréquentes, cotation pour {HERE})",
    )
    assert proposed("A1 → A3")[:2] == ("alea/A1 (Hausse des températures)", "alea/A3 (Sécheresses)")


@pytest.mark.parametrize("words", ["seuil", "rien de tout cela", "→", "x" * 600, "…", "délai"])
def test_words_that_name_nothing_are_kept(words: str) -> None:
    assert proposed(words) == ()


def test_a_value_needs_a_territory() -> None:
    assert proposed("valeur Taux de pauvreté") == ("indicateur/be2_i05 (Taux de pauvreté)",)


def test_an_address_of_something_gone_is_kept_with_what_is_near() -> None:
    target, proposals = resolve_target("seuil/be2_i5", catalogue=CATALOGUE)
    assert str(target) == "seuil/be2_i5"
    assert "seuil/be2_i05 (Taux de pauvreté, seuil)" in proposals


@given(short)
def test_no_word_is_refused(words: str) -> None:
    target, _ = resolve_target(words, catalogue=CATALOGUE)
    assert parse_target(str(target)) == target
    assert target_label(target, catalogue=CATALOGUE)


def test_names_are_looked_for_once_for_many_words() -> None:
    calls = []

    def places():
        calls.append(1)
        return places_of(CATALOGUE)

    target, _ = resolve_target("pauvreté", catalogue=CATALOGUE, places=places)
    assert (str(target), calls) == ("indicateur/be2_i05", [1])
    resolve_target("seuil/be2_i05", catalogue=CATALOGUE, places=places)
    assert calls == [1]


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("seuil/be2_i05", True),
        ("poids/be2_i99", False),
        ("valeur/be2_i05/01004", True),
        ("besoin/bv1", True),
        ("besoin/be2_i05", False),
        ("alea/C2", True),
        ("cotation/C9/01004", False),
        ("dependance/besoins-2021/boire/acceder_energie", True),
        ("dependance/besoins-2021/acceder_energie/boire", True),
        ("dependance/besoins-2021/boire/be2", False),
        ("dependance/ailleurs/boire/boire", False),
        ("paragraphe/30_diagnostic/titre", True),
        ("paragraphe/30_diagnostic/titre/01004", True),
        ("paragraphe/30_diagnostic/parti", False),
        ("paragraphe/99_parti/titre", False),
        ("inconnu/Boire", False),
    ],
)
def test_what_still_exists(address: str, *, known: bool) -> None:
    target = parse_target(address)
    assert target is not None
    cells = {"30_diagnostic": frozenset({"titre"})}
    assert known_target(target, catalogue=CATALOGUE, cells=cells) is known
    if target.kind == "paragraphe":
        assert known_target(target, catalogue=CATALOGUE, cells=None)


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("indicateur/be2_i05", "Taux de pauvreté"),
        ("seuil/be2_i05", "Taux de pauvreté, seuil"),
        ("valeur/be2_i05/01004", "Taux de pauvreté, valeur pour 01004"),
        ("poids/bv1_i03", "Identification d’un agent-référent (Boire), poids"),
        ("besoin/bv2", "Se nourrir"),
        ("cotation/R5/01004", "Séisme, cotation pour 01004"),
        ("dependance/besoins-2021/boire/acceder_energie",
         "Boire s’appuie sur Avoir accès à l’énergie"),
        ("paragraphe/30_diagnostic/titre/01004",
         "paragraphe «\u00a0titre\u00a0» de 30_diagnostic, pour 01004"),
        ("seuil/parti", "parti, seuil"),
        ("alea/Z9", "Z9"),
        ("dependance/parti/a/b", "a s’appuie sur b"),
        ("inconnu/des mots", "des mots"),
    ],
)  # fmt: skip
def test_labels(address: str, label: str) -> None:
    target = parse_target(address)
    assert target is not None
    assert target_label(target, catalogue=CATALOGUE) == label


def test_another_default_framework_comes_first() -> None:
    settings = CATALOGUE.settings.model_copy(update={"default_framework": "diag360-1.3"})
    other: Catalogue = replace(CATALOGUE, settings=settings)
    target, _ = resolve_target("Avoir un toit → énergie", catalogue=other)
    assert str(target) == "dependance/diag360-1.3/bv3/bi2"
    assert str(resolve_target("besoin Avoir un toit", catalogue=other)[0]) == "besoin/bv3"


def _default_need(label: str) -> str:
    frame = CATALOGUE.frameworks[CATALOGUE.settings.default_framework]
    return next(need.id for need in frame.needs if need.label == label)


def misprinted(label: str, draw: random.Random) -> str:
    """One letter dropped, added, changed, or two of them swapped."""
    place, letter = draw.randrange(len(label)), draw.choice(string.ascii_lowercase)
    before, here, after = label[:place], label[place], label[place + 1 :]
    return draw.choice(
        [before + after, before + letter + here + after, before + letter + after,
         before + after[:1] + here + after[1:]]
    )  # fmt: skip


LANNION, RENNES = "200065928", "243500139"


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("valeur Taux de pauvreté à Lannion-Trégor Communauté", f"valeur/be2_i05/{LANNION}"),
        ("Taux de pauvreté, valeur pour Rennes Métropole", f"valeur/be2_i05/{RENNES}"),
        ("valeur Taux de pauvreté (Rennes Métropole)", f"valeur/be2_i05/{RENNES}"),
        ("valeur pauvreté de la CA Lannion-Trégor Communauté", f"valeur/be2_i05/{LANNION}"),
        ("valeur pauvreté, communauté de communes de la Plaine Dijonnaise",
         "valeur/be2_i05/200000925"),
        ("Taux de pauvreté à Rennes Métropole", f"valeur/be2_i05/{RENNES}"),
        ("cotation Séisme à Rennes Métropole", f"cotation/R5/{RENNES}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("here", ["", "200070845"])
def test_a_territory_named_in_full_wins_over_that_of_the_notebook(
    words: str, address: str, here: str
) -> None:
    assert found(words, territory=here) == address


@pytest.mark.parametrize("words", ["valeur Taux de pauvreté à Rennes", "cotation C2 (Rennes)"])
def test_a_territory_named_in_part_is_proposed_and_never_taken(words: str) -> None:
    (first, *others) = proposed(words, territory=LANNION)
    assert RENNES in first
    assert not others


def test_a_name_that_several_territories_have_names_none() -> None:
    twins = {name for name, count in Counter(_names_of_territories()).items() if count > 1}
    assert "des Quatre Rivières" in twins
    for name in twins:
        target, _ = resolve_target(f"valeur be2_i05 à {name}", catalogue=CATALOGUE)
        assert target.kind == "inconnu"


def test_no_file_is_read_for_the_name_of_a_territory(tmp_path) -> None:
    path = tmp_path / "groupe.yaml"
    path.write_text("nom: Groupe\nmembres: [200065928, 243500139]\n", encoding="utf-8")
    for name in (str(path), "departement-22"):
        target, _ = resolve_target(f"valeur be2_i05 à {name}", catalogue=CATALOGUE)
        assert target.kind == "inconnu"


def _names_of_territories() -> list[str]:
    return [name.partition(" ")[2] for name in load_epci()["name"] if name.startswith("CC ")]
