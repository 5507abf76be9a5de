"""The register of accounts: every state × every command, and what a card must have."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args
from uuid import UUID

import pytest

from gongkai.statute.refusal import Refused
from newmedia_sync.domain.account import (
    ARTICLE,
    Account,
    AccountWasChanged,
    AccountWasFiled,
    Broken,
    Card,
    ChangeAccount,
    CloseAccount,
    Closed,
    Command,
    Connected,
    CredentialsFail,
    FileAccount,
    Filed,
    KeepCredentials,
    NoteHealth,
    OpenAccount,
    Opened,
    Unopened,
    decide,
    evolve,
)

AT = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
CARD = Card(
    UUID(int=1), "wechat", "泉城商务", "wx5a0d2f6c9e31b874", "automatic", "济南市商务局", "", UUID(int=2), "http://a", "http://w"
)  # fmt: skip
OTHER = replace(CARD, name="济南商务")

UNOPENED, OPENED = Unopened(), Opened(CARD, AT)
FILED, CLOSED = Filed(CARD, AT, "JN-1", AT), Closed(CARD, "并号", AT)
OPEN, FILE, CHANGE, CLOSE = OpenAccount(CARD, AT), FileAccount("JN-2", AT), ChangeAccount(OTHER, AT), CloseAccount("并号", AT)
KEEP, HEALTH = KeepCredentials(AT), NoteHealth("40164", "白名单", AT)
NO = Refused

# fmt: off
TABLE = [
    #            OPEN     FILE    CHANGE   CLOSE    KEEP    HEALTH
    (UNOPENED,  (Opened,  NO,     NO,      NO,      NO,     NO)),
    (OPENED,    (NO,      Filed,  Opened,  Closed,  Opened, Opened)),
    (FILED,     (NO,      Filed,  Filed,   Closed,  Filed,  Filed)),
    (CLOSED,    (NO,      NO,     NO,      NO,      NO,     NO)),
]
# fmt: on
COMMANDS = (OPEN, FILE, CHANGE, CLOSE, KEEP, HEALTH)
CELLS = [
    pytest.param(state, command, outcome, id=f"{type(state).__name__}-{type(command).__name__}")
    for state, row in TABLE
    for command, outcome in zip(COMMANDS, row, strict=True)
]


@pytest.mark.parametrize(("state", "command", "outcome"), CELLS)
def test_account_transition(state, command, outcome):
    if outcome is NO:
        with pytest.raises(Refused) as refused:
            decide(state, command)
        assert refused.value.article == ARTICLE
        return

    [fact] = decide(state, command)

    assert isinstance(evolve(state, fact), outcome)


def test_the_account_table_forgets_no_state_and_no_command():
    assert {type(state) for state, _ in TABLE} == set(get_args(Account))
    assert {type(command) for command in COMMANDS} == set(get_args(Command))


def test_an_account_does_not_move_to_another_unit_or_platform():
    with pytest.raises(Refused):
        decide(OPENED, ChangeAccount(replace(CARD, organ_id=UUID(int=9)), AT))


def test_a_card_without_a_name_is_refused_in_words():
    with pytest.raises(Refused, match="账号名称"):
        decide(UNOPENED, OpenAccount(replace(CARD, name=" "), AT))


def test_what_says_nothing_new_is_no_fact():
    assert decide(OPENED, ChangeAccount(CARD, AT)) == []
    assert decide(FILED, FileAccount("JN-1", AT)) == []


def test_the_health_of_credentials_is_noted_when_it_changes():
    [fails] = decide(OPENED, NoteHealth("40164", "白名单", AT))
    broken = evolve(OPENED, fails)
    [works] = decide(broken, NoteHealth("", "", AT))
    connected = evolve(broken, works)

    assert isinstance(fails, CredentialsFail)
    assert broken.link == Broken("40164", "白名单", AT)
    assert decide(broken, NoteHealth("40164", "白名单", AT)) == []
    assert connected.link == Connected(AT)
    assert decide(connected, NoteHealth("", "", AT)) == []


def test_filing_and_changing_keep_what_is_known_of_the_connection():
    connected = replace(OPENED, link=Connected(AT))

    filed = evolve(connected, AccountWasFiled("JN-1", AT))
    changed = evolve(filed, AccountWasChanged(OTHER, AT))

    assert filed.link == changed.link == Connected(AT)
    assert changed.card == OTHER
