"""Who is asking: a session cookie of a browser or a bearer token of a program, checked against the officer table.

The token proves only the person and the session's epoch. What the person may do is read from the local
table at every request, so a withdrawn role or an ended session works at once.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Depends, Request

from gongkai.runtime.errors import Forbidden, Unauthenticated
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Actor
from gongkai.web import csrf
from gongkai.web.cookies import SESSION_COOKIE
from gongkai.web.officers import officer_row
from gongkai.web.permissions import Action, allowed, roles_for

#: Roles that are a trust in one person and are not lent while that person is away.
NOT_LENT: Final = frozenset({"administrator"})
_FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class StandIn:
    """A colleague who is away and whose duty this person does."""

    person_id: UUID
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Officer:
    person_id: UUID
    organ_id: UUID
    roles: frozenset[str]
    unit: str
    epoch: int
    via: Literal["session", "token"]
    stands_in: tuple[StandIn, ...] = ()
    program: UUID | None = None

    def may(self, action: Action) -> bool:
        return allowed(self.roles, action) or any(allowed(away.roles, action) for away in self.stands_in)

    def check(self, action: Action) -> None:
        """Refuse with the roles that could do it."""
        if not self.may(action):
            raise Forbidden(f"您没有做这件事的权限，可以请{'、'.join(roles_for(action))}办理", action)

    def on_behalf_of(self, action: Action) -> UUID | None:
        """Name the colleague in whose stead this person may act; None when acting in their own role."""
        if allowed(self.roles, action):
            return None
        return next((away.person_id for away in self.stands_in if allowed(away.roles, action)), None)

    @property
    def actor(self) -> Actor:
        return Actor("program" if self.program else "person", str(self.person_id))


class Gate:
    """Reads tokens for one service. Installed on its app by `gongkai.web.frame.install`."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def officer(self, request: Request) -> Officer | None:
        """Return who is asking, or None. A session's unsafe call must come from our own pages."""
        token, via = _token_of(request)
        if token is None:
            return None
        try:
            claims = self._kit.tokens.verify(token, self._kit.now())
        except Unauthenticated:
            # A stale cookie is a visitor; a program that shows a bad token is told so.
            if via == "token":
                raise
            return None
        if claims.kind == "service" or (claims.kind == "program" and via == "session"):
            return None
        async with self._kit.reading() as db:
            row = await officer_row(db, claims.person_id)
        if row is None or not row["active"] or row["organ_id"] != claims.organ_id:
            return None
        # A program is not signed out with its person: it is withdrawn by name.
        if claims.kind == "person" and row["epoch"] != claims.epoch:
            return None
        if via == "session" and not _came_from_us(request):
            raise Forbidden("这个请求不是从本系统的页面发出的，没有办理", "csrf")
        if claims.kind == "program":
            return _program(row, claims.token_id)
        return officer_of(row, via)


def officer_of(row: Any, via: Literal["session", "token"] = "session") -> Officer:
    """Make an officer of a row of the table."""
    away_roles = json.loads(row["away_roles"])
    return Officer(
        person_id=row["person_id"],
        organ_id=row["organ_id"],
        roles=frozenset(row["roles"]),
        unit=row["unit"],
        epoch=row["epoch"],
        via=via,
        stands_in=tuple(
            StandIn(person_id, frozenset(roles) - NOT_LENT)
            for person_id, roles in zip(row["away"], away_roles, strict=True)
        ),
    )


def _program(row: Any, token_id: str) -> Officer | None:
    """Give a program those of its person's roles it was granted, and nothing of what the person stands in for."""
    grant = next((grant for grant in json.loads(row["programs"]) if grant["token_id"] == token_id), None)
    if grant is None:
        return None
    whole = officer_of(row, "token")
    return replace(whole, roles=whole.roles & frozenset(grant["roles"]), stands_in=(), program=UUID(token_id))


def _token_of(request: Request) -> tuple[str | None, Literal["session", "token"]]:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip(), "token"
    return request.cookies.get(SESSION_COOKIE), "session"


def _came_from_us(request: Request) -> bool:
    """Tell whether a call with a cookie may change something. A form of a page has its own proof, checked when read."""
    if request.method in csrf.SAFE_METHODS:
        return True
    if "/api/" in request.url.path:
        # Many calls of the API take no body, so nothing would look for a proof in a form that another site sent.
        return csrf.same_origin(request)
    return request.headers.get("content-type", "").startswith(_FORM_TYPES) or csrf.same_origin(request)


async def current_officer(request: Request) -> Officer | None:
    """FastAPI dependency: who is signed in, or None."""
    gate: Gate = request.app.state.gate
    return await gate.officer(request)


async def signed_in(request: Request) -> Officer:
    """FastAPI dependency: somebody, whatever the role."""
    officer = await current_officer(request)
    if officer is None:
        raise Unauthenticated
    return officer


def require(action: Action) -> Callable[[Request], Awaitable[Officer]]:
    """Make the FastAPI dependency of one action: 401 for nobody, 403 for somebody else.

    `officer: Annotated[Officer, Depends(require("draft.create"))]`
    """

    async def checked(request: Request) -> Officer:
        officer = await signed_in(request)
        officer.check(action)
        return officer

    return checked


SignedIn = Annotated[Officer, Depends(signed_in)]
MaybeOfficer = Annotated[Officer | None, Depends(current_officer)]
