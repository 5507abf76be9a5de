"""A disk that fills up while everything is killed: nothing is lost, and room is all that is needed to go on."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from tests.support.eventually import eventually
from tests.support.stack import scratch_folder
from tests.support.system import System


@pytest.fixture
def small_disk() -> Iterator[Path]:
    folder = scratch_folder() / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=420m", "tmpfs", str(folder)], check=False)
    if mounted.returncode != 0:
        pytest.skip("a small disk needs the right to mount one")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk needs root")
async def test_a_full_disk_is_named_and_room_brings_everything_back(small_disk: Path) -> None:
    system = System(small_disk / "home")
    system.output = small_disk.parent / "out"
    about = await system.start()
    dsn = json.loads(about["settings"]["GONGKAI_DATABASE_URLS"])["portal"]
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    await connection.close()

    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as full, pytest.raises(OSError, match="No space left"):
        while full.write(b"0" * 1_048_576):
            pass
    system.kill("kafka")
    system.kill("postgres")
    await eventually(lambda: "磁盘已满，PostgreSQL" in system.said, timeout=60)
    await eventually(lambda: "磁盘已满，Kafka" in system.said, timeout=60)
    filler.unlink()

    await eventually(lambda: "PostgreSQL 已恢复" in system.said and "Kafka 已恢复" in system.said, timeout=120)
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT number FROM kept") == 7
    await connection.close()
    assert await system.stop() == 0
