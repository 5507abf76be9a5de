"""The service as it is deployed: started by the host, hearing events from Kafka, answering into Kafka."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from tests.contract.channel_suite import served
from tests.integration.test_newmedia_desk import ACCOUNT, an_officer, an_organ
from tests.support.eventually import eventually
from tests.support.hosted import serving, settings_for
from tests.support.kits import wall_clock
from tests.support.newmedia_worlds import APPID, ORGAN, a_manifest

from gongkai.contracts.channels import ChannelConfirmed, ChannelPrepared, ChannelReleased
from gongkai.contracts.publication import DocumentApproved, ReleaseOrdered
from gongkai.contracts.values import ChannelRef
from gongkai.hosting.host import installed_services
from gongkai.runtime.kit import Kit, Service, Wiring
from gongkai.web.officers import keep_officer, keep_organ
from sandbox.app import create_app
from sandbox.world import derived

OPERATOR = UUID("00000000-0000-4000-8000-00000000000a")


class Editorial:
    """Publication as far as this service can see it: it approves, it orders, it hears the answers."""

    def __init__(self) -> None:
        self.kit: Kit | None = None
        self.heard: list[object] = []

    async def build(self, kit: Kit) -> Wiring:
        self.kit = kit

        async def hear(_tx: object, event: object) -> None:
            self.heard.append(event)

        return Wiring(handlers={ChannelPrepared: hear, ChannelReleased: hear, ChannelConfirmed: hear})

    async def tell(self, event: object) -> None:
        async with self.kit.transaction() as tx:
            tx.tell(event)

    def of(self, kind: type) -> list:
        return [event for event in self.heard if isinstance(event, kind)]


@pytest.fixture
async def deployed(postgres, kafka, tmp_path):
    editorial = Editorial()
    sandbox = create_app(wall_clock)
    async with served(sandbox) as sandbox_url:
        settings = await settings_for(
            postgres, kafka, tmp_path, ["publication", "newmedia-sync"], sandbox_url=sandbox_url
        )
        services = [
            *installed_services(["newmedia-sync"]),
            Service("publication", "/publication", "gongkai.runtime", editorial.build),
        ]
        async with serving(services, settings) as hosted:
            kit = hosted.kit("newmedia-sync")
            async with kit.transaction() as tx:
                await keep_organ(tx, an_organ())
                await keep_officer(tx, an_officer(OPERATOR, "newmedia_operator"))
            token = kit.tokens.issue_session(OPERATOR, ORGAN, 0, timedelta(hours=1), kit.now())
            hosted.browser.headers["Authorization"] = f"Bearer {token}"
            yield editorial, hosted, sandbox.state.keeper


async def test_an_approval_on_kafka_becomes_a_post_and_the_answers_come_back_on_kafka(deployed):
    editorial, hosted, keeper = deployed
    account_id = await connected(hosted.browser)
    document, release = uuid4(), uuid4()
    manifest = a_manifest(document)
    blob = await editorial.kit.blobs.put(manifest.model_dump_json().encode(), "application/json")
    channel = ChannelRef(id=f"account:{account_id}", kind="wechat", name="泉城商务")
    await editorial.tell(
        DocumentApproved(
            document_id=document, organ_id=ORGAN, release_id=release, edition=1, edition_digest=blob.digest,
            manifest=blob, title=manifest.title, kind=manifest.kind, column_id=manifest.column_id,
            permalink=manifest.permalink, channels=(channel,), policy="all-or-hold",
            prepare_by=datetime.now(UTC) + timedelta(minutes=5),
        )
    )  # fmt: skip
    await eventually(lambda: editorial.of(ChannelPrepared), timeout=30)
    assert not keeper.world.wechat[APPID].articles

    instant = datetime.now(UTC) + timedelta(seconds=2)
    await editorial.tell(
        ReleaseOrdered(
            document_id=document, release_id=release, edition=1, edition_digest=blob.digest, release_at=instant,
            channels=(channel,),
        )
    )  # fmt: skip
    await eventually(lambda: editorial.of(ChannelConfirmed), timeout=30)

    [released] = editorial.of(ChannelReleased)
    assert 0 <= (released.acted_at - instant).total_seconds() < 1
    assert len(keeper.world.wechat[APPID].articles) == 1
    assert (await hosted.browser.get("/newmedia/openapi.json")).status_code == 200


async def connected(browser: httpx.AsyncClient) -> str:
    made = await browser.post("/newmedia/api/accounts", json=ACCOUNT)
    path = f"/newmedia/api/accounts/{made.json()['account_id']}"
    await browser.put(f"{path}/credentials", json={"secret": derived("secret", APPID)})

    async def works() -> None:
        assert (await browser.get(path)).json()["connection"] == "connected"

    await eventually(works, timeout=20)
    return str(made.json()["account_id"])
