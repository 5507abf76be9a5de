"""Proof that a form was ours: bound to the session cookie, or before sign-in to a cookie of the visit.

The hidden value is an HMAC keyed by the cookie. Another site can make the browser send the cookie but
cannot read it, so it cannot make the value; a stolen value is worth nothing without its session. No
secret has to be shared between services, and nothing is stored.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gongkai.web.cookies import SESSION_COOKIE, VISIT_COOKIE

FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_VISIT: Final = "gongkai.visit"


def _kept(request: Request) -> str | None:
    """Return the seed that the browser brought; one kind of cookie never passes for the other."""
    for name in (SESSION_COOKIE, VISIT_COOKIE):
        if request.cookies.get(name):
            return f"{name}={request.cookies[name]}"
    return None


def _token(seed: str) -> str:
    digest = hmac.new(seed.encode(), b"gongkai form", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def token_for(request: Request) -> str:
    """Return the value for the hidden field; a visitor without any cookie is given one by `remember`."""
    seed = _kept(request)
    if seed is None:
        minted = getattr(request.state, _VISIT, None) or secrets.token_urlsafe(24)
        setattr(request.state, _VISIT, minted)
        seed = f"{VISIT_COOKIE}={minted}"
    return _token(seed)


def remember(request: Request, response: Response, *, secure: bool) -> None:
    """Set the visit cookie when `token_for` minted one for this page."""
    minted = getattr(request.state, _VISIT, None)
    if minted is not None:
        response.set_cookie(VISIT_COOKIE, minted, httponly=True, samesite="lax", secure=secure, path="/")


def proves(request: Request, token: str | None) -> bool:
    seed = _kept(request)
    return bool(seed and token) and hmac.compare_digest(_token(seed or "").encode(), (token or "").encode())


def same_origin(request: Request) -> bool:
    """Tell whether a script's call with a session cookie comes from our own pages.

    Browsers say where a request comes from; a caller that says nothing has to show the token.
    """
    if proves(request, request.headers.get(HEADER)):
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
