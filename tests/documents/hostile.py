"""The hostile corpus as notes, and a strict reader of the HTML that documents make of them."""

import json
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from diag360.challenge.annotations.model import Creator, Evidence, Impact, Note, Reply
from diag360.challenge.variants.model import Decision

CORPUS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("hostile_notes.json").read_text(encoding="utf-8")
)
# Text a reader must find in an element that may not be emptied, hidden or closed.
TARGETS = (
    "seuil/be2_i13", "indicateur/be2_i13", "valeur/be2_i13/200065928", "poids/be2_i04",
    "besoin/boire", "dependance/besoins-2021/boire/acceder_energie", "cotation/A4/200065928",
    "alea/C2", "indicateur/bv1_i01", "indicateur/bv2_i03",
)  # fmt: skip
VOID = {"br", "hr", "img", "meta", "link", "input", "col", "source"}
# What a browser closes by itself when something else opens: never relied upon in our pages.
BLOCKS = {"p", "div", "table", "ul", "ol", "pre", "blockquote", "details", "section", "h4", "h5"}


def body_of(entry: dict[str, Any]) -> str:
    """Text of an entry: pieces as they are, or repeated."""
    return "".join(
        piece if isinstance(piece, str) else piece[0] * piece[1] for piece in entry["body"]
    )


def hostile_notes() -> Iterator[Note]:
    """Each entry as a note of a store, on one target or another."""
    for at, entry in enumerate(CORPUS):
        yield note_of(entry, at)


def note_of(entry: dict[str, Any], at: int) -> Note:
    """One entry as a note; a store is read from UTF-8, which holds no lone surrogate."""

    def utf8(text: str) -> str:
        return text.encode("utf-8", "replace").decode("utf-8")

    decision = None
    if "decision" in entry:
        made = {"by": "Le groupe <b>", "date": date(2026, 11, 20), "reason": entry["decision"]}
        decision = Decision.model_validate(made)
    note = Note(
        id=f"n-{at:010x}",
        motivation=("objection", "precision", "source", "proposition", "question")[at % 5],
        target=utf8(entry.get("target", TARGETS[at % len(TARGETS)])),
        creator=Creator(name=utf8(entry.get("author", "Jeanne Roux")), role="terrain"),
        created=date(2026, 11, 20),
        evidence=tuple(
            Evidence(url=url, document=document, page=page)
            for url, document, page in entry.get("evidence", [])
        ),
        body=utf8(body_of(entry)),
        status="rejetee" if decision else "ouverte",
        decision=decision,
        replies=tuple(
            Reply(creator=Creator(name="<i>Paul</i>"), created=date(2026, 11, 21), body=text)
            for text in [entry["reply"]]
            if text
        )
        if "reply" in entry
        else (),
    )
    if "impact" in entry:
        impact = Impact(version="2026.4", revision=note.revision, date=date(2026, 11, 21),
                        lines=tuple(entry["impact"]))  # fmt: skip
        note = note.model_copy(update={"impact": impact})
    return note


class Strict(HTMLParser):
    """Elements opened and closed one by one; what a browser would have to guess is a fault."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.outline: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.faults.append(f"attribut deux fois : <{tag} {names}>")
        for name, value in attrs:
            self.attributes.add((tag, name))
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
        if tag in BLOCKS and "p" in self.open:
            self.faults.append(f"<{tag}> dans un <p>")
        if tag == "a" and "a" in self.open:
            self.faults.append("<a> dans un <a>")
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6", "section", "article"):
            self.outline.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> alors que sont ouverts {self.open[-3:]}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"commentaire « {data[:30]} »")

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.faults.append(f"déclaration « {decl[:30]} »")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction « {data[:30]} »")


def parse(html: str) -> Strict:
    """Read HTML strictly."""
    reader = Strict()
    reader.feed(html)
    reader.close()
    if reader.open:
        reader.faults.append(f"jamais fermés : {reader.open}")
    return reader
