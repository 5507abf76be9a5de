"""Walks through pages like a person who clicks on everything, and looks whether a page could do what it should not."""

import re
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
from lxml import html

#: An element and a call that exist nowhere else: where one of them is found in a page, a text became code.
TAG = "x-pwn"
MARK = "pwn()"
#: A mark of markup, of an attribute, of templates, and of a script.
PAYLOAD = f'"><{TAG} onload={MARK}>{{{{7*7}}}}'
RICH = (
    f'{PAYLOAD}<script>{MARK}</script><img src=x onerror={MARK}><a href="javascript:{MARK}">x</a>'
    f"<svg/onload={MARK}><iframe srcdoc='<script>{MARK}</script>'></iframe><!--<![CDATA[]]>--><style>*{{}}</style>"
    f"[点这里](javascript:{MARK}) [又一处](data:text/html,<script>{MARK}</script>) ![图](javascript:{MARK})"
    f" <javascript:{MARK}> [外链](//evil.example/) ]]> &lt;script&gt;"
)
_ADDRESSES = ("href", "src", "action", "formaction", "srcdoc", "data", "poster", "background", "xlink:href")
_SCHEMES = ("http", "https", "mailto", "tel", "")


def live_code(page: str) -> list[str]:
    """Say what in a page comes from a payload and would do something; an empty list when it is all text."""
    found = []
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in {TAG, "base", "object", "embed", "applet"} or (element.tag == "iframe"):
            found.append(f"<{element.tag}>")
        if element.tag in {"script", "style"} and (
            (element.text or "").strip() or MARK in (element.text_content() or "")
        ):
            found.append(f"inline {element.tag}: {(element.text or '')[:80]}")
        for name, value in element.attrib.items():
            if name.lower().startswith("on"):
                found.append(f"{element.tag} {name}={value[:60]}")
            elif name.lower() == "style":
                found.append(f"{element.tag} style={value[:60]}")
            elif name.lower() in _ADDRESSES:
                where = re.sub(r"[\x00-\x20]", "", value).lower()
                if urlsplit(where).scheme not in _SCHEMES:
                    found.append(f"{element.tag} {name}={value[:80]}")
        if element.tag == "meta" and element.get("http-equiv", "").lower() == "refresh":
            found.append("meta refresh")
    if "49" in page and "{{7*7}}" not in page and TAG in page:
        found.append("a template was run")
    return found


@dataclass(slots=True)
class Walk:
    """What a walk saw: every page by its path, every other answer by its path."""

    pages: dict[str, httpx.Response] = field(default_factory=dict)
    others: dict[str, httpx.Response] = field(default_factory=dict)

    @property
    def everything(self) -> dict[str, httpx.Response]:
        return self.pages | self.others


def shape(path: str) -> str:
    """Return the path with every id alike, so that a walk does not read one page for each of a thousand things."""
    plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", urlsplit(path).path)
    return re.sub(r"\d+", "9", re.sub(r"sha256[:-][0-9a-f]{64}", "#", plain))


async def walk(
    browser: httpx.AsyncClient, *starts: str, within: tuple[str, ...] = ("/",), most: int = 120, alike: int = 4
) -> Walk:
    """Follow every link from these pages, each shape of address a few times."""
    seen, waiting, shapes = set(starts), deque(starts), dict[str, int]()
    found = Walk()
    while waiting and len(found.everything) < most:
        path = waiting.popleft()
        kind = shape(path)
        shapes[kind] = shapes.get(kind, 0) + 1
        if shapes[kind] > alike:
            continue
        answer = await browser.get(path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            found.others[path] = answer
            links = [answer.headers["location"]] if "location" in answer.headers else []
        else:
            found.pages[path] = answer
            page = html.fromstring(answer.text)
            links = [each.get("href", "") or each.get("src", "") for each in page.iter("a", "link", "img", "script")]
        for link in links:
            target, _ = urldefrag(urljoin(str(answer.url), link))
            at = urlsplit(target)
            if at.netloc != urlsplit(str(answer.url)).netloc:
                continue
            onward = at.path + (f"?{at.query}" if at.query else "")
            if onward not in seen and onward.startswith(within):
                seen.add(onward)
                waiting.append(onward)
    return found
