"""An officer's browser for tests of the console: a session cookie, forms filled in as they stand, pages read back."""

import re
from collections.abc import Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
from tests.support.publication_bureau import NOON, ORGAN, OTHER_ORGAN, PEOPLE, STRANGER, Bureau

from gongkai.web.cookies import SESSION_COOKIE

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_TAGS = re.compile(r"<[^>]+>")


def session_of(bureau: Bureau, name: Any) -> str:
    """Return the cookie of one officer; the clock of the bureau stands still, so it never ends."""
    person = PEOPLE[name] if isinstance(name, str) else name
    organ_id = OTHER_ORGAN if person == STRANGER else ORGAN
    return bureau.kit.tokens.issue_session(person, organ_id, 0, timedelta(days=3650), NOON)


@asynccontextmanager
async def browsing(bureau: Bureau, name: Any):
    """Give a browser in which this officer is signed in; it follows no redirect by itself."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(bureau.app, raise_app_exceptions=False),
        base_url="http://bureau",
        cookies={SESSION_COOKIE: session_of(bureau, name)},
        headers={"Accept": "text/html"},
    ) as browser:
        yield browser


def proof_in(page: str) -> str:
    found = _CSRF.search(page)
    assert found, f"there is no form in {page[:500]}"
    return unescape(found.group(1))


async def send(
    browser: httpx.AsyncClient,
    path: str,
    fields: Mapping[str, Any],
    *,
    seen: str = "",
    files: Any = None,
) -> httpx.Response:
    """Open the page that has the form (`seen`, or the address itself) and post these fields with its proof."""
    page = await browser.get(seen or path)
    assert page.status_code == 200, f"{seen or path}: {page.status_code} {page.text[:500]}"
    data = {"csrf": proof_in(page.text), **fields}
    if files is not None:
        return await browser.post(path, data=data, files=files)
    return await browser.post(path, data=data)


def words(page: str) -> str:
    """Return what a reader sees of a page, on one line."""
    return re.sub(r"\s+", " ", unescape(_TAGS.sub(" ", page)))


def value_of(page: str, name: str) -> str:
    """Return what a text field of the page holds."""
    area = re.search(rf'<textarea[^>]* name="{re.escape(name)}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    if area:
        return unescape(area.group(1))
    found = re.search(rf'<input[^>]* name="{re.escape(name)}"[^>]*>', page)
    assert found, f"no field {name}"
    value = re.search(r' value="([^"]*)"', found.group(0))
    return unescape(value.group(1)) if value else ""
