"""What applicants were told: by which way, to which masked address, whether it left; and having it tried again."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from gongkai.web.session import Officer, require
from request import messaging
from request.desks import Desks
from request.http import views as v
from request.http.common import PageNumber

Watcher = Annotated[Officer, Depends(require("request.messages"))]
State = Annotated[Literal["", "waiting", "sent", "captured", "failed"], Query()]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["messages"])

    @routes.get("/messages")
    async def messages(
        caller: Watcher, case_id: UUID | None = None, state: State = "", page: PageNumber = 1
    ) -> v.Messages:
        """List what applicants were told, the newest first; each look at an address is recorded."""
        async with desks.changing(caller) as tx:
            found = await messaging.told(tx, desks.notifier, caller.organ_id, case_id=case_id, state=state, page=page)
        return v.Messages.model_validate({"messages": found.rows, "more": found.more})

    @routes.post("/messages/{message_id}/retry", status_code=202)
    async def retry(message_id: UUID, caller: Watcher) -> v.IdView:
        """Have a message that did not leave tried again at once."""
        async with desks.changing(caller) as tx:
            await desks.notifier.retry(tx, caller.organ_id, message_id, caller.person_id)
        return v.IdView(id=message_id)

    return routes
