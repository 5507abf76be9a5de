"""Wiring of the identity service. Reads top to bottom; the only module that constructs."""

from gongkai.runtime import telemetry, throttle
from gongkai.runtime.kit import Kit, Service, Wiring
from gongkai.web.pages import Pages
from identity import (
    http,
    http_calendar,
    http_operating,
    http_people,
    pages,
    pages_calendar,
    pages_people,
    pages_seal,
    setup,
)
from identity.accounts import Accounts
from identity.cards import Cards
from identity.desk import Desk
from identity.keyring import Keyring
from identity.mail import MailSettings, Post, Postman
from identity.passwords import Hasher
from identity.service import PROGRAM_ENDS, STAND_IN_BEGINS, STAND_IN_ENDS, Holidays, Organs, People

log = telemetry.logger(__name__)


async def build(kit: Kit) -> Wiring:
    keyring = Keyring(kit.settings.data_dir / "keys")
    cards = Cards(kit, keyring)
    people, organs, holidays = People(kit), Organs(), Holidays(kit)
    accounts = Accounts(kit, keyring, cards, people, organs, Hasher())
    post = Post(MailSettings())
    desk = Desk(kit, cards, people, organs, holidays, accounts, post, Pages.for_package("identity", kit, cards))
    if await accounts.untouched():
        setup.read_or_make(kit.settings.data_dir)
        log.info("first-start-open", page="/identity/first-start", file=str(setup.path_in(kit.settings.data_dir)))
    await _sweep(kit)
    return Wiring(
        routers=[
            http.router(desk), http_people.router(desk), http_calendar.router(desk),
            http_operating.router(desk),
            pages_people.router(desk), pages_calendar.router(desk), pages_seal.router(desk), pages.router(desk),
        ],
        timers={
            STAND_IN_BEGINS: people.begin_due_stand_in,
            STAND_IN_ENDS: people.end_due_stand_in,
            PROGRAM_ENDS: people.withdraw_due_program,
        },
        background=[Postman(kit, cards, post).run],
    )


async def _sweep(kit: Kit) -> None:
    """Forget tries that no longer count."""
    async with kit.transaction() as tx:
        await throttle.sweep(tx, tx.now - throttle.WINDOW - throttle.LONGEST)


SERVICE = Service(name="identity", prefix="/identity", package="identity", build=build)
