"""Limits of 微博 statuses as the platform applies them. Pure."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.world import derived

MESSAGES: Final[dict[int, str]] = {
    10001: "System error",
    10008: "Param error, see doc for more info",
    10009: "Too many pending tasks, system is busy",
    10014: "Insufficient app permissions",
    10017: "Miss required parameter or parameter value is not legal, see doc for more info",
    10021: "HTTP method is not suported for this request",
    10023: "User requests out of rate limit",
    20005: "Unsupported image type, only suport JPG, GIF, PNG",
    20006: "Image size too large",
    20008: "Content is null",
    20012: "Text too long, please input text less than 140 characters",
    20017: "The content is similar to what you have just sent",
    20019: "repeat content",
    20021: "content is illegal",
    20031: "need captcha",
    20032: "Update success, while server slow now, please wait 1-2 minutes",
    20101: "Target weibo does not exist",
    20102: "Not your own weibo",
    21314: "Token used",
    21327: "token expired",
    21332: "invalid access_token",
}
MAX_LENGTH: Final = 140
MAX_LONG: Final = 2000
MAX_PICTURE: Final = 5_000_000
MAX_ANNOTATIONS: Final = 512
LINK_LENGTH: Final = 10

LINK = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_TOPIC = re.compile(r"#[^#\s]+#")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def error(code: int, path: str) -> dict[str, Any]:
    return {"request": path, "error_code": code, "error": MESSAGES.get(code, "error")}


def length(text: str) -> int:
    """Count as the platform does: a Han character 1, ASCII ½, a link 10, rounded up."""
    links = LINK.findall(text)
    rest = LINK.sub("", text)
    halves = sum(1 if ord(char) < 128 else 2 for char in rest)
    return LINK_LENGTH * len(links) + -(-halves // 2)


def share_fault(text: str, safe_domains: list[str]) -> int:
    """Return the first error the ordinary share call earns, or 0."""
    if not text.strip():
        return 20008
    hosts = [urlsplit(link).netloc for link in LINK.findall(text)]
    if not any(host == domain or host.endswith("." + domain) for host in hosts for domain in safe_domains):
        return 10017
    if _TOPIC.search(LINK.sub("", text)):
        return 10017
    return 20012 if length(text) > MAX_LENGTH else 0


def picture_fault(content: bytes) -> int:
    if len(content) > MAX_PICTURE:
        return 20006
    known = content[:8] == b"\x89PNG\r\n\x1a\n" or content[:3] == b"\xff\xd8\xff" or content[:4] == b"GIF8"
    return 0 if known else 20005


def bid_of(mid: int) -> str:
    """Return the short name of a status in its page address: base 62 over groups of seven digits from the right."""
    digits, parts = str(mid), list[str]()
    while digits:
        digits, group = digits[:-7], digits[-7:]
        value, text = int(group), ""
        while value:
            value, rest = divmod(value, 62)
            text = _DIGITS[rest] + text
        parts.append(text.rjust(4, "0") if digits else text)
    return "".join(reversed(parts))


def shortened(text: str) -> str:
    """Return the text as followers get it: every link is a short one."""
    return LINK.sub(lambda match: f"http://t.cn/{derived('link', match.group(), 8)}", text)
