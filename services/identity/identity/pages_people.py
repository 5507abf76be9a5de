"""Pages of people and program tokens: joining, roles, standing in, leaving, one-time codes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from gongkai.runtime.errors import Invalid
from gongkai.statute.refusal import Refused
from gongkai.web.components import Link, PageLinks
from gongkai.web.filters import local_date
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.permissions import ROLE_DUTIES, ROLE_NAMES
from gongkai.web.session import Officer, require
from identity import store
from identity.cards import Card
from identity.desk import Desk
from identity.http_people import change_person, issue_program, own_person, programs_of, withdraw_program
from identity.inputs import NewPersonInput, PersonChange, ProgramInput, ReturnInput, StandInInput
from identity.notices import waiting_for
from identity.pages import add_errors, titles_of

Manager = Annotated[Officer, Depends(require("person.manage"))]
Reader = Annotated[Officer, Depends(require("person.see"))]
Issuer = Annotated[Officer, Depends(require("token.issue"))]

PAGE_SIZE = 50
ROLE_OPTIONS = [(role, name, ROLE_DUTIES[role]) for role, name in ROLE_NAMES.items()]


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    kit, pages = desk.kit, desk.pages

    async def show(
        request: Request, template: str, officer: Officer, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        async with kit.reading() as db:
            counts = {"notices": len(await waiting_for(db, officer))}
        shared = {"nav": "people", "role_names": ROLE_NAMES, "role_options": ROLE_OPTIONS}
        return await pages.console(request, template, officer, status=status, counts=counts, **(shared | context))

    @routes.get("/people")
    async def people(request: Request, officer: Reader, page: int = 1, state: str = "serving") -> HTMLResponse:
        shown: store.State | None = "left" if state == "left" else "serving"
        current = max(1, page)
        async with kit.reading() as db:
            rows, total = await store.people(
                db, officer.organ_id, shown, limit=PAGE_SIZE, offset=(current - 1) * PAGE_SIZE
            )
        names = await desk.cards.names([row.person_id for row in rows])
        tabs = [
            Link("在任", "/identity/people", "page" if shown == "serving" else ""),
            Link("已离任", "/identity/people?state=left", "page" if shown == "left" else ""),
        ]
        links = PageLinks.over(
            "/identity/people", list(request.query_params.multi_items()), current=current, size=PAGE_SIZE, total=total
        )
        return await show(
            request, "people.html", officer, rows=rows, names=names, tabs=tabs, links=links, total=total, shown=shown,
            manages=officer.may("person.manage"),
        )

    @routes.get("/people/new")
    async def new_form(request: Request, officer: Manager) -> HTMLResponse:
        return await _new(request, Form(), officer)

    async def _new(request: Request, form: Form, officer: Officer, status: int = 200) -> HTMLResponse:
        async with kit.reading() as db:
            units = await store.units(db, officer.organ_id)
        return await show(
            request, "person_new.html", officer, status=status, form=form, units=units,
            crumbs=[Link("人员和角色", "/identity/people"), Link("登记新到任人员")],
        )

    @routes.post("/people/new")
    async def add(request: Request, officer: Manager) -> Response:
        form = await read_form(request)
        typed = form.parse(NewPersonInput)
        if typed is None:
            return await _new(request, form, officer, 422)
        try:
            person_id, code = await desk.accounts.add_person(
                officer.actor, officer.organ_id, Card.model_validate(typed.model_dump()), typed.unit,
                frozenset(typed.roles),
            )
        except Invalid as wrong:
            add_errors(form, wrong, titles=titles_of(NewPersonInput))
            return await _new(request, form, officer, 422)
        except Refused as no:
            form.add("roles", str(no), "角色")
            return await _new(request, form, officer, 409)
        return await _code(request, officer, person_id, code)

    async def _code(request: Request, officer: Officer, person_id: UUID, code: str) -> HTMLResponse:
        """Show a one-time code: in the answer itself, because it is kept nowhere."""
        name = (await desk.cards.names([person_id]))[person_id]
        return await show(
            request, "person_code.html", officer, name=name, code=code, person_id=person_id,
            crumbs=trail(person_id, name, "一次性口令"),
        )

    @routes.get("/people/{person_id}")
    async def person(request: Request, person_id: UUID, officer: Manager) -> HTMLResponse:
        return await _person(request, person_id, officer, None)

    async def _person(
        request: Request, person_id: UUID, officer: Officer, form: Form | None, status: int = 200
    ) -> HTMLResponse:
        row = await own_person(kit, officer, person_id)
        async with kit.reading() as db:
            stand_ins = await store.stand_ins_of(db, person_id)
            units = await store.units(db, officer.organ_id)
            colleagues, _ = await store.people(db, officer.organ_id, "serving", limit=500, offset=0)
            card = None
            if row.card_item is not None:
                card = await desk.cards.read(db, person_id, who=str(officer.actor), why="manage people")
        names = await desk.cards.names(
            {person_id, *(each.person_id for each in colleagues)}
            | {each.away_id for each in stand_ins} | {each.person_id for each in stand_ins}
        )
        stored = {} if card is None else card.model_dump()
        if form is None:
            form = Form.of({**stored, "unit": row.unit, "roles": sorted(row.roles), "version": row.version})
        others = [(each.person_id, names[each.person_id]) for each in colleagues if each.person_id != person_id]
        today = local_date(kit.now())
        form.fields.setdefault("from_on", [today.isoformat()])
        return await show(
            request, "person.html", officer, status=status, form=form, row=row, name=names[person_id],
            stand_ins=stand_ins, names=names, units=units, others=others,
            saved=request.query_params.get("saved") == "1",
            crumbs=[Link("人员和角色", "/identity/people"), Link(names[person_id])],
        )

    @routes.post("/people/{person_id}")
    async def change(request: Request, person_id: UUID, officer: Manager) -> Response:
        form = await read_form(request)
        card, rest = form.parse(Card), form.parse(PersonRoles)
        if card is None or rest is None:
            return await _person(request, person_id, officer, form, 422)
        try:
            await change_person(
                desk, officer, person_id,
                PersonChange(card=card, unit=rest.unit, roles=rest.roles, version=rest.version),
            )
        except Invalid as wrong:
            add_errors(form, wrong, titles=titles_of(Card))
            return await _person(request, person_id, officer, form, 422)
        except Refused as no:
            form.add("roles", str(no), "角色")
            return await _person(request, person_id, officer, form, 409)
        return see_other(f"/identity/people/{person_id}?saved=1")

    @routes.post("/people/{person_id}/code")
    async def new_code(request: Request, person_id: UUID, officer: Manager) -> HTMLResponse:
        await read_form(request)
        code = await desk.accounts.new_code(officer.actor, person_id, officer.organ_id)
        return await _code(request, officer, person_id, code)

    @routes.post("/people/{person_id}/sessions")
    async def end_sessions(request: Request, person_id: UUID, officer: Manager) -> Response:
        await read_form(request)
        await desk.accounts.end_sessions(officer.actor, person_id, officer.organ_id)
        return see_other(f"/identity/people/{person_id}?saved=1")

    @routes.post("/people/{person_id}/stand-ins")
    async def arrange(request: Request, person_id: UUID, officer: Manager) -> Response:
        """Let a colleague do this person's duty."""
        form = await read_form(request)
        form.fields["away_id"] = [str(person_id)]
        typed = form.parse(StandInInput)
        if typed is not None and typed.to_on < max(typed.from_on, local_date(kit.now())):
            form.add("to_on", "结束日期早于开始日期，或者已经过去，请核对", "到哪天")
        if typed is None or form.errors:
            return await _person(request, person_id, officer, await _stored(person_id, officer, form), 422)
        try:
            async with kit.transaction(actor=officer.actor) as tx:
                await desk.people.load(tx, typed.person_id, officer.organ_id)
                await desk.people.load(tx, person_id, officer.organ_id)
                await desk.people.arrange_stand_in(tx, typed.person_id, person_id, typed.from_on, typed.to_on)
        except Refused as no:
            form.add("person_id", str(no), "代理人")
            return await _person(request, person_id, officer, await _stored(person_id, officer, form), 409)
        return see_other(f"/identity/people/{person_id}?saved=1")

    async def _stored(person_id: UUID, officer: Officer, form: Form) -> Form:
        """Fill the other form of the page with what is stored, so that an error here loses nothing there."""
        row = await own_person(kit, officer, person_id)
        async with kit.reading() as db:
            card = await desk.cards.read(db, person_id, who=str(officer.actor), why="manage people")
        stored = Form.of({**card.model_dump(), "unit": row.unit, "roles": sorted(row.roles), "version": row.version})
        form.fields = stored.fields | form.fields
        return form

    @routes.post("/people/{person_id}/stand-ins/{stand_in_id}/end")
    async def end_stand_in(request: Request, person_id: UUID, stand_in_id: UUID, officer: Manager) -> Response:
        """End a stand-in. `person_id` is who stands in; the form says whose page to return to."""
        form = await read_form(request)
        async with kit.transaction(actor=officer.actor) as tx:
            await desk.people.load(tx, person_id, officer.organ_id)
            await desk.people.end_stand_in(tx, person_id, stand_in_id)
        return see_other(form.value("back"), f"/identity/people/{person_id}")

    @routes.get("/people/{person_id}/{step}")
    async def confirm(request: Request, person_id: UUID, step: str, officer: Manager) -> HTMLResponse:
        if step not in STEPS:
            return await _person(request, person_id, officer, None)
        row = await own_person(kit, officer, person_id)
        name = (await desk.cards.names([person_id]))[person_id]
        return await show(
            request, "person_step.html", officer, row=row, name=name, step=step, words=STEPS[step],
            form=Form.of({"unit": row.unit}),
            crumbs=trail(person_id, name, STEPS[step]),
        )

    @routes.post("/people/{person_id}/leave")
    async def leave(request: Request, person_id: UUID, officer: Manager) -> Response:
        await read_form(request)
        async with kit.transaction(actor=officer.actor) as tx:
            await desk.people.load(tx, person_id, officer.organ_id)
            await desk.people.leave(tx, person_id)
        return see_other(f"/identity/people/{person_id}?saved=1")

    @routes.post("/people/{person_id}/return")
    async def return_(request: Request, person_id: UUID, officer: Manager) -> Response:
        form = await read_form(request)
        typed = form.parse(ReturnInput)
        if typed is None:
            raise Invalid([(error.path, error.sentence) for error in form.errors])
        async with kit.transaction(actor=officer.actor) as tx:
            await desk.people.load(tx, person_id, officer.organ_id)
            await desk.people.return_(tx, person_id, typed.unit, frozenset(typed.roles))
        return see_other(f"/identity/people/{person_id}?saved=1")

    @routes.post("/people/{person_id}/erase")
    async def erase(request: Request, person_id: UUID, officer: Manager) -> Response:
        await read_form(request)
        async with kit.transaction(actor=officer.actor) as tx:
            await desk.people.load(tx, person_id, officer.organ_id)
            await desk.people.erase(tx, person_id)
        desk.cards.forget(person_id)
        return see_other("/identity/people?state=left")

    # program tokens

    @routes.get("/tokens")
    async def tokens(request: Request, officer: Issuer) -> HTMLResponse:
        return await _tokens(request, Form.of({"days": 365}), officer)

    async def _tokens(
        request: Request, form: Form, officer: Officer, status: int = 200, token: str = ""
    ) -> HTMLResponse:
        rows = await programs_of(kit, officer)
        names = await desk.cards.names({row.person_id for row in rows})
        own = [option for option in ROLE_OPTIONS if option[0] in officer.roles]
        return await show(
            request, "tokens.html", officer, nav="tokens", status=status, form=form, rows=rows, names=names, own=own,
            token=token, now=kit.now(),
        )

    @routes.post("/tokens")
    async def issue(request: Request, officer: Issuer) -> HTMLResponse:
        form = await read_form(request)
        typed = form.parse(ProgramInput)
        if typed is None:
            return await _tokens(request, form, officer, 422)
        try:
            _, token = await issue_program(desk, officer, typed)
        except Refused as no:
            form.add("roles", str(no), "可用的角色")
            return await _tokens(request, form, officer, 409)
        return await _tokens(request, Form.of({"days": 365}), officer, token=token)

    @routes.post("/tokens/{token_id}/withdraw")
    async def withdraw(request: Request, token_id: UUID, officer: Issuer) -> Response:
        await read_form(request)
        await withdraw_program(desk, officer, token_id)
        return see_other("/identity/tokens")

    return routes


def trail(person_id: UUID, name: str, last: str) -> list[Link]:
    return [Link("人员和角色", "/identity/people"), Link(name, f"/identity/people/{person_id}"), Link(last)]


class PersonRoles(ReturnInput):
    """The part of a person's page that is not the card."""

    version: int | None = None


STEPS = {"leave": "办理离任", "return": "办理重新到任", "erase": "删除个人资料"}
