"""How an applicant follows their case: code and second factor, then a signed value that lives for half an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gongkai.runtime.errors import NotFound, Unauthenticated
from gongkai.runtime.kit import Kit
from gongkai.runtime.throttle import count_try, forgive
from request import store, throttle
from request.keyring import Keyring, same

COOKIE: Final = "gongkai_request"
COOKIE_PATH: Final = "/request/mine"
DRAFT_COOKIE: Final = "gongkai_request_draft"
DRAFT_PATH: Final = "/request"
LASTS: Final = timedelta(minutes=30)
#: One sentence for a wrong code and for a wrong factor: neither is told from the other.
WRONG: Final = "查询码或者证件号码最后六位不对，请核对回执后再试"


@dataclass(frozen=True, slots=True)
class Following:
    kit: Kit
    keyring: Keyring

    async def open(self, code: str, factor: str, address: str) -> str:
        """Return the value for the cookie; wrong code and wrong factor take the same way and the same time."""
        buckets = throttle.follow_buckets(self.keyring, code, address)
        await count_try(self.kit, buckets)
        async with self.kit.reading() as db:
            found = await store.code(db, self.keyring.code(code))
        case_id, first, later = found or (UUID(int=0), bytes(32), None)
        given = self.keyring.factor(code, factor), self.keyring.case_factor(case_id, factor)
        right = same(given[0], first) if later is None else same(given[1], later)
        if found is None or not right:
            raise NotFound(WRONG)
        async with self.kit.transaction() as tx:
            await forgive(tx, buckets)
        return self._value(case_id, self.kit.now() + LASTS)

    def case_of(self, value: str | None) -> UUID:
        """Return the case that a cookie opens; raises `Unauthenticated` when it is none of ours or too old."""
        parts = (value or "").split(".")
        if len(parts) == 3:
            try:
                case_id, until = UUID(hex=parts[0]), datetime.fromtimestamp(int(parts[1]), self.kit.now().tzinfo)
            except (ValueError, OverflowError, OSError):
                raise Unauthenticated("请先输入查询码") from None
            if same(self._value(case_id, until).encode(), (value or "").encode()) and until > self.kit.now():
                return case_id
        raise Unauthenticated("请先输入查询码")

    def _value(self, case_id: UUID, until: datetime) -> str:
        stamp = str(int(until.timestamp()))
        return f"{case_id.hex}.{stamp}.{self.keyring.digest('follow', case_id.hex, stamp).hex()}"
