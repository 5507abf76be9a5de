"""Pages before and around signing in: first start, sign-in, passwords, oneself, waiting work, the organ."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from gongkai.runtime.errors import Forbidden, Invalid, Unauthenticated
from gongkai.runtime.throttle import Bucket, address_of, count_try
from gongkai.statute.refusal import Refused
from gongkai.web.components import Link
from gongkai.web.cookies import SESSION_COOKIE, VISIT_COOKIE, secure
from gongkai.web.forms import FieldError, Form, read_form, safe_path, see_other
from gongkai.web.gallery import samples
from gongkai.web.officers import organs
from gongkai.web.permissions import ACTION_NAMES, ACTIONS, MATRIX, ROLE_DUTIES, ROLE_NAMES, ROLES, actions_of
from gongkai.web.session import MaybeOfficer, Officer, SignedIn, require
from identity import store
from identity.accounts import SESSION, WRONG, WRONG_CODE
from identity.accounts import SignedIn as NewSession
from identity.cards import Card
from identity.desk import Desk
from identity.inputs import AccountInput, ChangePasswordInput, MailChoice, OrganInput, SetPasswordInput, SignInInput
from identity.mail import send_code
from identity.notices import grouped, waiting_for

HOME = "/publication/"


def add_errors(form: Form, wrong: Invalid, prefix: str = "", titles: dict[str, str] | None = None) -> None:
    """Show the errors of a command beside the fields they are about."""
    for path, sentence in wrong.errors:
        form.errors.append(FieldError(f"{prefix}{path}", sentence, (titles or {}).get(path, "")))


def titles_of(model: type[Any]) -> dict[str, str]:
    return {name: info.title or "" for name, info in model.model_fields.items()}


def refuse_programs(officer: Officer) -> None:
    if officer.program:
        raise Forbidden("程序不能替本人办理这一项")


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    kit, accounts, pages = desk.kit, desk.accounts, desk.pages
    errands: set[asyncio.Task[None]] = set()

    def enter(made: NewSession, target: str) -> RedirectResponse:
        """Start a session in the browser."""
        answer = see_other("/identity/me/password" if made.must_change else target, HOME)
        answer.set_cookie(
            SESSION_COOKIE, made.token, max_age=int(SESSION.total_seconds()), httponly=True, samesite="lax",
            secure=secure(kit.settings), path="/",
        )
        answer.delete_cookie(VISIT_COOKIE)
        return answer

    async def named_organ() -> Any:
        async with kit.reading() as db:
            found = await organs(db)
        return found[0] if len(found) == 1 else None

    @routes.get("/")
    async def start(officer: MaybeOfficer) -> RedirectResponse:
        if officer is None and await accounts.untouched():
            return see_other("/identity/first-start")
        return see_other("/identity/me" if officer else "/identity/sign-in")

    # first start

    @routes.get("/first-start")
    async def first_start_form(request: Request) -> HTMLResponse:
        return await _first_start(request, Form())

    async def _first_start(request: Request, form: Form, status: int = 200) -> HTMLResponse:
        closed = not await accounts.untouched()
        return pages.page(request, "first_start.html", status, form=form, closed=closed)

    @routes.post("/first-start")
    async def first_start(request: Request) -> Response:
        form = await read_form(request)
        code = form.value("setup_code").strip()
        if not code:
            form.add("setup_code", "请填写设置口令", "设置口令")
        organ = form.parse(OrganInput)
        account = form.parse(AccountInput, prefix="admin_")
        if form.value("admin_password") != form.value("admin_again"):
            form.add("admin_again", "两次填写的密码不一样，请再填一遍", "再填一遍")
        if form.errors or organ is None or account is None:
            return await _first_start(request, form, 422)
        try:
            made = await accounts.first_start(
                code, organ.profile(), Card.model_validate(account.model_dump()), account.password, address_of(request)
            )
        except Invalid as wrong:
            own = {"password", "login"}
            for path, sentence in wrong.errors:
                title = titles_of(AccountInput if path in own else OrganInput).get(path, "设置口令")
                form.add(f"admin_{path}" if path in own else path, sentence, title)
            return await _first_start(request, form, 422)
        return enter(made, "/identity/people")

    # signing in and out

    @routes.get("/sign-in")
    async def sign_in_form(request: Request, officer: MaybeOfficer) -> Response:
        if await accounts.untouched():
            return see_other("/identity/first-start")
        return await _sign_in(request, Form(), officer)

    async def _sign_in(request: Request, form: Form, officer: Officer | None, status: int = 200) -> HTMLResponse:
        wanted = form.value("next") or request.query_params.get("next")
        return pages.page(
            request, "sign_in.html", status, form=form, organ=await named_organ(), officer=officer,
            wanted=safe_path(wanted, ""),
        )

    @routes.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = await read_form(request)
        typed = form.parse(SignInInput)
        if typed is None:
            return await _sign_in(request, form, None, 422)
        try:
            made = await accounts.sign_in(typed.login, form.value("password"), address_of(request))
        except Unauthenticated:
            form.add("login", WRONG)
            return await _sign_in(request, form, None, 422)
        return enter(made, safe_path(form.value("next"), HOME))

    @routes.post("/sign-out")
    async def sign_out(request: Request, officer: MaybeOfficer) -> Response:
        form = await read_form(request)
        if officer is not None and form.value("everywhere"):
            refuse_programs(officer)
            await accounts.end_sessions(officer.actor, officer.person_id, officer.organ_id)
        answer = see_other("/identity/sign-in")
        answer.delete_cookie(SESSION_COOKIE)
        return answer

    # passwords

    @routes.get("/set-password")
    async def set_password_form(request: Request) -> HTMLResponse:
        return await _set_password(request, Form())

    async def _set_password(request: Request, form: Form, status: int = 200) -> HTMLResponse:
        return pages.page(request, "set_password.html", status, form=form, organ=await named_organ())

    @routes.post("/set-password")
    async def set_password(request: Request) -> Response:
        form = await read_form(request)
        typed = form.parse(SetPasswordInput)
        if form.value("password") != form.value("again"):
            form.add("again", "两次填写的密码不一样，请再填一遍", "再填一遍")
        if typed is None or form.errors:
            return await _set_password(request, form, 422)
        try:
            made = await accounts.set_password(
                typed.login, typed.code, form.value("password"), address_of(request)
            )
        except Unauthenticated:
            form.add("code", WRONG_CODE)
            return await _set_password(request, form, 422)
        except Invalid as wrong:
            add_errors(form, wrong, titles=titles_of(SetPasswordInput))
            return await _set_password(request, form, 422)
        return enter(made, HOME)

    @routes.get("/forgotten")
    async def forgotten_form(request: Request) -> HTMLResponse:
        return pages.page(
            request, "forgotten.html", form=Form(), organ=await named_organ(), post_open=desk.post.open, sent=False
        )

    @routes.post("/forgotten")
    async def forgotten(request: Request) -> HTMLResponse:
        form = await read_form(request)
        login = form.value("login").strip()
        if not login:
            form.add("login", "请填写登录名", "登录名")
        elif desk.post.open:
            await count_try(kit, [Bucket(desk.accounts.keyring.digest("try-forgotten", address_of(request)), 5, True)])
            # Sent after the answer: whether there was anybody to write to takes no time that shows.
            errand = asyncio.create_task(send_code(kit, accounts, desk.post, login))
            errands.add(errand)
            errand.add_done_callback(errands.discard)
        return pages.page(
            request, "forgotten.html", 422 if form.errors else 200, form=form, organ=await named_organ(),
            post_open=desk.post.open, sent=not form.errors,
        )

    # oneself

    async def counts(officer: Officer) -> dict[str, int]:
        async with kit.reading() as db:
            return {"notices": len(await waiting_for(db, officer))}

    @routes.get("/me")
    async def me(request: Request, officer: SignedIn) -> HTMLResponse:
        async with kit.reading() as db:
            row = await store.person(db, officer.person_id)
            card = await desk.cards.read(db, officer.person_id, who=str(officer.actor), why="look at one's own card")
            stand_ins = await store.stand_ins_of(db, officer.person_id)
        names = await desk.cards.names({each.person_id for each in stand_ins} | {each.away_id for each in stand_ins})
        held = set(officer.roles).union(*(away.roles for away in officer.stands_in))
        return await pages.console(
            request, "me.html", officer, counts=await counts(officer), row=row, card=card, stand_ins=stand_ins,
            names=names, role_names=ROLE_NAMES, may=[ACTION_NAMES[action] for action in actions_of(held)],
            post_open=desk.post.open, saved=request.query_params.get("saved") == "1",
        )

    @routes.post("/me/mail")
    async def mail_choice(request: Request, officer: SignedIn) -> RedirectResponse:
        refuse_programs(officer)
        form = await read_form(request)
        choice = form.parse(MailChoice) or MailChoice()
        async with kit.transaction(actor=officer.actor) as tx:
            await tx.db.execute(store.SQL["keep_mail_choice"], officer.person_id, choice.mail_notices)
        return see_other("/identity/me?saved=1")

    @routes.get("/me/password")
    async def password_form(request: Request, officer: SignedIn) -> HTMLResponse:
        return await _password(request, Form(), officer)

    async def _password(request: Request, form: Form, officer: Officer, status: int = 200) -> HTMLResponse:
        return await pages.console(
            request, "password.html", officer, status=status, form=form,
            crumbs=[Link("我的账号", "/identity/me"), Link("修改密码")],
        )

    @routes.post("/me/password")
    async def change_password(request: Request, officer: SignedIn) -> Response:
        refuse_programs(officer)
        form = await read_form(request)
        typed = form.parse(ChangePasswordInput)
        if form.value("password") != form.value("again"):
            form.add("again", "两次填写的密码不一样，请再填一遍", "再填一遍")
        if typed is None or form.errors:
            return await _password(request, form, officer, 422)
        try:
            made = await accounts.change_password(
                officer.person_id, form.value("old_password"), form.value("password"), address_of(request)
            )
        except Invalid as wrong:
            add_errors(form, wrong, titles=titles_of(ChangePasswordInput))
            return await _password(request, form, officer, 422)
        return enter(made, "/identity/me?saved=1")

    @routes.get("/notices")
    async def notices(request: Request, officer: SignedIn) -> HTMLResponse:
        async with kit.reading() as db:
            found = await waiting_for(db, officer)
        return await pages.console(
            request, "notices.html", officer, nav="notices", counts={"notices": len(found)}, notices=found,
            groups=grouped(found), now=kit.now(),
        )

    @routes.get("/roles")
    async def roles(request: Request, officer: SignedIn) -> HTMLResponse:
        return await pages.console(
            request, "roles.html", officer, roles=ROLES, role_names=ROLE_NAMES, role_duties=ROLE_DUTIES,
            actions=ACTIONS, action_names=ACTION_NAMES, matrix=MATRIX, counts=await counts(officer),
        )

    @routes.get("/components")
    async def components(request: Request, officer: SignedIn) -> HTMLResponse:
        """Show every component, for developers."""
        shapes = pages.env.get_template("icons.html").make_module().shapes  # type: ignore[attr-defined]
        return await pages.console(request, "components.html", officer, **samples(list(shapes)))

    # the organ

    @routes.get("/organ")
    async def organ_form(
        request: Request, officer: Annotated[Officer, Depends(require("organ.describe"))]
    ) -> HTMLResponse:
        async with kit.transaction() as tx:
            profile, version = await desk.organs.profile(tx, officer.organ_id)
        stored = {name: getattr(profile, name) for name in OrganInput.model_fields}
        form = Form.of({**stored, "phones": "、".join(profile.phones), "version": version})
        return await _organ(request, form, officer, saved=request.query_params.get("saved") == "1")

    async def _organ(
        request: Request, form: Form, officer: Officer, status: int = 200, *, saved: bool = False
    ) -> HTMLResponse:
        async with kit.transaction() as tx:
            profile, _ = await desk.organs.profile(tx, officer.organ_id)
        return await pages.console(
            request, "organ.html", officer, nav="organ", status=status, counts=await counts(officer), form=form,
            saved=saved, profile=profile,
        )

    @routes.post("/organ")
    async def describe_organ(
        request: Request, officer: Annotated[Officer, Depends(require("organ.describe"))]
    ) -> Response:
        form = await read_form(request)
        typed = form.parse(OrganInput)
        if typed is None:
            return await _organ(request, form, officer, 422)
        version = form.value("version")
        seen = int(version[:12]) if version.isascii() and version.isdigit() else None
        try:
            async with kit.transaction(actor=officer.actor) as tx:
                await desk.organs.describe(tx, officer.organ_id, typed.profile(), seen=seen)
        except Invalid as wrong:
            add_errors(form, wrong, titles=titles_of(OrganInput))
            return await _organ(request, form, officer, 422)
        except Refused as no:
            form.add("slug", str(no), "网址简称")
            return await _organ(request, form, officer, 409)
        return see_other("/identity/organ?saved=1")

    return routes

