"""The JSON API of sessions, organs, names and waiting work. The same commands as the pages, the same record."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from gongkai.contracts.identity import OrganDescribed
from gongkai.hosting.access import service_of
from gongkai.runtime.errors import Forbidden, Invalid, NotFound
from gongkai.runtime.throttle import address_of
from gongkai.web.officers import organ, organs
from gongkai.web.permissions import ACTION_NAMES, MATRIX, ROLE_NAMES, Action, actions_of
from gongkai.web.session import Officer, SignedIn, current_officer, require
from identity import store
from identity.accounts import SignedIn as NewSession
from identity.desk import Desk
from identity.inputs import (
    ChangePasswordInput,
    FirstStartInput,
    NewOrganInput,
    NoticesInput,
    OrganChange,
    SetPasswordInput,
    SignInInput,
)
from identity.notices import report, waiting_for

MOST_NAMES: Final = 200


class FirstStartState(BaseModel):
    open: bool


class Session(BaseModel):
    """A session. The token works as the cookie `gongkai_session` or as `Authorization: Bearer`."""

    token: str
    expires_at: datetime
    person_id: UUID
    organ_id: UUID
    must_change_password: bool

    @classmethod
    def of(cls, made: NewSession) -> "Session":
        return cls(
            token=made.token, expires_at=made.expires_at, person_id=made.person_id, organ_id=made.organ_id,
            must_change_password=made.must_change,
        )


class Me(BaseModel):
    person_id: UUID
    organ_id: UUID
    name: str
    unit: str
    roles: list[str]
    actions: list[str]
    stands_in_for: list[UUID]
    via: str


class FoundedOrgan(BaseModel):
    organ_id: UUID
    administrator_id: UUID


class Name(BaseModel):
    name: str


class Names(BaseModel):
    people: dict[UUID, Name]


class Kept(BaseModel):
    kept: int
    settled: int


class WaitingNotice(BaseModel):
    service: str
    key: str
    action: str
    words: str
    label: str
    href: str
    due_at: datetime | None
    reported_at: datetime


class Waiting(BaseModel):
    notices: list[WaitingNotice]


class RoleRow(BaseModel):
    role: str
    name: str
    actions: list[str]


class ActionRow(BaseModel):
    action: Action
    name: str
    roles: list[str]


class MatrixTable(BaseModel):
    roles: list[RoleRow]
    actions: list[ActionRow]


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["identity"])
    kit = desk.kit

    async def colleague(request: Request) -> str:
        """Let services and signed-in officers in; others learn no names."""
        service = service_of(kit, request)
        if service is not None:
            return service
        officer = await current_officer(request)
        if officer is None:
            raise Forbidden("只有本系统的工作人员和服务可以查姓名")
        return str(officer.actor)

    async def service(request: Request) -> str:
        name = service_of(kit, request)
        if name is None:
            raise Forbidden("待办由各服务报告，个人和程序不能报告", "service")
        return name

    @routes.get("/first-start")
    async def first_start_state() -> FirstStartState:
        return FirstStartState(open=await desk.accounts.untouched())

    @routes.post("/first-start", status_code=201)
    async def first_start(body: FirstStartInput, request: Request) -> Session:
        made = await desk.accounts.first_start(
            body.setup_code, body.organ.profile(), body.administrator, body.administrator.password,
            address_of(request),
        )
        return Session.of(made)

    @routes.post("/sessions", status_code=201)
    async def sign_in(body: SignInInput, request: Request, response: Response) -> Session:
        response.headers["Cache-Control"] = "no-store"
        return Session.of(await desk.accounts.sign_in(body.login, body.password, address_of(request)))

    @routes.get("/sessions/current")
    async def me(officer: SignedIn) -> Me:
        roles = set(officer.roles).union(*(away.roles for away in officer.stands_in))
        return Me(
            person_id=officer.person_id, organ_id=officer.organ_id, unit=officer.unit, via=officer.via,
            name=(await desk.cards.names([officer.person_id]))[officer.person_id], roles=sorted(officer.roles),
            actions=list(actions_of(roles)), stands_in_for=[away.person_id for away in officer.stands_in],
        )

    @routes.delete("/sessions", status_code=204)
    async def sign_out_everywhere(officer: SignedIn) -> None:
        if officer.program:
            raise Forbidden("程序不能替本人退出登录")
        await desk.accounts.end_sessions(officer.actor, officer.person_id, officer.organ_id)

    @routes.post("/password", status_code=201)
    async def set_password(body: SetPasswordInput, request: Request) -> Session:
        """Set a password with a one-time code."""
        made = await desk.accounts.set_password(body.login, body.code, body.password, address_of(request))
        return Session.of(made)

    @routes.put("/password")
    async def change_password(body: ChangePasswordInput, officer: SignedIn, request: Request) -> Session:
        if officer.program:
            raise Forbidden("程序不能改本人的密码")
        made = await desk.accounts.change_password(
            officer.person_id, body.old_password, body.password, address_of(request)
        )
        return Session.of(made)

    @routes.get("/organs")
    async def list_organs(_: SignedIn) -> list[OrganDescribed]:
        async with kit.reading() as db:
            return await organs(db)

    @routes.post("/organs", status_code=201)
    async def found_organ(
        body: NewOrganInput, officer: Annotated[Officer, Depends(require("organ.describe"))]
    ) -> FoundedOrgan:
        async with kit.reading() as db:
            founder = await store.first_organ(db)
        if officer.organ_id != founder:
            raise Forbidden("只有最先设置本系统的单位可以登记其他单位", "organ.describe")
        organ_id, person_id = await desk.accounts.found_organ(
            officer.actor, body.organ.profile(), body.administrator, body.administrator.password
        )
        return FoundedOrgan(organ_id=organ_id, administrator_id=person_id)

    @routes.get("/organs/{organ_id}")
    async def one_organ(organ_id: UUID, _: SignedIn) -> OrganDescribed:
        async with kit.reading() as db:
            found = await organ(db, organ_id)
        if found is None:
            raise NotFound("没有登记过这个单位")
        return found

    @routes.put("/organs/{organ_id}")
    async def describe_organ(
        organ_id: UUID, body: OrganChange, officer: Annotated[Officer, Depends(require("organ.describe"))]
    ) -> OrganDescribed:
        if organ_id != officer.organ_id:
            raise NotFound("没有登记过这个单位")
        async with kit.transaction(actor=officer.actor) as tx:
            return await desk.organs.describe(tx, organ_id, body.profile(), seen=body.version)

    @routes.get("/directory")
    async def directory(
        ids: Annotated[str, Query(description="ids of people, with commas between")],
        _: Annotated[str, Depends(colleague)],
    ) -> Names:
        """Names of people, for showing them to colleagues. Unknown ids are left out."""
        try:
            wanted = [UUID(part) for part in ids.split(",") if part]
        except ValueError:
            raise Invalid([("ids", "编号的格式不对")]) from None
        if len(wanted) > MOST_NAMES:
            raise Invalid([("ids", f"一次最多查 {MOST_NAMES} 人")])
        async with kit.reading() as db:
            known = await store.cards(db, wanted)
        found = await desk.cards.names(known)
        return Names(people={person_id: Name(name=name) for person_id, name in found.items()})

    @routes.get("/notices")
    async def waiting(officer: SignedIn) -> Waiting:
        async with kit.reading() as db:
            found = await waiting_for(db, officer)
        return Waiting(notices=[
            WaitingNotice(
                service=each.service, key=each.key, action=each.action, words=each.words, label=each.label,
                href=each.href, due_at=each.due_at, reported_at=each.reported_at,
            )
            for each in found
        ])

    @routes.post("/notices")
    async def report_notices(body: NoticesInput, name: Annotated[str, Depends(service)]) -> Kept:
        """Report waiting work and what no longer waits. For services, with their own identity."""
        kept, settled = await report(kit, name, body)
        return Kept(kept=kept, settled=settled)

    @routes.get("/matrix")
    async def matrix(_: SignedIn) -> MatrixTable:
        """Roles × actions, as they hold."""
        return MatrixTable(
            roles=[RoleRow(role=r, name=n, actions=list(actions_of([r]))) for r, n in ROLE_NAMES.items()],
            actions=[ActionRow(action=a, name=ACTION_NAMES[a], roles=list(held)) for a, held in MATRIX.items()],
        )

    return routes

