"""Where time and chance enter. Imported by composition roots only."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

Clock = Callable[[], datetime]
NewId = Callable[[], UUID]


def system_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one place where the machine's clock is read


def system_ids() -> UUID:
    return uuid.uuid4()  # noqa: TID251  the one place where chance enters
