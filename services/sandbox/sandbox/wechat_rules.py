"""Limits of 公众号 drafts as the platform applies them. Pure: articles in, an error code or cleaned articles out."""

import re
from typing import Any, Final

import nh3

MESSAGES: Final[dict[int, str]] = {
    -1: "system error",
    0: "ok",
    40001: "invalid credential, access_token is invalid or not latest",
    40007: "invalid media_id",
    40009: "invalid image size",
    40013: "invalid appid",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail",
    40060: "invalid index",
    40125: "invalid appsecret",
    40137: "invalid image format",
    40164: "invalid ip, not in whitelist",
    41001: "access_token missing",
    42001: "access_token expired",
    44003: "empty news data",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45004: "description size out of limit",
    45005: "url size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45110: "author size out of limit",
    45166: "invalid content",
    47001: "data format error",
    48001: "api unauthorized",
    48006: "forbid to clear quota because of reaching the limit",
    53402: "cover crop failed, please check the coordinates",
    53503: "draft not pass the check before publishing",
    53505: "please publish in the console",
    53600: "article id invalid",
}
MAX_TITLE: Final = 32
MAX_DIGEST: Final = 128
MAX_AUTHOR: Final = 16
MAX_CONTENT: Final = 20_000
MAX_CONTENT_BYTES: Final = 1_000_000
MAX_LINK_BYTES: Final = 1024
MAX_ARTICLES: Final = 8

_FORBIDDEN = re.compile(r"<\s*(script|iframe|form|input|object|embed)\b", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"""\b(?:data-)?src\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
_TAGS: Final = {
    "p",
    "br",
    "span",
    "section",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "h1",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "img",
    "hr",
    "sup",
    "sub",
    "a",
}
_ATTRIBUTES: Final = {"*": {"style"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}


def error(code: int, note: str = "") -> dict[str, Any]:
    message = MESSAGES.get(code, "error")
    return {"errcode": code, "errmsg": f"{message} {note}".strip() + " rid: 6743f5a1-0b1c2d3e-4f506172"}


def fault_of(articles: list[dict[str, Any]], covers: dict[str, bool]) -> int:
    """Return the first error code these articles earn, or 0. `covers`: media_id → is permanent image."""
    if not articles:
        return 44003
    if len(articles) > MAX_ARTICLES:
        return 45008
    for article in articles:
        title, content = str(article.get("title", "")), str(article.get("content", ""))
        if not title.strip() or not content.strip():
            return 44003
        if len(title) > MAX_TITLE:
            return 45003
        if len(str(article.get("digest", ""))) > MAX_DIGEST:
            return 45004
        if len(str(article.get("author", ""))) > MAX_AUTHOR:
            return 45110
        if len(str(article.get("content_source_url", "")).encode()) > MAX_LINK_BYTES:
            return 45005
        if len(content) > MAX_CONTENT or len(content.encode()) > MAX_CONTENT_BYTES:
            return 45002
        if _FORBIDDEN.search(content):
            return 45166
        if article.get("article_type", "news") == "news" and not covers.get(
            str(article.get("thumb_media_id", "")), False
        ):
            return 40007
        if not all(_crop_is_sound(str(article[key])) for key in ("pic_crop_235_1", "pic_crop_1_1") if article.get(key)):
            return 53402
    return 0


def _crop_is_sound(crop: str) -> bool:
    try:
        left, top, right, bottom = (float(part) for part in crop.split("_"))
    except ValueError:
        return False
    return 0 <= left < right <= 1 and 0 <= top < bottom <= 1


def normalised(content: str, own_images: str) -> str:
    """Return the HTML as the platform keeps it: unknown tags and images from elsewhere are gone."""

    def own(match: re.Match[str]) -> str:
        source = _SOURCE.search(match.group())
        return match.group() if source and source.group(1).startswith(own_images) else ""

    kept = _IMAGE.sub(own, content)
    return nh3.clean(kept, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None)


def first_words(content: str) -> str:
    """Return the default summary: the first 54 characters of the text."""
    return re.sub(r"\s+", "", nh3.clean(content, tags=set()))[:54]


def image_fault(content: bytes, name: str, limit: int) -> int:
    if len(content) > limit:
        return 40009
    if content[:8] == b"\x89PNG\r\n\x1a\n" or content[:3] == b"\xff\xd8\xff":
        return 0
    return 0 if limit > 2_000_000 and content[:4] == b"GIF8" and name else 40137
