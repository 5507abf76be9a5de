"""The promise of the two commands: it plays, checks itself, and can be played again."""

import pytest
from tests.support.eventually import eventually
from tests.support.stack import scratch_folder
from tests.support.system import System


async def played(system: System) -> str:
    system.launch()
    await eventually(lambda: system.exit_code is not None, timeout=480)
    assert system.exit_code == 0, system.said
    return system.said


@pytest.mark.timeout(1000)
async def test_the_demonstration_checks_itself_and_keeps_what_was_there() -> None:
    home = scratch_folder() / "home"

    first = await played(System(home, "demo", "--once"))
    second = await played(System(home, "demo", "--once"))

    assert "自查" in first
    assert "首次建库" in first
    assert "自查" in second
    assert "首次建库" not in second
    assert "都已在册" in second
