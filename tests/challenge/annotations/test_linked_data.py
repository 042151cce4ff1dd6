"""Notes as Web Annotations, checked against what the W3C Recommendation requires.

The checks are written from « Web Annotation Data Model » (W3C Recommendation, 23 February 2017),
sections 3 to 5: every MUST that bears on a construction we write.
"""

import json
import re
from datetime import date
from urllib.parse import unquote

import pytest

from diag360 import load_catalogue
from diag360.challenge.annotations.linked_data import CONTEXT, OWN_CONTEXT, to_jsonld
from diag360.challenge.annotations.model import (
    Content,
    Creator,
    Evidence,
    Impact,
    Note,
    Reply,
    Revision,
    State,
)
from diag360.challenge.variants.model import Changes, Decision

CATALOGUE = load_catalogue()
# Section 3.3.5 lists them; no other may be used without being declared.
MOTIVATIONS = {
    "assessing", "bookmarking", "classifying", "commenting", "describing", "editing",
    "highlighting", "identifying", "linking", "moderating", "questioning", "replying", "tagging",
}  # fmt: skip
# Terms of the context of the W3C that we use; what is not among them is lost to a reader.
TERMS = {
    "@context", "id", "type", "label", "total", "first", "last", "partOf", "startIndex", "items",
    "motivation", "creator", "name", "created", "modified", "audience", "body", "target", "value",
    "format", "language", "textDirection", "purpose", "source", "state", "sourceDate",
}  # fmt: skip
PREFIXES = {"diag360", "schema"}
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
# RFC 3987, loosely: a scheme, and nothing a IRI may not hold.
IRI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")


def note(name="n-0123456789", **told):
    return Note(
        **{
            "id": name,
            "motivation": "objection",
            "target": "seuil/be2_i05",
            "creator": Creator(name="Jeanne Roux", role="thematique"),
            "created": date(2026, 11, 20),
            "body": "Le seuil **date** de 2015.",
            **told,
        }
    )


CHANGES = Changes.model_validate(
    {"anchors": {"be2_i05": [{"value": 0.3, "score": 0.0}, {"value": 0.0, "score": 1.0}]}}
)
FULL = note(
    motivation="proposition",
    evidence=(
        Evidence(url="https://exemple.fr/étude.pdf?a=1#p", document="Étude", page="12"),
        Evidence(document="Rapport au conseil", page="3"),
        Evidence(url="javascript:alert(1)"),
        Evidence(url="https://exemple.fr/a b"),
    ),
    changes=CHANGES,
    state=State(version="2026.1", said={"seuil": "0,26 = 0", "définition": "abcd"}),
    status="rejetee",
    decision=Decision(by="Le comité", date=date(2026, 12, 1), reason="La source est trop vieille."),
    replies=(
        Reply(creator=Creator(role="equipe"), created=date(2026, 11, 22), body="Nous regardons."),
    ),
    impact=Impact(version="2026.1", revision="x", date=date(2026, 11, 21), lines=("3 montent.",)),
    history=(
        Revision(date=date(2026, 11, 20), action="creee"),
        Revision(date=date(2026, 11, 23), action="modifiee", content=note().content),
        Revision(date=date(2026, 11, 30), action="reponse"),
    ),
    visibility="equipe",
)
NOTES = [
    FULL,
    note("n-aaaaaaaaaa", motivation="precision", target="valeur/be2_i05/200065928"),
    note("n-bbbbbbbbbb", motivation="source", target="inconnu/le seuil « bas » de 5 % ?"),
    note("n-cccccccccc", motivation="question", creator=Creator(), body=""),
    note("n-dddddddddd", target="n’importe quoi"),
    note("n-eeeeeeeeee", withdrawn=True),
]


def made(notes):
    """As it stands in a file."""
    return json.loads(json.dumps(to_jsonld(notes, catalogue=CATALOGUE), ensure_ascii=False))


def as_list(found):
    return found if isinstance(found, list) else [found]


def check_keys(node):
    """Every key is a term of the W3C, or bears a prefix that is declared."""
    if isinstance(node, list):
        for one in node:
            check_keys(one)
    elif isinstance(node, dict):
        for key, inner in node.items():
            prefix, colon, rest = key.partition(":")
            assert key in TERMS or (colon and rest and prefix in PREFIXES), key
            if key != "@context":
                check_keys(inner)


def check_annotation(one):
    # 3.1
    assert isinstance(one["id"], str)
    assert IRI.fullmatch(one["id"])
    assert "Annotation" in as_list(one["type"])
    assert as_list(one["target"])
    assert "@context" not in one
    assert "bodyValue" not in one
    for body in as_list(one.get("body", [])):
        check_resource(body)
    for target in as_list(one["target"]):
        check_resource(target)
    # 3.3.1
    assert MOMENT.fullmatch(one["created"])
    assert MOMENT.fullmatch(one.get("modified", one["created"]))
    # 3.3.2 and 3.3.3: classes of the audience and its properties bear their prefix
    assert one.get("creator", {"type": "Person"})["type"] == "Person"
    assert one["audience"]["type"].startswith("schema:")
    assert {k for k in one["audience"] if not k.startswith("schema:")} == {"id", "type"}
    # 3.3.5
    assert one["motivation"] in MOTIVATIONS


def check_resource(node):
    if isinstance(node, str):  # an external Web resource, by its IRI
        assert IRI.fullmatch(node)
        return
    assert node["type"] in ("TextualBody", "SpecificResource")
    if node["type"] == "TextualBody":  # 3.2.4
        assert isinstance(node["value"], str)
        assert node["value"]
        assert "source" not in node
        assert node.get("textDirection", "auto") in ("ltr", "rtl", "auto")
    else:  # 4: exactly one source
        assert isinstance(node["source"], str)
        assert IRI.fullmatch(node["source"]), node["source"]
        assert "value" not in node
        for state in as_list(node.get("state", [])):  # 4.3.1
            assert state["type"] == "TimeState"
            assert MOMENT.fullmatch(state["sourceDate"])
    assert node.get("purpose", "linking") in MOTIVATIONS


def test_a_collection_follows_the_recommendation():
    found = made(NOTES)
    # 5.1
    assert found["@context"][0] == CONTEXT == "http://www.w3.org/ns/anno.jsonld"
    assert set(found["@context"][1]) == {"diag360", "assessing"}
    assert found["@context"][1] == OWN_CONTEXT
    assert IRI.fullmatch(found["id"])
    assert found["type"] == "AnnotationCollection"
    assert isinstance(found["label"], str)
    # 5.2
    page = found["first"]
    assert found["last"] == page["id"]
    assert IRI.fullmatch(page["id"])
    assert page["type"] == "AnnotationPage"
    assert page["partOf"] == found["id"]
    assert page["startIndex"] == 0
    assert "@context" not in page
    assert found["total"] == len(page["items"]) == 7
    names = [one["id"] for one in page["items"]]
    assert len(set(names)) == len(names)
    for one in page["items"]:
        check_annotation(one)
    check_keys(found)


def test_no_note_makes_a_collection_without_page():
    found = made([])
    assert found["total"] == 0
    assert "first" not in found
    assert "last" not in found


@pytest.mark.parametrize(
    ("kind", "motivation"),
    [
        ("objection", "assessing"),
        ("precision", "describing"),
        ("source", "linking"),
        ("proposition", "editing"),
        ("question", "questioning"),
    ],
)
def test_the_kind_is_a_motivation_and_stays_readable(kind, motivation):
    (one,) = made([note(motivation=kind)])["first"]["items"]
    assert (one["motivation"], one["diag360:kind"]) == (motivation, kind)


def test_a_note_says_who_when_for_whom_and_about_what():
    one = made([FULL])["first"]["items"][0]
    assert one["id"] == "urn:diag360:note:n-0123456789"
    assert one["creator"] == {
        "type": "Person", "name": "Jeanne Roux", "diag360:role": "thematique",
    }  # fmt: skip
    assert one["created"] == "2026-11-20T00:00:00Z"
    assert one["modified"] == "2026-11-23T00:00:00Z"  # the edit, not the reply
    assert one["audience"]["schema:audienceType"] == "equipe"
    assert one["diag360:status"] == "rejetee"
    assert one["diag360:impact"] == ["3 montent."]
    target = one["target"]
    assert target["source"] == "urn:diag360:seuil/be2_i05"
    assert "Taux de pauvreté" in target["label"]
    assert target["state"] == {
        "type": "TimeState",
        "sourceDate": "2026-11-20T00:00:00Z",
        "diag360:catalogueVersion": "2026.1",
        "diag360:said": [
            {"diag360:facet": "définition", "value": "abcd"},
            {"diag360:facet": "seuil", "value": "0,26 = 0"},
        ],
    }


def test_the_text_the_proofs_and_the_change_are_bodies():
    text, web, paper, script, spaced, change = made([FULL])["first"]["items"][0]["body"]
    assert text["value"] == "Le seuil **date** de 2015."
    assert (text["format"], text["language"]) == ("text/markdown", "fr")
    assert web["source"] == "https://exemple.fr/%C3%A9tude.pdf?a=1#p"
    assert (web["purpose"], web["label"], web["diag360:page"]) == ("linking", "Étude", "12")
    assert paper["value"] == "Rapport au conseil, 3"
    # An address that leads to no page is words, never a resource to open.
    assert (script["type"], script["value"]) == ("TextualBody", "javascript:alert(1)")
    assert spaced["source"] == "https://exemple.fr/a%20b"
    assert (change["format"], change["purpose"]) == ("application/json", "editing")
    assert Changes.model_validate(json.loads(change["value"])) == CHANGES


def test_replies_and_the_decision_are_annotations_of_the_note():
    head, reply, decision = made([FULL])["first"]["items"]
    assert (reply["motivation"], reply["target"]) == ("replying", head["id"])
    assert reply["body"][0]["value"] == "Nous regardons."
    assert reply["creator"] == {"type": "Person", "diag360:role": "equipe"}
    assert (decision["motivation"], decision["target"]) == ("moderating", head["id"])
    assert decision["creator"]["name"] == "Le comité"
    assert decision["created"] == "2026-12-01T00:00:00Z"
    assert decision["diag360:status"] == "rejetee"
    # What is kept among the team stays so for all that is said of it.
    assert {one["audience"]["schema:audienceType"] for one in (reply, decision)} == {"equipe"}


def test_words_nobody_could_place_are_still_an_address():
    items = made(NOTES)["first"]["items"]
    orphan = next(one for one in items if one["id"].endswith("bbbbbbbbbb"))
    assert unquote(orphan["target"]["source"]).startswith("urn:diag360:inconnu/le seuil « bas »")
    odd = next(one for one in items if one["id"].endswith("dddddddddd"))
    assert unquote(odd["target"]["source"]) == "urn:diag360:inconnu/n’importe quoi"


def test_an_unsigned_note_without_text_has_neither_creator_nor_body():
    (one,) = made([NOTES[3]])["first"]["items"]
    assert "creator" not in one
    assert "body" not in one
    assert "modified" not in one


def test_a_withdrawn_note_is_not_handed_out():
    assert "n-eeeeeeeeee" not in json.dumps(made(NOTES))


def test_what_is_written_keeps_the_words_of_the_content():
    text = "مرحبا <script>alert(1)</script> ```\n</p>"
    (one,) = made([note(body=text)])["first"]["items"]
    assert one["body"][0]["value"] == text
    assert isinstance(note(body=text).content, Content)
