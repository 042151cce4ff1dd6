"""Markdown of a note → HTML that can do nothing but be read."""

import re
from functools import lru_cache
from html import escape
from typing import Any

import mistune
import nh3

from diag360.challenge.annotations.clean import clean_line, clean_text

SUITE = "… (suite dans le fichier de la note)"
_SCHEMES = ("http", "https", "mailto")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20]", re.IGNORECASE)
_BLOCKS = ("p", "ul", "ol", "li", "blockquote", "pre", "table")
_CELLS = ("thead", "tbody", "tr", "th", "td")
_TAGS = {*_BLOCKS, *_CELLS, "a", "br", "code", "del", "div", "em", "hr", "strong"}
_SCROLL = '<div class="scroll">'  # a table too wide scrolls in its box
# Beyond what clean_text drops: what takes no place, or stands for no character.
_INVISIBLE = re.compile("[\u200b\u2060-\u206f\ufff9-\ufffb]")
# Marks heaped on one letter beyond three spill over the lines around it.
_HEAP = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


@lru_cache(maxsize=4096)  # fifty documents in a row show the same notes
def safe_html(markdown: str, *, limit: int = 4000) -> str:
    """Turn what an expert wrote into HTML that runs nothing, loads nothing and breaks nothing.

    Raw HTML is shown as it was typed. Links lead to http, https and mailto only; another address,
    and that of an image, is printed beside its words. Headings become bold lines: the outline of
    a document is not theirs. Nothing is hidden: titles of links and definitions are printed too.

    Parameters
    ----------
    markdown : str
        Anything; never trusted.
    limit : int
        Length [characters] beyond which the text is cut, on a word.

    Returns
    -------
    str
        Blocks of HTML, each with the direction of its own text; ``""`` for a blank note.
    """
    near = markdown[: 8 * limit]  # the rest would be cleaned for nothing
    text, cut = _cut(_readable(clean_text(near)), limit)
    try:
        html = str(_parser()(text))
    except Exception:  # whatever trips the parser, the words are still shown
        html = f"<pre>{escape(text)}</pre>"
    if cut or len(near) < len(markdown):
        html += f"<p>{SUITE}</p>"
    return _cleaner().clean(html).strip()


def one_line(words: str, *, limit: int = 200) -> str:
    """Make of any text a line that fits beside a number: no control, no line end, cut on a word.

    Parameters
    ----------
    words : str
        A name, a place, a title; never trusted.
    limit : int
        Length [characters] kept.

    Returns
    -------
    str
        Plain text, still to be escaped.
    """
    near = words[: 8 * limit]
    text, cut = _cut(_readable(clean_line(near)), limit)
    return f"{text}…" if cut or len(near) < len(words) else text


def safe_address(url: str) -> str:
    """Keep an address only when a reader may follow it; ``""`` otherwise."""
    bare = url.strip()
    return bare if _ADDRESS.match(bare) and not re.search(r"[\s\"'<>\\`]", bare) else ""


@lru_cache(maxsize=4096)  # a note stands beside its number and in the register
def only_safe(html: str) -> str:
    """Pass HTML through the sanitizer again: a file it was kept in may have been edited."""
    return _cleaner().clean(html)


def _readable(text: str) -> str:
    return _HEAP.sub(r"\1", _INVISIBLE.sub("", text))


def _cut(text: str, limit: int) -> tuple[str, bool]:
    if len(text) <= limit:
        return text, False
    kept = text[:limit]
    at = max(kept.rfind(" "), kept.rfind("\n"))
    return (kept[:at] if at > limit // 2 else kept).rstrip(), True


class _Plain(mistune.HTMLRenderer):
    """Blocks of text and nothing else: neither headings, nor images, nor hidden addresses."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        address = safe_address(url)
        beside = [escape(said) for said in ("" if address else url, title) if said]
        if address:
            text = f'<a href="{escape(address)}">{text or escape(address)}</a>'
        return f"{text} ({', '.join(beside)})" if beside else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return self.link(f"image : {text}" if text else "image", url, title)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<p><strong>{text}</strong></p>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        said = "" if re.fullmatch(r"[\w+#.-]{0,20}", info or "") else f"{info}\n"
        return f"<pre><code>{escape(said + code)}</code></pre>\n"


@lru_cache(maxsize=1)
def _parser() -> mistune.Markdown:
    renderer = _Plain(escape=True)
    markdown = mistune.create_markdown(
        escape=True, renderer=renderer, plugins=["table", "strikethrough", "url"]
    )
    renderer.register("table", lambda _, rows: f"{_SCROLL}<table>{rows}</table></div>")
    markdown.block.rules.remove("ref_link")  # definitions would vanish from what is shown
    return markdown


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        allowed_classes={"div": {"scroll"}},
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel="noopener nofollow ugc",
        set_tag_attribute_values={tag: {"dir": "auto"} for tag in _BLOCKS},
    )
