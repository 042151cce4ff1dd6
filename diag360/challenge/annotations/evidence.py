"""A line of evidence: « preuve : address (page 12) », or « preuve : title, page 12 »."""

import re

from diag360.challenge.annotations.model import Evidence

_LINE = re.compile(r" {0,3}(?:[-*+>]\s+)*[*_]*preuves?[*_]*\s*:[*_]*\s*(\S.*)", re.IGNORECASE)
_ADDRESS = re.compile(r"<?(https?://[^\s<>]+|www\.[^\s<>]+)>?", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]]*)\]\((https?://[^\s()]+)\)", re.IGNORECASE)
_PAGED = re.compile(r"(.*?)\s*[,;]?\s*\(?\b(?:pages?|p\.)\s*(\d[^()]*?)\)?", re.IGNORECASE)
_BRACKETED = re.compile(r"(.*?)\s*\(([^()]+)\)")
_LONGEST = 4000  # a longer line is text
_TRAILING = ".,;:!?)»"
_KEYS = {"url": "adresse", "document": "titre", "page": "page"}
_FIELD = re.compile(r"(adresse|titre|page) : (.*)")
_CUT = re.compile(r"\s·\s|^·\s")


def is_evidence(line: str) -> bool:
    """Tell whether a line is one of evidence."""
    return len(line) <= _LONGEST and _LINE.fullmatch(line) is not None


def read_evidence(line: str) -> Evidence | None:
    """Read a line of evidence, None when it is not one.

    Parameters
    ----------
    line : str
        Clean.

    Returns
    -------
    Evidence or None
        The address when there is one (a Markdown link gives its title too), else the title.
    """
    found = _LINE.fullmatch(line) if len(line) <= _LONGEST else None
    if found is None:
        return None
    told = " ".join(found[1].split())
    if told.startswith("· ") and (spelled := _spelled(told)) is not None:
        return spelled
    if link := _LINK.search(told):
        rest, url, title = told[: link.start()] + told[link.end() :], link[2], link[1]
    elif address := _ADDRESS.search(told):
        url = address[1]
        kept = url.rstrip(_TRAILING)
        rest, title = told[: address.start()] + url[len(kept) :] + told[address.end() :], ""
        url = kept if kept.lower().startswith("http") else f"https://{kept}"
    else:
        rest, url, title = told, "", ""
    rest, page = _page_of(rest, bracketed=bool(url))
    document = " ".join(f"{title} {rest.strip(' ,;:.–—-()')}".split()) if url else rest.strip()
    if not (url or document):
        url, document, page = "", told, ""
    return Evidence(url=url, document=document, page=page)


def evidence_line(evidence: Evidence) -> str:
    """Write a line of evidence, spelled out when the simple form would be read otherwise."""
    page = evidence.page and (
        f"page {evidence.page}" if evidence.page[0].isdigit() else evidence.page
    )
    if evidence.url:
        where = f"[{evidence.document}]({evidence.url})" if evidence.document else evidence.url
        simple = f"preuve : {where} ({page})" if page else f"preuve : {where}"
    else:
        simple = (
            f"preuve : {evidence.document}, {page}" if page else f"preuve : {evidence.document}"
        )
    if read_evidence(simple) == evidence:
        return simple
    fields = {name: getattr(evidence, name) for name in _KEYS}
    told = "".join(f" · {_KEYS[name]} : {_hide(value)}" for name, value in fields.items() if value)
    return f"preuve :{told}"


def _page_of(rest: str, *, bracketed: bool) -> tuple[str, str]:
    """Page told at the end, and what stands before it; beside an address, any word in brackets."""
    if paged := _PAGED.fullmatch(rest.strip()):
        return paged[1], paged[2].strip()
    if bracketed and (inside := _BRACKETED.fullmatch(rest.strip())):
        return inside[1], inside[2].strip()
    return rest, ""


def _spelled(told: str) -> Evidence | None:
    fields = {}
    keys = {french: name for name, french in _KEYS.items()}
    for part in _CUT.split(told)[1:]:
        field = _FIELD.fullmatch(part)
        if field is None or keys[field[1]] in fields:
            return None
        fields[keys[field[1]]] = _show(field[2])
    return Evidence(**fields) if fields.get("url") or fields.get("document") else None


def _hide(value: str) -> str:
    return value.replace("\\", "\\\\").replace("·", "\\·")


def _show(value: str) -> str:
    return re.sub(r"\\([\\·])", r"\1", value)
