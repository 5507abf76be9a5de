"""What operators may do: make the read models again from the register."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from gongkai.hosting.access import operator_or
from gongkai.runtime.tx import Actor
from identity.desk import Desk
from identity.rebuilding import rebuild


class RebuiltView(BaseModel):
    people: int
    organs: int
    holiday_notices: int


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(prefix="/api/operating", tags=["operating"])

    @routes.post("/rebuild")
    async def rebuild_read_models(
        caller: Annotated[str, Depends(operator_or(desk.kit, "audit.verify"))],
    ) -> RebuiltView:
        """Fill the read models from facts, in one transaction; writers wait until it is done."""
        async with desk.kit.transaction(actor=Actor("system", caller)) as tx:
            done = await rebuild(tx, desk.kit)
        return RebuiltView.model_validate(done, from_attributes=True)

    return routes
