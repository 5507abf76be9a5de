"""Approved HTML → the HTML that 公众号 keeps: few tags, inline style, images by digest. Pure.

The input was sanitised by publication; it is read here as if it had not been.
"""

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final

IMAGE_MARK: Final = "blob:"
_DIGEST = re.compile(r"sha256[:\-/]?([0-9a-f]{64})")
_BARE_DIGEST = re.compile(r"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")

#: Tag of ours → tag of theirs and its style. Headings become paragraphs of another weight.
_BLOCKS: Final[dict[str, tuple[str, str]]] = {
    "h1": ("h2", "font-size:20px;line-height:1.5;margin:1.2em 0 .6em"),
    "h2": ("h2", "font-size:19px;line-height:1.5;margin:1.2em 0 .6em"),
    "h3": ("h3", "font-size:17px;line-height:1.6;margin:1em 0 .5em"),
    "h4": ("h4", "font-size:16px;line-height:1.6;margin:1em 0 .5em"),
    "p": ("p", "line-height:1.9;margin:0 0 .8em"),
    "blockquote": ("blockquote", "border-left:3px solid #7c868a;padding-left:12px;margin:0 0 .8em"),
    "ul": ("ul", ""),
    "ol": ("ol", ""),
    "li": ("li", "line-height:1.9"),
    "table": ("table", "border-collapse:collapse;width:100%"),
    "thead": ("thead", ""),
    "tbody": ("tbody", ""),
    "tr": ("tr", ""),
    "td": ("td", "border:1px solid #7c868a;padding:4px 8px"),
    "th": ("th", "border:1px solid #7c868a;padding:4px 8px"),
    "hr": ("hr", ""),
    "br": ("br", ""),
    "strong": ("strong", ""),
    "b": ("strong", ""),
    "em": ("em", ""),
    "u": ("u", ""),
    "sup": ("sup", ""),
    "sub": ("sub", ""),
}
_VOID: Final = {"hr", "br"}
_DROPPED_WHOLE: Final = {"script", "style", "iframe", "object", "template", "noscript", "svg", "math"}


@dataclass(slots=True)
class Converted:
    """The whole text, the pieces it may be cut between, the pictures it shows, and what had to go."""

    blocks: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    foreign_images: int = 0

    @property
    def html(self) -> str:
        return "".join(self.blocks)


class _Converter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done = Converted()
        self._open: list[str] = []
        self._piece: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WHOLE:
            self._skipping += 1
        if self._skipping:
            return
        values = {name: value or "" for name, value in attrs}
        if tag == "img":
            self._image(values)
        elif tag in _BLOCKS:
            theirs, style = _BLOCKS[tag]
            spans = "".join(
                f' {name}="{values[name]}"' for name in ("colspan", "rowspan") if values.get(name, "").isdecimal()
            )
            self._piece.append(f"<{theirs}{spans if theirs in {'td', 'th'} else ''}{_style(style)}>")
            if tag not in _VOID:
                self._open.append(tag)

    def _image(self, values: dict[str, str]) -> None:
        digest = digest_in(values.get("src", ""))
        if digest is None:
            self.done.foreign_images += 1
            return
        if digest not in self.done.images:
            self.done.images.append(digest)
        alt = escape(values.get("alt", ""), quote=True)
        self._piece.append(f'<img src="{IMAGE_MARK}{digest}" alt="{alt}" style="max-width:100%">')

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED_WHOLE:
            self._skipping = max(0, self._skipping - 1)
            return
        if self._skipping or tag in _VOID or tag not in self._open:
            return
        while self._open:
            closing = self._open.pop()
            self._piece.append(f"</{_BLOCKS[closing][0]}>")
            if closing == tag:
                break
        if not self._open:
            self._cut()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._piece.append(escape(data, quote=False))

    def _cut(self) -> None:
        piece = "".join(self._piece)
        if piece.strip():
            self.done.blocks.append(piece)
        self._piece.clear()

    def finish(self) -> Converted:
        self.close()
        while self._open:
            self._piece.append(f"</{_BLOCKS[self._open.pop()][0]}>")
        self._cut()
        return self.done


def _style(style: str) -> str:
    return f' style="{style}"' if style else ""


def digest_in(source: str) -> str | None:
    """Return the digest of an own blob that this address names, or None for a foreign picture."""
    match = _DIGEST.search(source)
    if match is None and source.startswith("/"):
        match = _BARE_DIGEST.search(source)
    return f"sha256:{match.group(1)}" if match else None


def convert(html: str) -> Converted:
    """Rewrite the body. Links lose their address: 公众号 strips them, and the original is one tap away."""
    converter = _Converter()
    converter.feed(html)
    return converter.finish()


def with_images(html: str, urls: dict[str, str]) -> str:
    """Put the platform's own picture addresses where the digests stand."""
    for digest, url in urls.items():
        html = html.replace(f'"{IMAGE_MARK}{digest}"', f'"{escape(url, quote=True)}"')
    return html


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._skipping += tag in _DROPPED_WHOLE

    def handle_endtag(self, tag: str) -> None:
        self._skipping = max(0, self._skipping - (tag in _DROPPED_WHOLE))

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.parts.append(data)


def text_of(html: str) -> str:
    """Return the words of a piece of HTML, without any space: platforms move spaces about."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return squeezed("".join(reader.parts))


def squeezed(text: str) -> str:
    """Drop every kind of space, zero-width ones too."""
    return re.sub(r"[\s\u200b-\u200f\u2060\ufeff]+", "", text)
