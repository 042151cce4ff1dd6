"""A group in a document: its values beside those of its members."""

import re
from html import unescape

import pandas as pd

from diag360 import find_place, prepare_values
from diag360.catalogue.model import Catalogue
from diag360.documents import figures


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())


def row_of(html: str, label: str) -> list[str]:
    (row,) = [r for r in re.findall(r"<tr>(.*?)</tr>", html, re.S) if label in r]
    return [words(cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.S)]


def test_each_value_of_a_group_stands_beside_those_of_its_members(catalogue: Catalogue) -> None:
    place = find_place("departement-22")
    ready = prepare_values(place=place, catalogue=catalogue)
    rows = ready.rows[ready.rows["territory"] == place.siren]
    html = figures.members(ready.detail, rows=rows, catalogue=catalogue).html
    poverty = row_of(html, "Taux de pauvreté")
    assert len(poverty) == 1 + len(place.members)
    names = re.findall(r'<th scope="col">([^<]+)</th>', html)[2:]
    assert poverty[1 + names.index("CA Lannion-Trégor Communauté")] == "11,3 %"
    parts = [float(part.removesuffix(" %").replace(",", ".")) for part in poverty]
    assert min(parts[1:]) < parts[0] < max(parts[1:])
    assert "recombiné sur 8 territoires" in words(html)


def test_what_members_disagree_on_is_not_recombined(catalogue: Catalogue) -> None:
    detail = pd.DataFrame(
        {"member": ["a", "b"], "name": ["A", "<b>B</b>"], "indicator": ["bv1_i10"] * 2,
         "value": ["Oui", "Non"]}
    )  # fmt: skip
    rows = pd.DataFrame({"indicator": ["bv1_i10"], "value": [""], "comment": ["A : Oui ; B : Non"]})
    html = figures.members(detail, rows=rows, catalogue=catalogue).html
    assert row_of(html, "PGSSE") == ["non recombinable", "Oui", "Non"]
    assert "<b>" not in html
    assert "A : Oui" in words(html)


def test_an_intercommunalite_has_no_members_to_show(catalogue: Catalogue) -> None:
    rows = pd.DataFrame({"indicator": [], "value": [], "comment": []})
    assert figures.members(None, rows=rows, catalogue=catalogue).html == ""
