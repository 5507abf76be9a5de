"""Addresses and file names in a body, judged by their writing alone. Whether they answer is asked elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from publication.checks.model import CheckInput, Lists, Severity
from publication.checks.report import Hit
from publication.checks.scan import Marked, Scan

_MARKDOWN = re.compile(
    r"(?<!!)\[[^\[\]\n]{0,300}\]\(\s{0,3}<?(?P<url>[^<>()\s]{1,2000}(?:\([^()\s]{0,200}\)[^<>()\s]{0,500})?)>?"
)
_BARE = re.compile(
    r"(?<![A-Za-z0-9])(?:https?|ftp|file)://[^\s<>\"'）》”，。；、（\u4e00-\u9fff\])]{1,2000}", re.IGNORECASE
)
_WWW = re.compile(r"(?<![A-Za-z0-9/.])www\.[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}", re.IGNORECASE)
_LOCAL = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]:\\[^\s<>|\"()]{2,200}|(?<![A-Za-z0-9\\])\\{1,2}[A-Za-z0-9._-]{2,60}\\[^\s<>|\"]{1,200}"
)
_FILE = re.compile(
    r"(?<![\w./-])[\w\u4e00-\u9fa5（）()〔〕【】·-]{1,80}\.(?:docx?|xlsx?|pdf|pptx?|wps|et|ofd|zip|rar|jpe?g|png|txt)(?![\w])",
    re.IGNORECASE,
)
_SHORTENERS: Final = frozenset(
    {"t.cn", "dwz.cn", "url.cn", "suo.im", "bit.ly", "tinyurl.com", "goo.gl", "t.co", "u.nu"}
)
_INSIDE: Final = (".local", ".lan", ".intranet", ".internal", ".corp", ".home")


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    start: int
    end: int


def find_links(text: str) -> list[Link]:
    """Addresses in reading order: of Markdown links, bare, and those that begin with www."""
    found: dict[int, Link] = {}
    told = Marked(len(text))
    for match in _MARKDOWN.finditer(text):
        found[match.start("url")] = Link(match["url"], *match.span("url"))
        told.add(*match.span("url"))
    for pattern in (_BARE, _WWW):
        for match in pattern.finditer(text):
            url = match[0].rstrip(".,;:!?*_")
            if not told.touches(match.start(), match.start() + 1):
                told.add(match.start(), match.start() + len(url))
                found[match.start()] = Link(url, match.start(), match.start() + len(url))
    return [found[at] for at in sorted(found)]


def file_names(text: str) -> list[str]:
    """Names of files that the text mentions or links to, without their folders."""
    linked = [link.url.rpartition("/")[2].partition("?")[0] for link in find_links(text)]
    names = [name for name in linked if re.search(r"\.[A-Za-z0-9]{2,5}$", name)]
    return list(dict.fromkeys([*names, *(match[0] for match in _FILE.finditer(text))]))


def detect(scanned: Scan, edition: CheckInput, lists: Lists) -> Iterator[Hit]:
    for found in _LOCAL.finditer(scanned.text):
        yield _hit(
            "local",
            "must",
            "本机或内部网络的路径",
            "公众打不开这个位置，还会暴露内部信息，请改为附件或网址。",
            *found.span(),
        )
    for link in find_links(scanned.text):
        if hit := _judge(link, edition, lists):
            yield hit


def _hit(rule: str, severity: Severity, title: str, why: str, start: int, end: int) -> Hit:
    return Hit(f"link.{rule}", severity, "link", title, why, start, end)


def _judge(link: Link, edition: CheckInput, lists: Lists) -> Hit | None:
    url, span = link.url, (link.start, link.end)
    if url in edition.dead_links:
        return _hit("dead", "must", "链接打不开", "检查时这个链接无法访问，请更换或删除。", *span)
    if url.startswith(("/blobs/", "/d/", "#")):
        return None
    if url.lower().startswith("www."):
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower().rstrip(".")
        _ = parts.port
    except ValueError:
        return _hit("syntax", "must", "链接格式错误", "网址写法有误，点击后无法打开。", *span)
    if parts.scheme in {"mailto", ""} or len(parts.scheme) == 1:  # a drive letter was reported as a path
        return None
    if parts.scheme == "file":
        return _hit("local", "must", "本机文件的链接", "公众打不开本机文件，请改为附件。", *span)
    if parts.scheme not in {"http", "https"}:
        return _hit(
            "scheme", "judge", "链接协议不常用", f"“{parts.scheme}:”链接多数公众打不开，发布后也不会成为链接。", *span
        )
    if parts.username or parts.password:
        return _hit("secret", "must", "链接里带有用户名或密码", "网址中含有登录信息，必须删除。", *span)
    if (
        not host
        or re.search(r"[，。；：（）“”《》]", url)
        or (not _is_address(host) and "." not in host and host != "localhost")
    ):
        return _hit("syntax", "must", "链接格式错误", "网址写法有误，点击后无法打开。", *span)
    if _inside(host):
        return _hit("inside", "must", "内部网络的链接", "公众无法访问内部网络地址，还会暴露内部信息。", *span)
    if re.search(r"[?&](?:token|access_token|session|sid|password|pwd|secret)=", url, re.IGNORECASE):
        return _hit("secret", "must", "链接里带有登录凭据", "网址中含有令牌或密码参数，必须删除。", *span)
    if link.url in edition.silent_links:
        return _hit("silent", "judge", "链接没有回应", "检查时这个网站没有回应，请打开看一看，再决定留不留。", *span)
    if host in _SHORTENERS:
        return _hit("shortened", "judge", "短链接", "短链接的去向可以被更改，请使用完整网址。", *span)
    if not _known(host, lists):
        return _hit("foreign", "judge", "站外链接", f"“{host}”不在常用网站名单里，请确认是可靠的官方网站。", *span)
    if parts.scheme == "http" and not host.endswith("gov.cn"):
        return _hit("plain", "note", "链接没有加密", "建议改用 https 链接。", *span)
    return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _inside(host: str) -> bool:
    if host == "localhost" or host.endswith(_INSIDE):
        return True
    return _is_address(host) and not ip_address(host).is_global


def _known(host: str, lists: Lists) -> bool:
    return (
        host.endswith(".gov.cn")
        or host == "gov.cn"
        or any(host == known or host.endswith(f".{known}") for known in lists.known_hosts)
    )
