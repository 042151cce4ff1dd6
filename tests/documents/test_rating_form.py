"""The form of ratings, driven without a browser: what it shows, keeps and writes."""

import datetime
import re
from html import unescape

import pytest

from diag360 import find_place
from diag360.documents.widgets.rating_form import rating_form
from diag360.vulnerability.defaults import rated_hazards
from diag360.vulnerability.prepare import prepare_ratings
from diag360.vulnerability.ratings import read_ratings

LANNION = "200065928"
DAY = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def ratings(catalogue):
    return prepare_ratings(place=find_place(LANNION), catalogue=catalogue)


@pytest.fixture
def form(catalogue, ratings, tmp_path):
    return rating_form(
        catalogue, ratings=ratings, territory=LANNION, output=tmp_path / "c.yaml", day=DAY
    )


def said(widget):
    """Text of an HTML widget, with ordinary spaces."""
    words = unescape(re.sub(r"<[^>]+>", " ", widget.value))
    return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split())


def put(sliders, *levels):
    for slider, level in zip(sliders.values(), levels, strict=True):
        slider.value = level


def values(sliders):
    return tuple(slider.value for slider in sliders.values())


def test_every_hazard_is_offered_with_its_state(form, catalogue):
    labels = {name: label for label, name in form.hazard.options}
    assert tuple(labels) == rated_hazards(catalogue)
    assert labels["S5"].endswith("· à coter")
    assert labels["A4"].endswith("· lue sur une statistique")
    assert labels["C2"].endswith("· proposée pour tous")


def test_a_hazard_shows_its_guide_what_is_known_and_its_levels(form, catalogue, ratings):
    form.hazard.value = "A4"
    shown = said(form.sheet)
    guide = catalogue.hazards["A4"].guide
    for word in (*guide.likelihood, *guide.intensity):
        assert " ".join(word.replace("\u00a0", " ").replace("\u202f", " ").split()) in shown
    assert "par l’inondation : 86,7 % (2019)" in shown
    assert (values(form.likelihood), values(form.intensity)) == ratings.ratings["A4"].levels
    assert form.likelihood["bas"].description == "Vraisemblance, bas"
    # The reason of a default is nobody's answer.
    assert form.source.value == form.comment.value == ""
    form.hazard.value = "S5"
    assert "Aucune cotation : à coter." in said(form.sheet)
    assert form.likelihood["haut"].description == "Niveau actuel, haut"
    assert form.intensity["haut"].description == "Tendance, haut"


def test_the_exposure_moves_with_the_sliders(form):
    form.hazard.value = "S5"
    put(form.likelihood, 1, 2, 4)
    put(form.intensity, 2, 2, 4)
    assert said(form.preview) == "Exposition : 25 (12–100) sur 100."
    put(form.likelihood, 4, 4, 4)
    put(form.intensity, 4, 4, 4)
    assert said(form.preview) == "Exposition : 100 sur 100."
    put(form.intensity, 1, 1, 1)
    form.aggravation.value = "tres_forte"
    assert "niveaux au maximum" in said(form.preview)
    assert "100 sur 100" in said(form.preview)
    form.evidence.value = "relevés"
    assert said(form.preview) == "Exposition : 25 sur 100."


def test_levels_in_disorder_are_not_kept(form, ratings):
    form.hazard.value = "S5"
    put(form.intensity, 1, 2, 3)
    put(form.likelihood, 3, 2, 4)
    assert "niveau actuel : « 3, 2, 4 » n’est pas dans l’ordre" in said(form.preview)
    form.enter.click()
    assert "Cotation non retenue : niveau actuel : « 3, 2, 4 »" in said(form.message)
    assert form.ratings == ratings


def test_ratings_are_kept_then_written_and_read_back(form, catalogue, ratings, tmp_path):
    form.hazard.value = "S5"
    put(form.likelihood, 2, 3, 4)
    put(form.intensity, 3, 3, 3)
    form.confidence.value, form.source.value = "elevee", 'PCAET "2023", <b> p. 41 '
    form.author.value = "Anne"
    form.enter.click()
    assert "Cotation retenue pour S5" in said(form.message)
    assert form.hazard.value == "S5"
    assert "S5" not in form.ratings.to_rate
    assert "S5" in ratings.to_rate
    assert "cotation déclarée" in said(form.sheet)
    assert "<b>" not in form.sheet.value
    form.hazard.value = "C2"
    assert form.author.value == "Anne"
    put(form.likelihood, 1, 1, 1)
    form.enter.click()
    assert form.ratings.replaced["C2"] == ratings.ratings["C2"]
    assert not (tmp_path / "c.yaml").exists()
    form.save.click()
    assert "2 cotations écrites" in said(form.message)
    assert [p.name for p in tmp_path.iterdir()] == ["c.yaml"]
    read = read_ratings(form.saved, catalogue=catalogue)
    assert (read.territory, read.date) == (LANNION, DAY)
    # Only what the territory rated is written: a default is nobody's answer.
    assert list(read.ratings) == ["C2", "S5"]
    assert read.ratings["S5"] == form.ratings.ratings["S5"]
    assert read.ratings["S5"].source == 'PCAET "2023", <b> p. 41'
    form.save.click()
    assert "2 cotations écrites" in said(form.message)


def test_no_file_of_somebody_else_is_replaced(form, catalogue, ratings, tmp_path):
    form.save.click()
    assert "Aucun aléa n’est coté" in said(form.message)
    form.enter.click()
    other = tmp_path / "autre.yaml"
    other.write_text("précieux", encoding="utf-8")
    for path, problem in (
        (other, "autre.yaml » existe déjà"),
        (tmp_path / "c.csv", "c.csv » : donner un nom qui finit par .yaml"),
        (other / "sous" / "c.yaml", "impossible d’y écrire"),
    ):
        form.path.value = str(path)
        form.save.click()
        assert problem in said(form.message)
    assert other.read_text(encoding="utf-8") == "précieux"
    assert form.saved is None
    own = rating_form(
        catalogue, ratings=form.ratings, territory=LANNION, output=other, replace=True
    )
    own.save.click()
    assert own.saved == other
