"""The website's part in a release as a table. `python -m tests.support.portal_states` writes docs/states."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path

from gongkai.statute.refusal import Refused
from portal import domain
from portal.domain import (
    CalledOff,
    CallOff,
    Fetching,
    FetchingOrdered,
    HearApproval,
    ObeyOrder,
    OrderedUnheard,
    Prepared,
    ReachInstant,
    RefuseEdition,
    Scheduled,
    Shown,
    StageEdition,
    Unfit,
    Unheard,
    decide,
    evolve,
)

PAGE = Path(__file__).parents[2] / "docs" / "states" / "portal-release.md"

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=2)
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
R = "sha256:" + "c" * 64

STATES = {
    "Unheard": Unheard(),
    "OrderedUnheard": OrderedUnheard(A, SOON),
    "Fetching": Fetching(A),
    "FetchingOrdered": FetchingOrdered(A, SOON),
    "Prepared": Prepared(A, R),
    "Scheduled": Scheduled(A, SOON),
    "Shown": Shown(A, NOW),
    "Unfit": Unfit(A),
    "CalledOff": CalledOff(),
}
COMMANDS = {
    "HearApproval": HearApproval(A),
    "StageEdition": StageEdition(A, R, NOW),
    "RefuseEdition": RefuseEdition("content"),
    "ObeyOrder": ObeyOrder(A, SOON, NOW),
    "ReachInstant": ReachInstant(SOON),
    "CallOff": CallOff(NOW),
}
SAME, NO = "same", "NO"
NAMES = {
    "Unheard": "未听说", "OrderedUnheard": "命令先到", "Fetching": "取内容", "FetchingOrdered": "取内容，已有时刻",
    "Prepared": "已就绪，不可见", "Scheduled": "已定时刻", "Shown": "已公开", "Unfit": "不能展示", "CalledOff": "已取消",
}


def after(state: domain.Showing, command: domain.Command) -> domain.Showing:
    return reduce(evolve, decide(state, command), state)


def cell(state: str, command: str) -> str:
    """Carry the command out and say what follows."""
    try:
        found = after(STATES[state], COMMANDS[command])
    except Refused:
        return NO
    return SAME if found == STATES[state] else type(found).__name__


def page() -> str:
    """Return the table as found by carrying out every command in every state."""
    marks = {NO: "—", SAME: "="}
    lines = [
        "# 网站在一次发布中的状态 · the website in a release",
        "",
        "Rows are states, columns are commands, a cell is the state after. `—` is a refusal, `=` means that nothing changes.",
        "Printed by `python -m tests.support.portal_states` from the code itself; a test fails when this page is stale.",
        "",
        "| | " + " | ".join(f"`{command}`" for command in COMMANDS) + " |",
        "|---|" + "---|" * len(COMMANDS),
    ]
    for state in STATES:
        cells = (cell(state, command) for command in COMMANDS)
        lines.append(f"| `{state}` {NAMES[state]} | " + " | ".join(marks.get(found, found) for found in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), "utf-8")
