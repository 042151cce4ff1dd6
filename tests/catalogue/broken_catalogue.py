"""One way of breaking the catalogue per rule of the loader, and what the refusal must name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diag360.paths import data_dir

Break = Callable[[Path], None]
NUMBER = "indicators/boire/bv1_i04.yaml"  # a share with three thresholds
WORDS = "indicators/boire/bv1_i01.yaml"  # Non, En cours, Oui
FOUNDING = "frameworks/besoins-2021.yaml"
PUBLISHED = "frameworks/diag360-1.3.yaml"
CRITERIA = "weights/criteres.yaml"
EQUAL = "weights/egal.yaml"
REFERENCES = "references.yaml"


@dataclass(frozen=True)
class Case:
    """A break, and the fault that must name the file, the key and the offender."""

    name: str
    file: str
    key: str
    offender: str
    apply: Break
    count: int = 1  # faults in all: a break must not set off others


def change(file: str, old: str, new: str) -> Break:
    def apply(root: Path) -> None:
        text = (root / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (root / file).write_text(text.replace(old, new), encoding="utf-8", newline="\n")

    return apply


def add(file: str, text: str) -> Break:
    def apply(root: Path) -> None:
        assert (root / file).read_bytes().endswith(b"\n")
        with (root / file).open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text + "\n")

    return apply


def cut(file: str, start: str, end: str) -> Break:
    """Take out what stands from one key to the next, whatever prose is inside."""

    def apply(root: Path) -> None:
        text = (root / file).read_text(encoding="utf-8")
        for key in (start, end):
            assert text.count(key) == 1, f"{key!r} stands {text.count(key)} times in {file}"
        first, last = text.index(start), text.index(end)
        assert first < last, f"{end!r} stands before {start!r} in {file}"
        (root / file).write_text(text[:first] + text[last:], encoding="utf-8", newline="\n")

    return apply


def write(file: str, raw: bytes) -> Break:
    def apply(root: Path) -> None:
        (root / file).write_bytes(raw)

    return apply


def remove(file: str) -> Break:
    return lambda root: (root / file).unlink()


def copy(file: str, to: str) -> Break:
    def apply(root: Path) -> None:
        (root / to).parent.mkdir(exist_ok=True)
        (root / to).write_bytes((root / file).read_bytes())

    return apply


def several(*breaks: Break) -> Break:
    def apply(root: Path) -> None:
        for one in breaks:
            one(root)

    return apply


def of_number(old: str, new: str) -> Break:
    return change(NUMBER, old, new)


def after(line: str) -> str:
    """Where the line that follows stands in the number's file: prose above it may grow."""
    lines = (data_dir() / "catalogue" / NUMBER).read_text(encoding="utf-8").splitlines()
    return f"ligne {lines.index(line) + 2}"


def empty_folder(root: Path) -> None:
    for path in (root / "weights").iterdir():
        path.unlink()


THRESHOLD = "value: 0.928"
ANCHORS = """    - {value: 0.928, score: 0}
    - {value: 0.964, score: 0.5}
    - {value: 1, score: 1}
  interpolation: endpoints"""
ANSWERS = """    - {value: "Non", score: 0}
    - {value: "En cours", score: 0.5}
    - {value: "Oui", score: 1}
"""


def anchors(*points: tuple[object, object], interpolation: str) -> Break:
    lines = [f"    - {{value: {value}, score: {score}}}" for value, score in points]
    return of_number(ANCHORS, "\n".join([*lines, f"  interpolation: {interpolation}"]))


CASES = [
    # The file itself.
    Case(
        "duplicate key",
        NUMBER,
        after("maturity: elevee"),
        "maturity",
        of_number("maturity: elevee", "maturity: elevee\nmaturity: moyenne"),
    ),
    Case(
        "duplicate key in a nested mapping",
        WORDS,
        "ligne 8",
        "primary",
        change(WORDS, "{primary: bv1}", "{primary: bv1, primary: bv2}"),
    ),
    Case("empty file", NUMBER, "", "vide", write(NUMBER, b"")),
    Case("a list, not keys", NUMBER, "", "clé: valeur", write(NUMBER, b"- id: bv1_i04\n")),
    Case("not UTF-8", NUMBER, "octet 11", "UTF-8", write(NUMBER, b'label: "Qua\xe9"\n')),
    Case(
        "broken YAML",
        NUMBER,
        "ligne 11",
        "scale:",
        of_number("response: {unit: part}", "response: {unit: part"),
    ),
    Case(
        "a tag that would run code",
        NUMBER,
        "ligne 4",
        "!!python/object/apply:os.getcwd",
        of_number("kind: etat", "kind: !!python/object/apply:os.getcwd []"),
    ),
    Case(
        "a list as a key", NUMBER, "ligne 4", "? [etat]", of_number("kind: etat", "? [etat]\n: 1")
    ),
    Case("missing file", "services.yaml", "", "n’existe pas", remove("services.yaml")),
    Case("missing head", "catalogue.yaml", "", "n’existe pas", remove("catalogue.yaml")),
    Case("empty folder", "weights", "", "aucun fichier", empty_folder),
    Case(
        "a file nobody reads, at the wrong depth",
        "indicators/bv1_i99.yaml",
        "",
        "bv1_i99.yaml",
        copy(NUMBER, "indicators/bv1_i99.yaml"),
    ),
    Case(
        "a file nobody reads, with another extension",
        "indicators/boire/bv1_i99.yml",
        "",
        "bv1_i99.yml",
        copy(NUMBER, "indicators/boire/bv1_i99.yml"),
    ),
    # Keys and types.
    Case("unknown key", NUMBER, "matuirty", "matuirty", of_number("maturity", "matuirty"), 2),
    Case("missing key", NUMBER, "kind", "kind", of_number("kind: etat\n", "")),
    Case(
        "unknown key in a table",
        "units.yaml",
        "points.symbole",
        "symbole",
        change("units.yaml", 'symbol: "points"', 'symbole: "points"'),
    ),
    Case(
        "missing key in a table",
        "services.yaml",
        "habitat.label",
        "label",
        change("services.yaml", "habitat: {label: Habitat et logement}", "habitat: {}"),
    ),
    Case("word out of the list", NUMBER, "kind", "état", of_number("kind: etat", "kind: état")),
    Case("bad bound type", NUMBER, "scale.basis", "absolue", of_number("mixte", "absolue")),
    Case(
        "one word where a list is due",
        NUMBER,
        "sources",
        "eau_france",
        of_number("[eau_france]", "eau_france"),
    ),
    Case(
        "one word where keys are due",
        NUMBER,
        "response",
        "part",
        of_number("{unit: part}", "part"),
    ),
    Case(
        "octal-like code where a number is due",
        NUMBER,
        "scale.k",
        "01004",
        of_number("interpolation: endpoints", "interpolation: endpoints\n  k: 01004"),
    ),
    Case(
        "number where a text is due",
        "catalogue.yaml",
        "version",
        "2026.3",
        change("catalogue.yaml", '"2026.3"', "2026.3"),
    ),
    Case(
        "number in quotes",
        NUMBER,
        "scale.anchors.1.score",
        "0.5",
        of_number("score: 0.5", 'score: "0.5"'),
    ),
    Case(
        "score above 1",
        NUMBER,
        "scale.anchors.2.score",
        "1.2",
        of_number("score: 1}", "score: 1.2}"),
    ),
    Case(
        "score below 0",
        NUMBER,
        "scale.anchors.0.score",
        "-0.1",
        of_number("score: 0}", "score: -0.1}"),
    ),
    Case(
        "no time at all",
        NUMBER,
        "collection.minutes",
        "« 0 »",
        of_number("minutes: 40", "minutes: 0"),
    ),
    Case(
        "more than two days of work",
        NUMBER,
        "collection.minutes",
        "« 1000 »",
        of_number("minutes: 40", "minutes: 1000"),
    ),
    Case(
        "one minute more than two days of work",
        NUMBER,
        "collection.minutes",
        "« 961 »",
        of_number("minutes: 40", "minutes: 961"),
    ),
    Case(
        "a fraction of a minute",
        NUMBER,
        "collection.minutes",
        "« 12.5 »",
        of_number("minutes: 40", "minutes: 12.5"),
    ),
    Case(
        "an example without text",
        NUMBER,
        "example.text",
        "« text »",
        several(
            cut(NUMBER, "example:\n", "questions:\n"),
            of_number("questions:\n", "example: {value: 0.95}\nquestions:\n"),
        ),
    ),
    Case(
        "an example without value",
        NUMBER,
        "example.value",
        "« value »",
        of_number("  value: 0.95\n", ""),
    ),
    Case(
        "an example in percent",
        NUMBER,
        "example.value",
        "l’exemple « 95 »",
        of_number("  value: 0.95\n", "  value: 95\n"),
    ),
    Case(
        "an example answered by a word",
        NUMBER,
        "",
        "« example.value » (Oui) doit être un nombre",
        of_number("  value: 0.95\n", "  value: Oui\n"),
    ),
    Case(
        "an example outside the vocabulary",
        WORDS,
        "",
        "« example.value » (Parfois) n’est pas une réponse : Non, En cours, Oui",
        change(WORDS, 'example:\n  value: "En cours"', 'example:\n  value: "Parfois"'),
    ),
    Case(
        "an eighteenth goal",
        "goals.yaml",
        "odd_17.number",
        "« 18 »",
        change("goals.yaml", "{number: 17,", "{number: 18,"),
    ),
    Case(
        "a file of references lost",
        REFERENCES,
        "",
        "fichier absent",
        remove(REFERENCES),
    ),
    Case(
        "a file of tags lost",
        "tags.yaml",
        "",
        "fichier absent",
        remove("tags.yaml"),
    ),
    Case(
        "a reading that does not say on what",
        REFERENCES,
        "arrete_x",
        "« reading » et « checked_against » vont ensemble",
        add(REFERENCES, "arrete_x: {label: X, kind: norme, states: x, reading: directe}"),
    ),
    Case(
        "checked against a text, without saying how it was read",
        REFERENCES,
        "arrete_x",
        "« reading » et « checked_against » vont ensemble",
        add(REFERENCES, "arrete_x: {label: X, kind: norme, states: x, checked_against: Lu}"),
    ),
    Case(
        "a date that does not exist",
        CRITERIA,
        "date",
        "2026-02-30",
        change(CRITERIA, "2026-11-23", "2026-02-30"),
    ),
    Case(
        "a date in French",
        CRITERIA,
        "date",
        "23/11/2026",
        change(CRITERIA, "2026-11-23", "23/11/2026"),
    ),
    Case("seconds for a date", CRITERIA, "date", "86400", change(CRITERIA, "2026-11-23", "86400")),
    Case(
        "coverage floor in percent",
        "catalogue.yaml",
        "coverage_floor",
        "65",
        change("catalogue.yaml", "coverage_floor: 0.65", "coverage_floor: 65"),
    ),
    Case(
        "unit that prints nothing but 0",
        "units.yaml",
        "taux.factor",
        "0",
        change(
            "units.yaml",
            'qui peut dépasser 100 %", symbol: "%", factor: 100',
            'qui peut dépasser 100 %", symbol: "%", factor: 0',
        ),
    ),
    Case(
        "decimals out of range",
        "units.yaml",
        "points.decimals",
        "7",
        change("units.yaml", 'symbol: "points", decimals: 1', 'symbol: "points", decimals: 7'),
    ),
    Case("id of another form", NUMBER, "id", "BV1-04", of_number("id: bv1_i04", "id: BV1-04"), 2),
    # Ids and places.
    Case(
        "indicator id is not the file name",
        NUMBER,
        "id",
        "bv1_i99",
        of_number("id: bv1_i04", "id: bv1_i99"),
    ),
    Case(
        "framework id is not the file name",
        PUBLISHED,
        "id",
        "diag360",
        change(PUBLISHED, "id: diag360-1.3", "id: diag360"),
    ),
    Case(
        "weights id is not the file name",
        CRITERIA,
        "id",
        "poids",
        several(
            change(CRITERIA, "id: criteres", "id: poids"),
            add(CRITERIA, "indicators: {bv1_i04: 2}"),
        ),
    ),
    Case(
        "id written again in a table",
        "units.yaml",
        "taux.id",
        "autre",
        change("units.yaml", "taux: {", "taux: {id: autre, "),
    ),
    Case(
        "same id in two folders",
        "indicators/me_soigner/bv1_i04.yaml",
        "id",
        NUMBER,
        copy(NUMBER, "indicators/me_soigner/bv1_i04.yaml"),
    ),
    Case(
        "file in the folder of another need",
        "indicators/me_soigner/bv1_i04.yaml",
        "needs.besoins-2021.primary",
        "me_soigner",
        several(copy(NUMBER, "indicators/me_soigner/bv1_i04.yaml"), remove(NUMBER)),
    ),
    # References to nothing.
    Case(
        "unknown unit",
        NUMBER,
        "response.unit",
        "pourcent",
        of_number("unit: part", "unit: pourcent"),
    ),
    Case(
        "unknown source",
        NUMBER,
        "sources.0",
        "eau_de_france",
        of_number("eau_france", "eau_de_france"),
    ),
    Case(
        "unknown reference",
        NUMBER,
        "references.0",
        "arrete_2007_05_03",
        of_number("[arrete_2007_05_02]", "[arrete_2007_05_03]"),
    ),
    Case(
        "unknown goal",
        FOUNDING,
        "needs.1.goals.1",
        "odd_18",
        change(FOUNDING, "[odd_06, odd_03]", "[odd_06, odd_18]"),
    ),
    Case(
        "unknown tag",
        FOUNDING,
        "needs.1.tags.2",
        "c_eau",
        change(
            FOUNDING,
            "[v_ecosystemique, f_infrastructure, c_services_essentiels]",
            "[v_ecosystemique, f_infrastructure, c_eau]",
        ),
    ),
    Case(
        "unknown service",
        NUMBER,
        "collection.service",
        "eaux",
        of_number("service: eau_assainissement", "service: eaux"),
    ),
    Case(
        "unknown objective",
        NUMBER,
        "objective",
        "subsister",
        of_number("objective: subsistance", "objective: subsister"),
    ),
    Case(
        "objective without a record",
        NUMBER,
        "objective",
        "subsistance",
        cut("objectives.yaml", "subsistance:\n", "gestion_de_crise:\n"),
        count=8,  # those of the two needs the test keeps
    ),
    Case(
        "unknown need as primary",
        NUMBER,
        "needs.diag360-1.3",
        "bv9",
        of_number("primary: bv1", "primary: bv9"),
    ),
    Case(
        "unknown need as secondary",
        NUMBER,
        "needs.besoins-2021",
        "soigner",
        of_number("[me_soigner]", "[soigner]"),
    ),
    Case(
        "need of the other framework",
        NUMBER,
        "needs.diag360-1.3",
        "boire",
        of_number("primary: bv1", "primary: boire"),
    ),
    Case(
        "unknown framework",
        NUMBER,
        "needs.diag360-2",
        "diag360-2",
        of_number(
            "diag360-1.3: {primary: bv1}",
            "diag360-1.3: {primary: bv1}\n  diag360-2: {primary: bv1}",
        ),
    ),
    Case(
        "missing framework",
        NUMBER,
        "needs",
        "diag360-1.3",
        of_number("  diag360-1.3: {primary: bv1}\n", ""),
    ),
    Case(
        "primary need again as secondary",
        NUMBER,
        "needs.besoins-2021.also",
        "boire",
        of_number("[me_soigner]", "[me_soigner, boire]"),
    ),
    Case(
        "weight of an unknown indicator",
        CRITERIA,
        "indicators.bv9_i01",
        "bv9_i01",
        add(CRITERIA, "indicators: {bv9_i01: 2}"),
    ),
    Case(
        "negative weight",
        CRITERIA,
        "indicators.bv1_i04",
        "-2",
        add(CRITERIA, "indicators: {bv1_i04: -2}"),
    ),
    Case(
        "infinite weight",
        CRITERIA,
        "indicators.bv1_i04",
        "inf",
        add(CRITERIA, "indicators: {bv1_i04: 1.0e+999}"),
    ),
    Case(
        "coefficient 0",
        CRITERIA,
        "coefficients.category.vital",
        "0",
        change(CRITERIA, "vital: 1.5", "vital: 0"),
    ),
    Case(
        "unknown default framework",
        "catalogue.yaml",
        "default_framework",
        "besoins-2022",
        change("catalogue.yaml", "besoins-2021", "besoins-2022"),
    ),
    Case(
        "unknown default weights",
        "catalogue.yaml",
        "default_weights",
        "egaux",
        change("catalogue.yaml", "default_weights: egal", "default_weights: egaux"),
    ),
    Case(
        "need twice",
        FOUNDING,
        "needs",
        "boire",
        add(FOUNDING, "  - {id: boire, label: Boire encore, category: vital}"),
    ),
    Case(
        "category without a label",
        PUBLISHED,
        "needs.8.category",
        "induit",
        change(PUBLISHED, ", induit: Besoins induits}", "}"),
        count=3,
    ),
    Case(
        "power mean without exponent",
        FOUNDING,
        "needs.1",
        "exponent",
        change(
            FOUNDING,
            "    label: Boire\n    category: vital\n",
            "    label: Boire\n    category: vital\n    aggregation: power\n",
        ),
    ),
    # Scales.
    Case(
        "two thresholds at one value",
        NUMBER,
        "scale",
        "0.964",
        of_number(THRESHOLD, "value: 0.964"),
    ),
    Case("equal ends", NUMBER, "scale", "1", anchors((1, 0), (1.0, 1), interpolation="endpoints")),
    Case(
        "every score equal",
        NUMBER,
        "scale",
        "0.3",
        anchors((0.2, 0.3), (0.8, 0.3), interpolation="piecewise"),
    ),
    Case(
        "one score twice",
        NUMBER,
        "scale",
        "0 ; 0 ; 1",
        anchors((0.2, 0), (0.4, 0), (0.8, 1), interpolation="endpoints"),
    ),
    Case(
        "a score the end points do not know",
        NUMBER,
        "scale",
        "0.7",
        anchors((0.2, 0), (0.6, 0.7), (0.8, 1), interpolation="endpoints"),
    ),
    Case(
        "direction against thresholds",
        NUMBER,
        "scale",
        "« baisse », les ancres disent « hausse »",
        of_number("direction: hausse", "direction: baisse"),
    ),
    Case(
        "target announced, none found",
        NUMBER,
        "scale",
        "« cible », les ancres disent « hausse »",
        of_number("direction: hausse", "direction: cible"),
    ),
    Case(
        "direction missing",
        NUMBER,
        "scale",
        "« direction » manque",
        of_number("  direction: hausse\n", ""),
    ),
    Case(
        "up then down without piecewise",
        NUMBER,
        "scale",
        "piecewise",
        anchors((0.2, 0), (0.5, 1), (0.8, 0.5), interpolation="endpoints"),
    ),
    Case(
        "k without exponential",
        NUMBER,
        "scale",
        "« k »",
        of_number("interpolation: endpoints", "interpolation: endpoints\n  k: 2"),
    ),
    Case(
        "exponential without k",
        NUMBER,
        "scale",
        "exponential",
        anchors((0.2, 0), (0.8, 1), interpolation="exponential"),
    ),
    Case(
        "a single threshold",
        NUMBER,
        "scale.anchors",
        "0.2",
        anchors((0.2, 0), interpolation="endpoints"),
    ),
    Case("words among numbers", NUMBER, "scale", "« peu »", of_number(THRESHOLD, "value: peu")),
    Case("code among numbers", NUMBER, "scale", "« 01004 »", of_number(THRESHOLD, "value: 01004")),
    Case(
        "decimal comma in quotes",
        NUMBER,
        "scale",
        "« 13,2 »",
        of_number(THRESHOLD, 'value: "13,2"'),
    ),
    Case(
        "decimal comma", NUMBER, "scale.anchors.0.2", "« 2 »", of_number(THRESHOLD, "value: 13,2")
    ),
    Case("percent sign", NUMBER, "scale", "« 13.2 % »", of_number(THRESHOLD, "value: 13.2 %")),
    Case(
        "percent for a share",
        NUMBER,
        "scale.anchors.0.value",
        "13.2",
        anchors((13.2, 1), (0.5, 0), interpolation="endpoints"),
    ),
    Case(
        "a share below 0",
        NUMBER,
        "scale.anchors.0.value",
        "-0.2",
        of_number(THRESHOLD, "value: -0.2"),
    ),
    Case(
        "true for a number",
        NUMBER,
        "scale.anchors.0.value",
        "True",
        of_number(THRESHOLD, "value: true"),
        2,
    ),
    # Answers.
    Case(
        "answers and thresholds differ",
        WORDS,
        "",
        "['Non', 'En cours', 'Oui']",
        change(WORDS, '["Non", "En cours", "Oui"]', '["Non", "Partiel", "Oui"]'),
    ),
    Case(
        "answers in another order",
        WORDS,
        "",
        "['Non', 'En cours', 'Oui']",
        change(WORDS, '["Non", "En cours", "Oui"]', '["Oui", "En cours", "Non"]'),
    ),
    Case(
        "one answer twice",
        WORDS,
        "response",
        "Non, Non, Oui",
        change(WORDS, '["Non", "En cours", "Oui"]', '["Non", "Non", "Oui"]'),
    ),
    Case(
        "answers and a unit",
        WORDS,
        "response",
        "« choices »",
        change(WORDS, '"Oui"]}', '"Oui"], unit: part}'),
    ),
    Case(
        "neither answers nor unit", NUMBER, "response", "« unit »", of_number("{unit: part}", "{}")
    ),
    Case(
        "words for a number",
        WORDS,
        "",
        "chiffrée",
        change(WORDS, '{choices: ["Non", "En cours", "Oui"]}', "{unit: part}"),
    ),
    Case(
        "direction of a list of answers",
        WORDS,
        "scale",
        "direction",
        change(WORDS, "basis: absolu", "basis: absolu\n  direction: hausse"),
    ),
]
