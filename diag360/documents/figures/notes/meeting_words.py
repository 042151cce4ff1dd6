"""Sentences for a meeting, made by rule: what divides, and the question to put to all."""

from collections import Counter
from collections.abc import Sequence

from diag360.catalogue.french import typeset_text
from diag360.documents import text
from diag360.documents.meeting import Disagreement, Meeting, folded
from diag360.documents.notes_shown import Shown

KINDS = {
    "objection": ("objection", "objections"),
    "precision": ("précision", "précisions"),
    "source": ("source", "sources"),
    "proposition": ("proposition", "propositions"),
    "question": ("question", "questions"),
}
STATUSES = {
    "ouverte": ("ouverte", "ouvertes"),
    "acceptee": ("acceptée", "acceptées"),
    "rejetee": ("rejetée", "rejetées"),
}
RULE = typeset_text(
    "Règle : il y a désaccord sur une chose quand une objection encore ouverte y rencontre une "
    "autre voix (un autre auteur, une réponse, une décision déjà prise, une seconde version de la "
    "même note), quand des auteurs différents y proposent chacun leur changement, ou quand une "
    "note y a été acceptée et une autre rejetée."
)
NO_DISAGREEMENT = typeset_text(
    "Aucun désaccord entre deux voix : chaque objection ouverte est seule, ou a reçu sa réponse."
)
NO_NOTE = typeset_text("Aucune note à mettre sur la table : personne n’a encore annoté.")
NONE_HERE = typeset_text("Aucune note à mettre sur la table pour ce qui est demandé ici.")
_REASONS = {
    "mixed": "tout n’y a pas été tranché dans le même sens",
    "versions": "une même note y a deux versions, écrites chacune de son côté",
    "answered": "une réponse a été donnée sans que l’objection soit levée",
    "rivals": "plusieurs propositions s’y excluent peut-être",
}
_QUESTIONS = {
    "seuil": "Quelle valeur, observée dans quel territoire, ferait dire à chacun que l’autre seuil "
    "est meilleur que le sien ?",
    "poids": "Dans quel cas vécu cet indicateur a-t-il compté plus, ou moins, que ses voisins, et "
    "ce cas suffirait-il à faire changer chacun d’avis ?",
    "valeur": "Quel document, de quelle date, départagerait les valeurs avancées, et qui peut "
    "l’apporter ?",
    "indicateur": "Que devrait-on observer sur place pour que chacun admette que l’indicateur "
    "mesure, ou ne mesure pas, ce qu’il annonce ?",
    "besoin": "Quelle situation vécue par des habitants ferait changer d’avis chacun ?",
    "alea": "Quel événement passé, ici ou ailleurs, ferait changer d’avis chacun sur cet aléa ?",
    "cotation": "Quel événement passé ou quelle étude ferait changer chacun d’un niveau ?",
    "dependance": "Quand le second a manqué, le premier a-t-il cédé, où, et au bout de combien de "
    "jours ?",
    "paragraphe": "Qu’est-ce qui ferait changer d’avis chacun ?",
}


def counts(notes: Sequence[Shown]) -> str:
    """Count notes by kind (« 2 objections, 1 précision »)."""
    found = Counter(note.kind for note in notes)
    return text.enumerate_words(
        [text.count(found[kind], *words) for kind, words in KINDS.items() if found[kind]]
    )


def head_sentence(meeting: Meeting) -> str:
    """Say in one sentence what is on the table."""
    notes = meeting.notes
    found = len(meeting.disagreements())
    people = len({folded(note.author) for note in notes if note.author})
    waiting = sum(note.status == "ouverte" for note in notes)
    said = [
        f"{text.count(len(notes), 'note')} de {text.count(people, 'personne')}"
        if people
        else text.count(len(notes), "note"),
        f"dont {text.count(waiting, 'encore ouverte', 'encore ouvertes')}",
    ]
    divided = (
        f"{text.count(found, 'sujet divise', 'sujets divisent')} : c’est par là que la réunion "
        "gagne à commencer."
        if found
        else "Aucun sujet ne divise deux voix : la réunion peut aller droit aux propositions."
    )
    return typeset_text(f"{', '.join(said)}. {divided}")


def left_out_sentence(meeting: Meeting) -> str:
    """Say what the store holds that is not shown here; ``""`` when all is."""
    said = []
    if meeting.left_out:
        hidden = text.count(meeting.left_out, "autre note existe", "autres notes existent")
        said.append(
            f"{hidden} hors de ce registre (visibilité, état ou territoire demandés, ou note "
            "retirée par son auteur)."
        )
    if meeting.unreadable:
        files = text.count(
            len(meeting.unreadable), "fichier ne se lit pas", "fichiers ne se lisent pas"
        )
        said.append(f"{files} : {', '.join(meeting.unreadable)}.")
    return typeset_text(" ".join(said))


def divided_sentence(one: Disagreement) -> str:
    """Say what makes a disagreement."""
    said = f"{text.count(one.voices, 'voix', 'voix')} : {counts(one.notes)}"
    why = [words for name, words in _REASONS.items() if name in one.reasons]
    return typeset_text(f"{said} ; {' ; '.join(why)}." if why else f"{said}.")


def workshop_question(one: Disagreement) -> str:
    """Give the question to put to all, by rule.

    Parameters
    ----------
    one : Disagreement
        What divides.

    Returns
    -------
    str
        One sentence: on the two versions when there are two; on the proof when nobody gives one;
        on the choice between propositions; else the one that suits what is spoken of.
    """
    if "versions" in one.reasons:
        words = (
            "Laquelle des deux versions de la même note dit ce que son auteur pense aujourd’hui ?"
        )
    elif "rivals" in one.reasons:
        words = (
            "Sur quel territoire connu de tous les propositions donnent-elles des résultats "
            "différents, et lequel y est le plus juste ?"
        )
    elif not any(note.evidence for note in one.notes):
        words = (
            "Personne n’apporte encore de preuve : quelle donnée, ou quel cas vécu, ferait changer "
            "d’avis chacun, et qui peut l’apporter ?"
        )
    else:
        words = _QUESTIONS.get(one.notes[0].place.kind, _QUESTIONS["paragraphe"])
    return typeset_text(words)
