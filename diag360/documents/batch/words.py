"""What the command says of a run: what is to be made and why, what failed, how to go on."""

from collections.abc import Sequence
from pathlib import Path

from diag360.documents.batch.handover.together import Handover
from diag360.documents.batch.running.receipts import Receipt, log_path
from diag360.documents.batch.running.resume import Todo
from diag360.documents.batch.running.run import Ran
from diag360.documents.text import count

SHOWN = 10  # failures printed; run.json and the index give them all
STOPPING = (
    "Arrêt demandé : ce qui est en cours se termine, rien de nouveau ne commence "
    "(Ctrl-C encore pour tout arrêter net)."
)
CUT = (
    "Lot arrêté net : ce qui était fini est gardé, ce qui était en cours est perdu. "
    "Pour reprendre : relancer la même commande."
)
# Of the others, the message says it by itself.
_KINDS = {
    "memoire": "mémoire dépassée : ",
    "exception": "erreur de diag360 : ",
}


def tell_left(left: Sequence[str], *, former: str = "") -> list[str]:
    """Say that a folder is of another manifest, or holds documents nobody asks for now."""
    said = [f"Attention : ce dossier était celui d’un autre manifeste, {former} : ses documents "
            "sont refaits selon celui-ci."] if former else []  # fmt: skip
    if not left:
        return said
    one = "document d’une autre demande se trouve aussi dans ce dossier"
    many = "documents d’une autre demande se trouvent aussi dans ce dossier"
    names = ", ".join(left[:3]) + (" …" if len(left) > 3 else "")
    return [
        *said,
        f"Attention : {count(len(left), one, many)} ({names}) : l’index ne les montrera pas. Les "
        "ôter avant de remettre le dossier, ou choisir un dossier par manifeste (--output).",
    ]


def tell_todo(todo: Todo) -> list[str]:
    """Say what is already made, and why the rest is to be."""
    lines = []
    if todo.kept:
        one, many = "document déjà fait et à jour", "documents déjà faits et à jour"
        lines.append(count(len(todo.kept), one, many))
    lines += [
        f"{count(number, 'document')} à produire : {why}" for why, number in todo.reasons().items()
    ]
    return lines


def tell_run(ran: Ran, *, output: Path) -> list[str]:
    """Say what came of a run, its failures first to last, and how to go on."""
    kept = len(ran.todo.kept)
    parts = [count(ran.made, "document produit", "documents produits")]
    if kept:
        parts.append(count(kept, "déjà fait", "déjà faits"))
    parts.append(count(len(ran.failed), "échec", "échecs"))
    if ran.missing:
        parts.append(count(len(ran.missing), "reste à produire", "restent à produire"))
    lines = [", ".join(parts) + "."]
    for receipt in ran.failed[:SHOWN]:
        lines += _failure(receipt, output)
    if len(ran.failed) > SHOWN:
        lines.append(f"  … et {len(ran.failed) - SHOWN} autres : voir run.json")
    if ran.stopped:
        lines.append("Pour reprendre où le lot s’est arrêté : relancer la même commande.")
    elif ran.failed:
        lines.append("Une fois la cause corrigée, la même commande ne refera que ce qui manque.")
    return lines


def tell_handover(handed: Handover) -> list[str]:
    """Say where to start reading."""
    lines = [f"Écrit : {path}" for path in handed.paths]
    lines += [f"Attention : {fault}" for fault in handed.faults]
    if handed.index is not None:
        lines.append(f"À ouvrir : {handed.index}")
    return lines


def _failure(receipt: Receipt, output: Path) -> list[str]:
    error = receipt.error
    if error is None:
        return []
    lines = [f"  {receipt.name}, {receipt.document} : {_KINDS.get(error.kind, '')}{error.first}"]
    if error.notebook:
        lines.append(f"    carnet partiel : {output / error.notebook}")
    if (log := log_path(output, receipt.key)).is_file() and log.stat().st_size:
        lines.append(f"    journal : {log}")
    return lines
