"""Notes as hypothesis draws them: every field, and texts that look like what they are not."""

from datetime import date
from typing import get_args

from hypothesis import strategies as st
from pydantic import ValidationError

from diag360.challenge.annotations.clean import clean_content
from diag360.challenge.annotations.model import Content, Creator, Evidence, Kind, Visibility
from diag360.challenge.variants.model import Changes, Role

# Lines that a careless writer would let through as something else.
NASTY = (
    "@objection seuil Taux de pauvreté",
    "  **@note** · Jeanne (terrain)",
    "> @question",
    "\\@source Insee",
    "\\\\@source Insee",
    "preuve : https://exemple.fr/a.pdf (page 12)",
    "- **Preuve :** Un titre, p. 3",
    "\\preuve : rien",
    "```",
    "```yaml",
    "``` \\yaml",
    "```\\yaml",
    "````",
    "~~~",
    "~~~ yml",
    "\\```",
    "    ```",
    "weights: {be2_i05: 2}",
    "gamma: {low: 0.1, central: 0.2, high: 0.3}",
    "changes: {weights: {be2_i05: 2}}",
    "---",
    "===",
    "| a | b |",
    "<script>alert(1)</script>",
    "=1+1",
    "نص من اليمين إلى اليسار",
    "\u202eretourné\u202c",
    "👩‍🌾 🏴󠁧󠁢󠁥󠁮󠁧󠁿 e\u0301 \u212a",
    "n-0123456789",
    "",
    "    retrait",
)
# Names and titles made of what separates fields.
PIECES = (
    "Jeanne", "Roux", "·", "|", " ; ", ";", "(terrain)", "(équipe)", ", thématique", "public",
    "2026-11-20", "n-0123456789", "auteur :", "par ", "page 3", "p. 4", "https://exemple.fr/x",
    "www.exemple.fr", "[a](http://b.fr)", "<", ">", "\\", "\\·", "*", "_", "#", "`", "@", "/", ":",
    "seuil/be2_i05", "inconnu/", "seuil", "Boire", "é", " ", "\u0338", "\u0301", "ؤ", "élu", "?",
    "Taux de pauvreté", "· adresse : ", "(", ")", "«", "»", ".", ",", "-",
)  # fmt: skip

any_text = st.text(st.characters(), max_size=40)
short = st.one_of(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), any_text)
bodies = st.lists(st.one_of(st.sampled_from(NASTY), short), max_size=9).map("\n".join)
creators = st.builds(
    Creator, name=short, role=st.one_of(st.none(), st.sampled_from(get_args(Role)))
)
ids = st.sampled_from(["be2_i05", "C2", "boire", "200065928", "disparu", "a b", "x_", "é(·)"])
targets = st.one_of(
    st.builds("{}/{}".format, st.sampled_from(["indicateur", "seuil", "poids", "besoin"]), ids),
    st.builds("{}/{}/{}".format, st.sampled_from(["valeur", "cotation", "paragraphe"]), ids, ids),
    st.builds("{}/{}/{}/{}".format, st.sampled_from(["dependance", "paragraphe"]), ids, ids, ids),
    short.map("inconnu/{}".format),
    st.text(min_size=3, max_size=30),
)


def _evidence(url: str, document: str, page: str) -> Evidence | None:
    try:
        return Evidence(url=url, document=document, page=page)
    except ValidationError:
        return None


evidence = st.builds(
    _evidence,
    url=st.one_of(
        st.just(""),
        st.sampled_from(["https://exemple.fr/a(b).pdf", "http://x.fr/?a=1&b=·", "HTTPS://X.FR."]),
        short,
    ),
    document=short,
    page=st.one_of(
        st.just(""), st.sampled_from(["12", "chapitre 3", "12-14", "annexe (B)"]), short
    ),
).filter(lambda one: one is not None)

why = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
changes = st.one_of(
    st.builds(
        lambda weights: Changes(weights=weights),
        st.dictionaries(
            st.one_of(st.just("be2_i05"), st.text(st.characters(codec="utf-8"), max_size=8)),
            st.floats(0, 1e20, allow_nan=False),
            min_size=1,
            max_size=3,
        ),
    ),
    st.builds(
        lambda strength, delay, why: Changes.model_validate(
            {
                "edges": [
                    {
                        "framework": "besoins-2021",
                        "need": "boire",
                        "on": "acceder_energie",
                        "strength": strength,
                        "delay": delay,
                        "why": why,
                    }
                ]
            }
        ),
        st.integers(0, 3),
        st.one_of(st.none(), st.floats(1e-6, 1e9)),
        st.one_of(why, st.sampled_from(["``` x", "a: b # c", "- [", "1e5", "true", "@note"])),
    ),
    st.builds(
        lambda score, words: Changes.model_validate(
            {"choices": {"be1_i01": {words: score}}, "indicators": {"out": ["bv1_i03"]}}
        ),
        st.floats(0, 1),
        st.text(st.characters(codec="utf-8"), max_size=8),
    ),
)
contents = st.builds(
    Content,
    motivation=st.sampled_from(get_args(Kind)),
    target=targets,
    creator=creators,
    created=st.dates(min_value=date(1, 1, 1)),
    visibility=st.sampled_from(get_args(Visibility)),
    evidence=st.lists(evidence, max_size=3).map(tuple),
    changes=st.one_of(st.none(), changes),
    body=bodies,
)
clean_contents = contents.map(clean_content)
