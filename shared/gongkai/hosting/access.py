"""Who may use the operator's doors: an officer with the permission, or the operator's own command line."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request

from gongkai.runtime.errors import Forbidden, Unauthenticated
from gongkai.runtime.kit import Kit
from gongkai.web.permissions import Action
from gongkai.web.session import current_officer

#: The service name under which `gongkai` on the operator's machine speaks; it holds the keys of the installation.
OPERATOR: Final = "operator"


def service_of(kit: Kit, request: Request) -> str | None:
    """Return the name of the calling service, or None when the caller is not one of ours."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    try:
        claims = kit.tokens.verify(token.strip(), kit.now())
    except Unauthenticated:
        return None
    return claims.subject if claims.kind == "service" else None


def operator_or(kit: Kit, action: Action) -> Callable[[Request], Awaitable[str]]:
    """Make the dependency of an operator's door; it gives the caller's name for the record."""

    async def check(request: Request) -> str:
        if service_of(kit, request) == OPERATOR:
            return OPERATOR
        officer = await current_officer(request)
        if officer is None:
            raise Unauthenticated
        officer.check(action)
        return str(officer.actor)

    return check


def services_only(kit: Kit) -> Callable[[Request], Awaitable[str]]:
    """Make the dependency of a door between services."""

    async def check(request: Request) -> str:
        name = service_of(kit, request)
        if name is None:
            raise Forbidden("这个地址只供系统内部各服务使用", "service")
        return name

    return check
