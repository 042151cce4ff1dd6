"""The pre-flight: the same as what the documents will read, for all at once, and told in words."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from diag360 import score
from diag360.catalogue.model import Catalogue
from diag360.documents.batch.manifest.plan import plan_tasks
from diag360.documents.batch.manifest.reader import read_manifest
from diag360.documents.batch.preflight.look import Preflight, preflight
from diag360.documents.batch.preflight.words import (
    tell_preflight,
    verification_csv,
    verification_html,
    write_preflight,
)
from diag360.documents.runs import ask
from diag360.errors import Refusal
from diag360.territories.perimeter import load_epci
from diag360.vulnerability.prepare import prepare_ratings

LANNION, LEON, DINAN = "200065928", "200067072", "200068989"
TODAY = date(2026, 11, 23)
HEAD = "territory,indicator,value\n"


def check(folder: Path, text: str, catalogue: Catalogue) -> Preflight:
    path = folder / "lot.yaml"
    path.write_text(text, encoding="utf-8")
    return preflight(plan_tasks(read_manifest(path)), catalogue=catalogue, today=TODAY)


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Preflight:
    return check(tmp_path_factory.mktemp("france"), "territories: all\n", catalogue)


def test_all_of_france_is_told_in_a_few_lines(nation: Preflight) -> None:
    assert len(nation.places) == len(load_epci())
    assert nation.stopped == ()
    told = tell_preflight(nation)
    assert len(told) < 12
    assert told[0].startswith("1\u202f255\u00a0territoires")
    assert "«\u00a0Boire\u00a0»" in told[1]


@pytest.mark.parametrize(
    ("values", "options", "said"),
    [
        ("", "", {}),
        ("tier: expert\nframework: diag360-1.3\n", "",
         {"tier": "expert", "framework": "diag360-1.3"}),
        ("values: v.csv\n", "be2_i05,0.14\n", {"values": "v.csv"}),
        ("values: v.csv\nalone: true\nweights: criteres\n", "be2_i05,0.14\n",
         {"values": "v.csv", "alone": True, "weights": "criteres"}),
        # Held back by the guard: a percent for a share.
        ("values: v.csv\nalone: true\n", "be2_i05,14\n", {"values": "v.csv", "alone": True}),
        ("values: v.csv\n", "be2_i05,14\n", {"values": "v.csv"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("territory", [LANNION, "departement-2A", LEON])
def test_a_territory_is_seen_as_its_document_will(
    tmp_path: Path, catalogue: Catalogue, values: str, options: str, said: dict[str, object],
    territory: str,
) -> None:  # fmt: skip
    codes = dict.fromkeys([LEON, territory]) if options else {}
    (tmp_path / "v.csv").write_text(
        HEAD + "".join(f"{code},{options}" for code in codes), encoding="utf-8"
    )
    seen = check(tmp_path, f"territories: [{territory}, {DINAN}]\n{values}", catalogue)
    place = seen.places[0]
    if "values" in said:
        said = said | {"values": str(tmp_path / "v.csv")}
        # Dinan is not in the file, which is sound: it alone is stopped.
        assert [one.code for one in seen.stopped] == [DINAN]
        assert "aucune valeur pour CA Dinan" in seen.stopped[0].stops[0].fault.problem
    asked = ask(territory, **said)  # type: ignore[arg-type]
    own = asked.scores.needs.of(asked.place.siren)
    assert place.needs is not None
    assert list(place.needs) == list(own)
    for need, one in place.needs.items():
        np.testing.assert_equal(one.coverage, own[need].coverage)
        assert one.determined == own[need].determined
        assert one.applicable == own[need].applicable
    assert [str(one.problem) for one in place.findings] == [
        str(one.problem) for one in asked.ready.findings
    ]


def test_known_values_are_counted_among_those_that_count(
    nation: Preflight, catalogue: Catalogue
) -> None:
    scores = ask(LANNION).scores
    place = next(one for one in nation.places if one.code == LANNION)
    table = scores.contributions(LANNION)
    for need, one in (place.needs or {}).items():
        own = table[table["need"] == need]
        assert one.known == own["score"].notna().sum()
        assert one.asked == len(own)
        assert one.known <= one.asked
    assert any(one.known for one in (place.needs or {}).values())


def test_ratings_are_those_of_the_document(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "r.yaml").write_text(
        f"territory: '{LANNION}'\nratings:\n"
        "  A3: {likelihood: [1, 2, 3], intensity: [2, 3, 4]}\n",
        encoding="utf-8",
    )
    seen = check(
        tmp_path,
        f"territories: [{LANNION}, {LEON}, {DINAN}]\noverrides:\n"
        f"  {LANNION}: {{exposure: r.yaml, pack: complet}}\n  {DINAN}: {{exposure: aucune}}\n",
        catalogue,
    )
    place = ask(LEON).place
    own = prepare_ratings(place=place, catalogue=catalogue).ratings
    founding = [name for name in own if not name.startswith("R")]
    counts = [one.ratings for one in seen.places]
    assert [(one.given, one.proposed) for one in counts if one][1:] == [(0, len(founding)), (0, 0)]
    assert counts[0] is not None
    assert counts[0].given == 1
    assert counts[0].hazards > counts[1].hazards  # type: ignore[union-attr]


def test_no_rating_at_all_is_told_as_such(tmp_path: Path, catalogue: Catalogue) -> None:
    seen = check(tmp_path, f"territories: [{LEON}, {DINAN}]\nexposure: aucune\n", catalogue)
    told = "\n".join(tell_preflight(seen))
    assert "Aléas\u00a0: aucune cotation" in told
    assert "proposées" not in told


SABOTAGE: Sequence[tuple[str, str, str]] = (
    ("values: absent.csv", "absent.csv", "diagnostic vulnerabilites collecte"),
    ("values: broken.csv", "« abc »", "diagnostic vulnerabilites collecte"),
    ("values: latin.csv", "UTF-8", "diagnostic vulnerabilites collecte"),
    ("values: fake.xlsx", "fake.xlsx", "diagnostic vulnerabilites collecte"),
    ("exposure: absent.yaml", "absent.yaml", "diagnostic vulnerabilites"),
    ("hazard: P4", "« P4 » non coté", "vulnerabilites"),
)


@pytest.mark.parametrize(("own", "words", "stopped"), SABOTAGE)
def test_a_fault_of_one_territory_stops_it_alone(
    tmp_path: Path, catalogue: Catalogue, own: str, words: str, stopped: str
) -> None:
    (tmp_path / "broken.csv").write_text(f"{HEAD}{LEON},be2_i05,abc\n", encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes(f"{HEAD}{LEON},be2_i05,é\n".encode("cp1252"))
    (tmp_path / "fake.xlsx").write_text("ceci n’est pas un classeur", encoding="utf-8")
    if own.startswith("hazard"):
        own = "exposure: aucune, " + own
    seen = check(
        tmp_path,
        f"territories: [{LANNION}, {LEON}]\ndocuments: [diagnostic, vulnerabilites, collecte]\n"
        f"overrides:\n  {LEON}: {{{own}}}\n",
        catalogue,
    )
    (place,) = seen.stopped
    assert place.code == LEON
    assert place.blocked == tuple(stopped.split())
    assert place.state == ("impossible" if len(place.blocked) == 3 else "partiel")
    assert words in str(place.stops[0].fault)
    told = "\n".join(tell_preflight(seen))
    assert LEON in told
    assert words.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in told
    assert words.split(" ")[0].strip("« ") in verification_html(seen, title="Lot")


def test_a_shared_file_that_is_broken_refuses_the_whole(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    (tmp_path / "v.csv").write_text(f"{HEAD}{LEON},be2_i05,abc\n", encoding="utf-8")
    with pytest.raises(Refusal, match="« abc »"):
        check(tmp_path, f"territories: [{LANNION}, {LEON}]\nvalues: v.csv\n", catalogue)
    (tmp_path / "r.yaml").write_text("territory: '1'\nratings: {Z9: {}}\n", encoding="utf-8")
    with pytest.raises(Refusal, match="« Z9 »"):
        check(tmp_path, f"territories: [{LANNION}, {LEON}]\nexposure: r.yaml\n", catalogue)


def test_the_table_says_what_is_known_and_leaves_empty_what_is_not(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    seen = check(
        tmp_path,
        f"territories: [{LANNION}, {LEON}]\noverrides: {{{LEON}: {{values: absent.csv}}}}\n",
        catalogue,
    )
    table = verification_csv(seen)
    assert table.startswith("\ufeffcode;")
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff")), delimiter=";"))
    assert [row["code"] for row in rows] == [LANNION, LEON]
    assert [row["produit"] for row in rows] == ["tout", "rien"]
    own = ask(LANNION).scores.needs.of(LANNION)
    for need, one in own.items():
        assert float(rows[0][f"couverture_{need}"].replace(",", ".")) == one.coverage
        assert rows[1][f"couverture_{need}"] == ""
    assert rows[1]["besoins_chiffres"] == ""
    assert int(rows[0]["besoins_chiffres"]) == sum(one.determined for one in own.values())
    assert "absent.csv" in rows[1]["pourquoi"]


def test_the_page_fetches_nothing_runs_nothing_and_escapes_all(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    (tmp_path / "g.yaml").write_text(
        f"code: g\nname: <script>alert(1)</script>\nmembers: [{LANNION}]\n", encoding="utf-8"
    )
    (tmp_path / "v.csv").write_text(f"{HEAD}{LEON},be2_i05,14\n", encoding="utf-8")
    seen = check(
        tmp_path,
        f"territories: [{LEON}, {{group: g.yaml}}]\noverrides: {{{LEON}: {{values: v.csv}}}}\n",
        catalogue,
    )
    page, table = write_preflight(seen, output=tmp_path / "out", title="Lot <b>")
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "Lot &lt;b&gt;" in html
    assert "http" not in html.replace("http-equiv", "")
    assert "Mise de côté" in html
    assert "«\u00a014\u00a0» est impossible" in html
    assert table.name in html
    again = write_preflight(seen, output=tmp_path / "again", title="Lot <b>")
    assert [one.read_bytes() for one in again] == [page.read_bytes(), table.read_bytes()]


def test_score_of_many_is_that_of_one(nation: Preflight, catalogue: Catalogue) -> None:
    # The needs that will be printed, territory by territory, are those of the scores of all.
    from diag360 import read_values

    scores = score(read_values(catalogue=catalogue), catalogue=catalogue)
    for place in nation.places[::100]:
        printed = scores.determined.loc[place.code]
        assert set(place.undetermined) == set(printed.index[~printed])
