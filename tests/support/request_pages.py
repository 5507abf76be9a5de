"""Browsers for the pages of the request service: an applicant's, and one for each officer."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from tests.support.publication_console import words
from tests.support.request_office import SECRETS, Office

from gongkai.web.cookies import SESSION_COOKIE

#: What an applicant types into the form.
TYPED = {
    "applicant_kind": "np",
    "name": SECRETS[0],
    "proof_kind": "identity-card",
    "proof": SECRETS[1],
    "phone": SECRETS[2],
    "email": SECRETS[3],
    "address": SECRETS[4],
    "title": "2024年外贸展会补贴名单",
    "description": f"2024年外贸展会补贴的企业名单（{SECRETS[5]}）",
    "supply_form": "electronic",
    "way": "online",
}


@asynccontextmanager
async def an_applicant(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=office.system.url, timeout=30, headers={"Accept": "text/html"}
    ) as browser:
        yield browser


@asynccontextmanager
async def an_officer_of(office: Office, name: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give a browser in which this officer is signed in; it follows no redirect by itself."""
    async with httpx.AsyncClient(
        base_url=office.system.url,
        timeout=30,
        cookies={SESSION_COOKIE: office.token(name)},
        headers={"Accept": "text/html"},
    ) as browser:
        yield browser


def faults(page: str) -> list[str]:
    """Return what a page says is wrong, for the message of a failing test."""
    found = re.search(r'id="errors"[^>]*>(.*?)</div>', page, re.DOTALL)
    return [words(found.group(1))] if found else [words(page)[-600:]]
