"""What applicants were told: by which way, when, whether it left; and sending again what did not."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gongkai.web.components import Link
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from request import messaging, reading
from request.notifying import SENTENCES
from request.pages.answering import note
from request.pages.desk import ANSWERED, BASE, Bench

Watcher = Annotated[Officer, Depends(require("request.messages"))]
HERE: Final = f"{BASE}/messages"
STATES: Final = {"": "全部", "waiting": "等待发送", "failed": "没有发出", "sent": "已发出", "captured": "只存未发"}
MEDIA: Final = {"email": "电子邮件", "sms": "短信"}


def _tab(state: str, name: str, case_id: UUID | None, *, current: bool) -> Link:
    within = f"&case={case_id}" if case_id else ""
    return Link(name, f"{HERE}?state={state}{within}", "page" if current else "")


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def show(
        request: Request, officer: Officer, state: str, case_id: UUID | None, page: int, form: Form, status: int = 200
    ) -> Response:
        state = state if state in STATES else ""
        async with desks.changing(officer) as tx:
            topic = (await reading.case(tx.db, officer.organ_id, case_id))["topic"] if case_id else ""
            found = await messaging.told(
                tx, desks.notifier, officer.organ_id, case_id=case_id, state=state, page=page
            )
        rows = [
            row | {"told": SENTENCES[row["kind"]], "medium_zh": MEDIA[row["medium"]], "state_zh": STATES[row["state"]]}
            for row in found.rows
        ]
        captured = [MEDIA[medium] for medium, gateway in desks.notifier.gateways.items() if gateway.name == "captured"]
        return await bench.show(
            request, "desk_messages.html", officer, status=status, form=form, here=HERE, rows=rows,
            tabs=[_tab(key, name, case_id, current=key == state) for key, name in STATES.items()],
            state=state, case_id=case_id, topic=topic, page=page, more=found.more, captured=captured, base=BASE,
            done=request.query_params.get("done", ""),
        )  # fmt: skip

    @routes.get("/messages")
    async def messages(
        request: Request, officer: Watcher, state: Annotated[str, Query(max_length=20)] = "",
        case: UUID | None = None, page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:  # fmt: skip
        return await show(request, officer, state, case, page, Form())

    @routes.post("/messages/{message_id}/retry")
    async def retry(request: Request, message_id: UUID, officer: Watcher) -> Response:
        form = await read_form(request)
        try:
            async with desks.changing(officer) as tx:
                await desks.notifier.retry(tx, officer.organ_id, message_id, officer.person_id)
        except ANSWERED as trouble:
            return await show(request, officer, "", None, 1, form, note(form, trouble))
        return see_other(f"{HERE}?done=retry")

    return routes
