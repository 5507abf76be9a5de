"""What operators may do: make the read models again from the register."""

from typing import Annotated

from fastapi import APIRouter, Depends

from gongkai.hosting.access import operator_or
from gongkai.runtime.tx import Actor
from request.desks import Desks
from request.http import views as v
from request.rebuilding import rebuild


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["operating"])

    @routes.post("/operating/rebuild")
    async def rebuild_read_models(
        caller: Annotated[str, Depends(operator_or(desks.kit, "audit.verify"))],
    ) -> v.RebuiltView:
        """Fill the read models from the facts, in one transaction; writers wait until it is done."""
        async with desks.kit.transaction(actor=Actor("system", caller)) as tx:
            done = await rebuild(tx, desks.desk)
        return v.RebuiltView.model_validate(done)

    return routes
