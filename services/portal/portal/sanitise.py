"""The body as this site may show it. Pure.

Publication sanitises what it approves; the site sanitises again, because it answers for its own pages. When
something a reader would see had to go, the edition is refused rather than shown differently from what was approved.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

import nh3

TAGS: Final = frozenset({
    "h2", "h3", "h4", "p", "br", "hr", "ol", "ul", "li", "table", "caption", "colgroup", "col", "thead", "tbody",
    "tfoot", "tr", "th", "td", "a", "img", "figure", "figcaption", "strong", "b", "em", "i", "u", "s", "sub", "sup",
    "blockquote", "pre", "code", "dl", "dt", "dd", "abbr", "time", "span", "div", "section",
})
ATTRIBUTES: Final = {
    "*": {"class", "id", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "col": {"span"},
    "ol": {"start", "type"},
    "time": {"datetime"},
    "abbr": {"title"},
}
#: The only classes of the stylesheet that a body may use.
CLASSES: Final = frozenset({"flush", "right", "center", "muted"})
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_DIGEST: Final = re.compile(r"(?:sha256[:-])?([0-9a-f]{64})(?![0-9a-f])")
#: `//host` and `/\\host` leave the site while they look as if they stayed.
_OWN: Final = re.compile(r"^/(?![/\\])")
_SCHEME: Final = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>")
_SPACE: Final = re.compile(r"\s+")
_ID: Final = re.compile(r"[A-Za-z][\w-]{0,59}")


@dataclass(frozen=True, slots=True)
class Clean:
    """`html` may be shown; `images` are the digests it shows; `lost` says what a reader would miss."""

    html: str
    images: tuple[str, ...]
    lost: str = ""


def clean(html: str) -> Clean:
    """Sanitise a body. A picture is named by its digest, wherever it lay before; any other picture is a loss."""
    images: dict[str, None] = {}
    foreign: list[str] = []

    def keep(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return " ".join(part for part in value.split() if part in CLASSES) or None
        if name == "id":
            # An id must not take the place of one that the page itself uses.
            return f"a-{value.removeprefix('a-')}" if _ID.fullmatch(value) else None
        if tag == "img" and name == "src":
            found = _DIGEST.search(value)
            if not found:
                foreign.append(value)
                return None
            images[found[1]] = None
            return f"/files/sha256-{found[1]}/image"
        if name == "href":
            if value.startswith("#"):
                return f"#a-{value[1:].removeprefix('a-')}"
            return value if _OWN.match(value) or _SCHEME.match(value) else None
        return value

    shown = nh3.clean(
        html, tags=set(TAGS), attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=keep, url_schemes=set(SCHEMES), link_rel="noopener noreferrer", strip_comments=True,
        clean_content_tags={"script", "style", "template", "noscript", "iframe", "object", "svg", "math"},
    )
    return Clean(html=shown, images=tuple(f"sha256:{digest}" for digest in images), lost=_lost(html, shown, foreign))


def _lost(before: str, after: str, foreign: list[str]) -> str:
    if foreign:
        return f"正文里有 {len(foreign)} 张图片不在这份文件的附件里，请在编辑页重新插入后再送"
    if re.search(r"<\s*(script|style|iframe|object|embed|form|input|svg|math|video|audio)\b", before, re.IGNORECASE):
        return "正文里有网站不能显示的内容（脚本、样式、表单或外部嵌入），请在编辑页清除后再送"
    was, now = text_of(before), text_of(after)
    if was != now:
        at = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
        return f"正文从“{was[max(0, at - 10) : at + 10]}”附近起不能原样显示，请在编辑页检查这一处后再送"
    return ""


def text_of(html: str) -> str:
    """Return what a reader reads, without spaces: two texts are the same when this is."""
    return _SPACE.sub("", unescape(_TAG.sub("", html))).replace("\u200b", "").replace("\u00a0", "")
