"""Acts about what was decided and waits for its letter, and about letters that are on their way."""

from typing import Any, Final
from uuid import UUID

from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from request.domain import commands as c
from request.domain.case import file_of
from request.domain.decided import NOTICES_ZH, OpinionDecided, notice_of
from request.domain.law import cite
from request.pages.act import Act, Doing, Field, Options, Typed, perform


async def _drop(here: Doing, tx: Tx, typed: Typed) -> None:
    notice, _, letter = typed.text("notice").partition(":")
    asked: Any = notice
    command = c.DropNotice(
        asked, typed.text("why"), here.officer.person_id, legal_date(tx.now), UUID(letter) if letter else None
    )
    await perform(here, tx, command)


def _decided(here: Doing) -> Options:
    file = file_of(here.case)
    return [
        (f"{notice_of(one)}:{one.letter}" if isinstance(one, OpinionDecided) else notice_of(one),
         f"{NOTICES_ZH[notice_of(one)]}，{one.decided_on}决定")
        for one in (file.decided if file else ())
    ]  # fmt: skip


async def _notice_received(here: Doing, tx: Tx, typed: Typed) -> None:
    await perform(here, tx, c.NoteNoticeReceived(typed.day("received_on"), legal_date(tx.now)))


NOTICES: Final = (
    Act(
        "drop", "撤销还没有制发的决定", "撤销", "request.handle", c.DropNotice, _drop,
        (Field("notice", "哪一项", "choice", options=_decided), Field("why", "理由", rows=2)),
        "决定要到文书制发时才生效；还没有制发的可以撤销，期限不受影响。", cite("A45"), group="期限",
        done="已撤销，期限照常计算。",
    ),
    Act(
        "notice-received", "申请人收到告知书", "记下", "request.handle", c.NoteNoticeReceived, _notice_received,
        (Field("received_on", "收到的日期", "day", "邮寄的补正告知书、说明理由告知书，自申请人收到之日起算期限。"),),
        article=f"{cite('A30')}、{cite('A35')}", group="期限",
    ),
)
