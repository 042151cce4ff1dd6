"""The block of a proposition: taken when it is a change, left in the text when it is not."""

import pytest
from cell_books import CATALOGUE, ID, TODAY, WEIGHTS, only

from diag360.challenge.annotations.cells import note_text
from diag360.challenge.annotations.model import Content
from diag360.challenge.variants.model import Changes


@pytest.mark.parametrize(
    ("kind", "fence", "taken"),
    [
        ("proposition", "```yaml\nweights: {be2_i05: 2}\n```", True),
        ("proposition", "~~~ YML\nweights: {be2_i05: 2}\n~~~", True),
        ("proposition", "  ```\n  weights:\n    be2_i05: 2\n  ```", True),
        ("proposition", "```yaml\nid: x\nchanges: {weights: {be2_i05: 2}}\n```", True),
        ("proposition", "```python\nweights: {be2_i05: 2}\n```", False),
        ("proposition", "```\nune note: en passant\n```", False),
        ("question", "```yaml\nweights: {be2_i05: 2}\n```", True),
        ("question", "```\nweights: {be2_i05: 2}\n```", False),
        ("question", "```yaml\nweights: [\n```", False),
    ],
)
def test_blocks_of_changes(kind: str, fence: str, *, taken: bool) -> None:
    found = only(f"@{kind} poids be2_i05\nAvant.\n{fence}\nAprès.")
    assert found.content.changes == (WEIGHTS if taken else None)
    assert found.content.body == ("Avant.\nAprès." if taken else f"Avant.\n{fence}\nAprès.")
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("weights: {be2_i05: -1}", "weights.be2_i05 : « -1 » hors limite"),
        ("weigths: {be2_i05: 1}", "clé inconnue « weigths »"),
        ("weights: [", "YAML illisible"),
        ("weights: {}", "ne change rien"),
        ("gamma: &a {low: 0, central: 0, high: 0}\nlinks: *a", "un renvoi"),
        ("[" * 3000, "trop de niveaux"),
        ("weights: {x: " + "9" * 5000 + "}", "un nombre y est trop long"),
        ("weights: {x: 1}\nweights: {y: 1}", "« weights » figure deux fois"),
        ("# " + "x" * 20_001, "dépasse 20000 caractères"),
        ("weights: {a: x, b: x, c: x, d: x, e: x, f: x}", "et 2 autres"),
    ],
)
def test_a_block_that_is_no_change_stays_in_the_text(block: str, said: str) -> None:
    found = only(f"@proposition boire\n```yaml\n{block}\n```")
    assert found.content.changes is None
    assert found.content.body == f"```yaml\n{block}\n```"
    (remark,) = found.remarks
    assert remark.startswith("bloc de changements laissé dans le texte : ")
    assert said in remark


def test_of_two_blocks_the_last_one_is_taken() -> None:
    one = "```yaml\nweights: {be2_i05: 3}\n```"
    found = only(f"@proposition boire\n{one}\n```yaml\nweights: {{be2_i05: 2}}\n```")
    assert (found.content.changes, found.content.body) == (WEIGHTS, one)
    assert "deux blocs de changements" in found.remarks[0]


@pytest.mark.parametrize("info", ["yaml", "", "\\yaml", " \\yaml", "\\\\yaml", "\\"])
@pytest.mark.parametrize("changes", [None, WEIGHTS])
def test_a_block_quoted_in_the_text_stays_there(info: str, changes: Changes | None) -> None:
    body = f"Par exemple :\n```{info}\nweights: {{be2_i05: 3}}\n```"
    content = Content(
        motivation="proposition", target="besoin/boire", created=TODAY, body=body, changes=changes
    )
    found = only(note_text(content, note_id=ID, catalogue=CATALOGUE))
    assert found.content == content
    assert found.remarks == ()
