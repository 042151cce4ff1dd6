"""The first line of a note: every way of writing it that an expert may think of."""

from datetime import date

import pytest

from diag360.challenge.annotations.header import header_line, opens_note, read_header
from diag360.challenge.annotations.model import Content, Creator, Kind

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("@note", "precision"),
        ("@objection", "objection"),
        ("@Précision", "precision"),
        ("@PRECISION : seuil", "precision"),
        ("@source", "source"),
        ("@propositions", "proposition"),
        ("@ question", "question"),
        ("## @objection", "objection"),
        ("> **@question** boire", "question"),
        ("__@note__", "precision"),
        ("***@source*** — boire", "source"),
        ("@note objection seuil", "objection"),
        ("@note : question", "question"),
        ("@commentaire", "precision"),
        ("@objecton seuil", "objection"),
        ("@porposition seuil", "proposition"),
        ("@note note", "precision"),
    ],
)
def test_a_kind_is_known_however_it_is_typed(line: str, kind: Kind) -> None:
    header = read_header(line)
    assert header is not None
    assert header.kind == kind


@pytest.mark.parametrize(
    "line",
    ["", "@", "note", "objection", "@notebook", "@jeanne bonjour", "jeanne@source.fr", "@source.fr",
     "@note2", "@notes2", "\\@objection", "- @objection", "@ressource", "@@note"],
)  # fmt: skip
def test_other_lines_open_no_note(line: str) -> None:
    assert not opens_note(line)
    assert read_header(line) is None


def test_a_line_inside_a_cell_must_be_exact() -> None:
    assert opens_note("  @objection x", strict=True)
    assert not opens_note("@objecton x", strict=True)
    assert not opens_note("    @objection x", strict=True)


def test_a_stamped_cell_may_have_lost_its_sign() -> None:
    line = "objection · seuil/be2_i05 (Taux de pauvreté, seuil) · public"
    assert not opens_note(line)
    assert opens_note(line, bare=True)
    header = read_header(line, bare=True)
    assert header is not None
    assert (header.kind, header.words) == ("objection", "seuil/be2_i05")
    assert not opens_note("objection faite par Jeanne", bare=True)


FIELDS = {
    "who": "Jeanne Roux (thématique)",
    "when": "20/11/2026",
    "seen": "équipe",
    "id": "n-0123456789",
}


@pytest.mark.parametrize("sign", [" · ", "|", " | ", " ; ", " • ", "\u202f; "])
@pytest.mark.parametrize(
    "order", [list(FIELDS), list(reversed(FIELDS)), ["id", "who", "seen", "when"]]
)
def test_fields_come_in_any_order(sign: str, order: list[str]) -> None:
    line = sign.join(["@objection seuil Taux de pauvreté", *(FIELDS[name] for name in order)])
    header = read_header(line)
    assert header is not None
    assert header.words == "seuil Taux de pauvreté"
    assert header.creator == Creator(name="Jeanne Roux", role="thematique")
    assert (header.created, header.visibility, header.note_id) == (DAY, "equipe", "n-0123456789")
    assert (header.loose, header.remarks) == ((), ())


@pytest.mark.parametrize(
    "written",
    ["2026-11-20", "20/11/2026", "20-11-2026", "20.11.2026", "le 20 novembre 2026", "2026/11/20"],
)
def test_a_day_is_written_in_many_ways(written: str) -> None:
    header = read_header(f"@note boire · {written}")
    assert header is not None
    assert header.created == DAY


def test_the_first_of_a_month_and_a_day_that_does_not_exist() -> None:
    first = read_header("@note boire · 1er mars 2026")
    assert first is not None
    assert first.created == date(2026, 3, 1)
    wrong = read_header("@note boire · 31/02/2026")
    assert wrong is not None
    assert wrong.created is None
    assert wrong.remarks == ("« 31/02/2026 » n’est pas une date",)


@pytest.mark.parametrize(
    ("written", "creator"),
    [
        ("Jeanne Roux (terrain)", Creator(name="Jeanne Roux", role="terrain")),
        ("Jeanne Roux, thématique", Creator(name="Jeanne Roux", role="thematique")),
        ("Jeanne Roux (Experte Thematique)", Creator(name="Jeanne Roux", role="thematique")),
        ("par Jeanne Roux (élue)", Creator(name="Jeanne Roux", role="collectivite")),
        ("**Jeanne Roux** (porteuse)", Creator(name="Jeanne Roux", role="porteur")),
        ("Jeanne (équipe)", Creator(name="Jeanne", role="equipe")),
        ("équipe diag", Creator(role="equipe")),
        ("(collectivité)", Creator(role="collectivite")),
        ("auteur : Jeanne Roux", Creator(name="Jeanne Roux")),
        ("(thematque)", Creator(role="thematique")),
    ],
)  # fmt: skip
def test_an_author_is_known_by_a_role(written: str, creator: Creator) -> None:
    header = read_header(f"@note boire · {written}")
    assert header is not None
    assert header.creator == creator
    assert header.visibility is None


def test_a_word_of_visibility_is_never_taken_for_a_role() -> None:
    for written, seen in (("équipe", "equipe"), ("(équipe)", "equipe"), ("Privé", "equipe"),
                          ("publique", "public")):  # fmt: skip
        header = read_header(f"@note boire · {written}")
        assert header is not None
        assert (header.visibility, header.creator) == (seen, Creator())


def test_what_comes_twice_or_has_no_shape_is_kept_loose() -> None:
    header = read_header("@note boire · 2026-11-20 · 2026-11-21 · Paul · pourquoi 3 jours ?")
    assert header is not None
    assert header.created == DAY
    assert header.loose == ("2026-11-21", "Paul", "pourquoi 3 jours ?")


def test_the_canonical_form_says_it_all() -> None:
    content = Content(
        motivation="precision",
        target="seuil/be2_i05",
        creator=Creator(name="Jeanne Roux", role="thematique"),
        created=DAY,
    )
    line = header_line(content, label="Taux de pauvreté, seuil", note_id="n-0123456789")
    assert line == (
        "@précision · seuil/be2_i05 (Taux de pauvreté, seuil) · Jeanne Roux (thématique)"
        " · 2026-11-20 · public · n-0123456789"
    )
