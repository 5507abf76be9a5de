"""An organ with 100,000 applications: a few that went the real road, and copies of their rows and facts.

Most are ended, as in any organ after some years; twelve of a hundred are open and have running clocks of every kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.eventually import eventually
from tests.support.request_office import Office

GIVEN: Final = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}
REFUSED: Final = {
    "item": 1, "basis": "internal-affairs", "article": "《政府信息公开条例》第十六条第一款", "reason": "属于人事管理信息",
}  # fmt: skip
ID: Final = "md5({0}::text || n)::uuid"
_CASE: Final = ID.format("case_id")
_NAMED: Final = ID.format("(payload ->> 'case_id')")
_SERIAL: Final = "serial + n * 1000"
#: Table → what is another in a copy; everything else is as in the original.
COPIED: Final[Mapping[str, Mapping[str, str]]] = {
    "case_row": {
        "id": ID.format("id"), "serial": _SERIAL, "due_on": "due_on + n % 60", "applicant": ID.format("applicant"),
        "number": "CASE WHEN number = '' THEN '' ELSE year || '-' || (serial + n * 1000) END",
        "changed_at": "changed_at - n * interval '1 minute'",
    },
    "register": {
        "aggregate_id": ID.format("aggregate_id"),
        # A copy bears its own number in its facts, too: what is folded again must fit its row.
        "data": """CASE WHEN kind = 'Registered' THEN regexp_replace(data::text, '"serial": ?[0-9]+',
                '"serial":' || ((data ->> 'serial')::integer + n * 1000))::json
            WHEN data ->> 'letter' IS NULL THEN data
            ELSE replace(data::text, data ->> 'letter', md5((data ->> 'letter') || n)::uuid::text)::json END""",
    },
    "letter": {"id": ID.format("id"), "case_id": _CASE, "serial": _SERIAL, "digest": "digest || n"},
    "consultation": {"letter": ID.format("letter"), "case_id": _CASE},
    "fee": {"case_id": _CASE},
    "letter_file": {"letter_id": ID.format("letter_id"), "case_id": _CASE},
    "conversion": {"id": ID.format("id"), "case_id": _CASE, "reviewed_at": "reviewed_at - n * interval '1 minute'"},
    "conversion_chain": {"review_id": ID.format("review_id"), "case_id": _CASE},
    "case_file": {"id": ID.format("id"), "case_id": _CASE},
    "searched": {"case_id": _CASE},
    "counted": {"case_id": _CASE, "number": "number || n"},
    "clock": {
        "subject": f"{ID.format('subject')}::text",
        "payload": f"replace(payload::text, payload ->> 'case_id', ({_NAMED})::text)::json",
    },
}  # fmt: skip
_CASE_OF: Final = {"case_row": "id", "register": "aggregate_id", "clock": "(payload ->> 'case_id')::uuid"}


@dataclass(slots=True)
class Originals:
    """The cases that went the real road: `ended` are all that ended, `answered` those that were given something."""

    ended: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


async def originals(office: Office) -> Originals:
    """Let thirteen applications go the real road: eight end, five are open, each at another place."""
    made = Originals()
    for number in range(8):
        topic = f"外贸展会补贴第{number + 1}批名单"
        case_id = await office.received(topic=topic)
        made.ended.append(case_id)
        await office.do("drafter", "POST", f"/cases/{case_id}/searches", {"places": ["档案室"], "words": ["补贴"], "found": 1})
        if number % 4:
            digest = await office.give(case_id, f"第{number}批补贴共支持{number + 10}家企业。\n" * 60)
            await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
            await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})

            async def reviewed(case_id: str = case_id) -> Any:
                return (await office.case(case_id))["conversions"]

            await eventually(reviewed, timeout=30)
            made.answered.append(case_id)
        else:
            await office.drafted(case_id, [REFUSED])
            await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-refused"})
    fresh, drafting, corrected, consulted, charged = [
        await office.received(topic=topic) for topic in ("补贴标准", "储备肉采购价格", "展会名单", "采购合同", "统计资料")
    ]
    await office.do("drafter", "POST", f"/cases/{drafting}/draft", {"decisions": [REFUSED]})
    asked = {"what": ["请写明文号"], "answer_by": "2025-10-13"}
    await office.do("drafter", "POST", f"/cases/{corrected}/correction", asked)
    await office.do("drafter", "POST", f"/cases/{corrected}/letters", {"kind": "correction"})
    party = {"whom": "third-party", "party": {"name": "测试公司"}}
    case = await office.do("drafter", "POST", f"/cases/{consulted}/opinions", party)
    letter = case["consultations"][0]["letter"]
    words = {"kind": "third-party", "consultation": letter, "content": "合同", "why": "可能涉及商业秘密"}
    await office.do("drafter", "POST", f"/cases/{consulted}/letters", words)
    await office.do("drafter", "POST", f"/cases/{consulted}/opinions/{letter}/received", {"received_on": office.today})
    await office.do("drafter", "POST", f"/cases/{charged}/fee", {"standard": "pages", "pages": 41})
    await office.do("drafter", "POST", f"/cases/{charged}/letters", {"kind": "fee"})
    made.open = [fresh, drafting, corrected, consulted, charged]
    return made


async def fill(db: Any, made: Originals, cases: int) -> None:
    """Copy until there are so many."""
    for chosen, share in ((made.ended, 0.88), (made.open, 0.12)):
        await copy(db, chosen, int(cases * share / len(chosen)) - 1)


async def copy(db: Any, cases: list[str], times: int) -> None:
    """Copy everything these cases have, so many times."""
    for table, other in COPIED.items():
        columns = [
            row["name"]
            for row in await db.fetch(
                """SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0
                   AND NOT attisdropped AND attidentity = '' AND attgenerated = '' ORDER BY attnum""",
                table,
            )
        ]
        chosen = ", ".join(other.get(column, column) for column in columns)
        await db.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table}, generate_series(1, $2::integer) AS n "
            f"WHERE {_CASE_OF.get(table, 'case_id')} = ANY($1::uuid[])",
            cases, times, timeout=600,
        )  # fmt: skip
