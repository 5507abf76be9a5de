"""The whole system is saved while it works, everything is lost, and it comes back into an empty place."""

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from tests.support import system as terminal
from tests.support.eventually import eventually
from tests.support.hosted import serving
from tests.support.hostile_world import PREFIXES, World, a_world
from tests.support.tasks import running

from gongkai.contracts.catalog import TOPICS
from gongkai.hosting.host import installed_services
from gongkai.local import ports
from gongkai.local.topics import provision
from gongkai.runtime.settings import Settings

#: What restoring writes itself, and what ticks by itself once the services run.
CHANGED = {"outbox_head", "inbox", "register_seal", "throttle", "one_time_code"}


@dataclass(slots=True)
class Saved:
    """A backup of a system that is gone, and what was true of it."""

    settings: Settings
    file: Path
    key: Path
    said: dict[str, Any]
    counts: dict[str, dict[str, int]]
    published: list[dict[str, Any]]
    answers: dict[str, str]


def environment(settings: Settings) -> dict[str, str]:
    """Return what a container is given."""
    return terminal.environment(nowhere(settings)) | {
        "GONGKAI_DATABASE_URLS": json.dumps(settings.database_urls),
        "GONGKAI_KAFKA": settings.kafka,
        "GONGKAI_KAFKA_PREFIX": settings.kafka_prefix,
        "GONGKAI_DATA_DIR": str(settings.data_dir),
    }


def nowhere(settings: Settings) -> Path:
    return settings.data_dir / "no-local-system"


async def gongkai(settings: Settings, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(
        terminal.gongkai, nowhere(settings), *map(str, arguments), env=environment(settings), stdin=subprocess.DEVNULL
    )


async def an_empty_place(postgres: Any, kafka: str, folder: Path) -> Settings:
    """Return the settings of an installation in which nothing is yet: no table, no file, no topic with an event."""
    prefix = f"e{uuid4().hex[:10]}."
    await provision(kafka, [prefix + topic for topic in TOPICS], partitions=2)
    port = ports.free_port()
    return Settings(
        database_urls={name: await postgres.database(f"empty_{name}") for name in PREFIXES},
        kafka=kafka, kafka_prefix=prefix, data_dir=folder, instance=prefix, bind_port=port,
        public_url=f"http://127.0.0.1:{port}", pool_max=6,
    )  # fmt: skip


async def counts(settings: Settings) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for service, dsn in settings.database_urls.items():
        db = await asyncpg.connect(dsn)
        names = [row[0] for row in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        found[service] = {
            name: await db.fetchval(f'SELECT count(*) FROM "{name}"') for name in sorted(set(names) - CHANGED)
        }
        await db.close()
    return found


async def tables_of(settings: Settings) -> int:
    return sum(len(found) for found in (await counts(settings)).values())


async def keep_writing(world: World) -> None:
    """Work without a pause: drafts that are written, checked and told about."""
    number = 0
    while True:
        number += 1
        with contextlib.suppress(AssertionError):
            await world.draft(f"备份期间的工作{number}")


@pytest.fixture(scope="module")
async def saved(postgres: Any, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("saved")
    file, key = folder / "a.backup", folder / "key"
    async with a_world(postgres, kafka, folder / "world") as world:
        settings = world.system.settings
        await gongkai(settings, "backup", "--new-key", key)
        published = [await world.published(f"恢复以后还在的通知{n}") for n in range(2)]
        async with running(keep_writing(world)):
            done = await gongkai(settings, "backup", file, "--key-file", key, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        pages = {}
        for view in published:
            path = view["permalink"].removeprefix(settings.public_url)
            pages[path] = (await world.system.browser.get(path)).text
        await world.settled()
        kept = await counts(settings)
    shutil.rmtree(settings.data_dir)
    for dsn in settings.database_urls.values():
        await postgres.drop(dsn)
    return Saved(settings, file, key, json.loads(done.stdout), kept, published, pages)


async def test_everything_comes_back_and_nothing_happens_twice(saved, postgres, kafka, tmp_path):
    place = await an_empty_place(postgres, kafka, tmp_path / "data")

    done = await gongkai(place, "restore", saved.file, "--key-file", saved.key, "--json")

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["wrong"] == []
    assert (report["rows"], report["tables"], report["blobs"]) == tuple(saved.said[k] for k in ("rows", "tables", "blobs"))
    before = await counts(place)
    assert before["publication"]["document"] >= 2
    assert sum(sum(found.values()) for found in before.values()) > report["rows"] // 3
    assert all(rows > 0 for service, rows in report["registers"].items() if service in ("identity", "publication"))

    async with serving(installed_services(), place) as system:
        await eventually(lambda: caught_up(system), timeout=60)
        for service in PREFIXES:
            async with system.kit(service).pool.acquire() as db:
                assert await db.fetchval("SELECT count(*) FROM quarantine WHERE state = 'parked'") == 0, service
        verified = [
            (await system.browser.post(f"{prefix}/api/ops/register/verify", headers=system.operator())).json()
            for prefix in PREFIXES.values()
        ]
        pages = {path: (await system.browser.get(path)).status_code for path in saved.answers}
    after = await counts(place)

    assert all(verdict["whole"] for verdict in verified), verified
    assert list(pages.values()) == [200, 200]
    # What was under way when it was saved goes on; what had been done is not done again.
    for service, tables in before.items():
        assert after[service]["register"] >= tables["register"], service
    for table in ("release", "document"):
        assert after["publication"][table] == before["publication"][table]
    assert after["portal"]["edition"] == before["portal"]["edition"] == 2
    assert after["newmedia-sync"]["delivery"] == before["newmedia-sync"]["delivery"] == 4


async def refused(place: Settings, saved: Saved, said: str, *arguments: str | Path, file: Path | None = None) -> None:
    """Show that the restore is refused in one sentence and that nothing was written."""
    before = await tables_of(place)
    files = sorted(place.data_dir.rglob("*"))

    done = await gongkai(place, "restore", file or saved.file, *(arguments or ("--key-file", saved.key)))

    assert done.returncode == 1, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert await tables_of(place) == before
    assert sorted(place.data_dir.rglob("*")) == files


async def test_a_backup_that_is_not_whole_or_not_ours_touches_nothing(saved, postgres, kafka, tmp_path):
    place = await an_empty_place(postgres, kafka, tmp_path / "data")
    whole, other = saved.file.read_bytes(), tmp_path / "other"
    other.write_bytes(whole[:-5])
    await refused(place, saved, "不完整或末尾损坏", file=other)
    for at in (len(whole) // 3, len(whole) - 1000, 60):
        changed = bytearray(whole)
        changed[at] ^= 1
        other.write_bytes(changed)
        await refused(place, saved, "损坏" if at > 60 else "备份", file=other)
    other.write_bytes(b"something else")
    await refused(place, saved, "不是公开系统的备份", file=other)
    (wrong := tmp_path / "wrong").write_text("a phrase that was never used\n")
    wrong.chmod(0o600)
    await refused(place, saved, "要用密钥文件", "--passphrase-file", wrong)
    await gongkai(place, "backup", "--new-key", tmp_path / "key")
    await refused(place, saved, "口令或密钥不对", "--key-file", tmp_path / "key")
    await refused(place, saved, "没有给出备份的密钥", "--json")

    checked = await gongkai(place, "restore", "--check", saved.file, "--key-file", saved.key)

    assert checked.returncode == 0, checked.stderr
    assert "备份完好" in checked.stdout
    assert await tables_of(place) == 0


async def test_a_place_that_is_not_empty_is_left_alone(saved, postgres, kafka, tmp_path):
    place = await an_empty_place(postgres, kafka, tmp_path / "data")
    db = await asyncpg.connect(place.database_urls["portal"])
    await db.execute("CREATE TABLE somebody_elses (n int)")
    await refused(place, saved, "服务 portal 的数据库不是空的")
    await db.execute("DROP TABLE somebody_elses")
    await db.close()
    key = place.data_dir / "keys" / "vault-request-0001.key"
    key.parent.mkdir(parents=True)
    key.write_bytes(b"x" * 32)
    await refused(place, saved, "已经存在")
    shutil.rmtree(place.data_dir)
    await say(place)
    await refused(place, saved, "Kafka 里还有旧的事件")
    await refused(place.model_copy(update={"kafka": "127.0.0.1:9"}), saved, "没有应答")


async def say(place: Settings) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=place.kafka)
    await producer.start()
    await producer.send_and_wait(place.kafka_prefix + TOPICS[0], b"{}")
    await producer.stop()


async def test_a_restore_that_was_killed_is_done_again(saved, postgres, kafka, tmp_path):
    place = await an_empty_place(postgres, kafka, tmp_path / "data")
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gongkai.cli.main", "restore", saved.file, "--key-file", saved.key,
        env=environment(place), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert killed.stdout is not None
    while line := await killed.stdout.readline():
        if "核对数据库" in line.decode():
            break
    killed.kill()
    await killed.wait()
    await eventually(lambda: nobody_in(place))
    assert await tables_of(place) == 0

    once = await gongkai(place, "restore", saved.file, "--key-file", saved.key, "--json")
    # Killed between two commits: one database is not there yet.
    lost = await asyncpg.connect(place.database_urls["publication"])
    await lost.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await lost.close()
    twice = await gongkai(place, "restore", saved.file, "--key-file", saved.key, "--json")
    # And somebody has worked in one of them since: it is not ours to touch.
    db = await asyncpg.connect(place.database_urls["identity"])
    await db.execute("INSERT INTO clock (kind, subject, due_at, set_at) VALUES ('x', 'y', now(), now())")
    await db.close()
    thrice = await gongkai(place, "restore", saved.file, "--key-file", saved.key)

    assert once.returncode == twice.returncode == 0, once.stderr + twice.stderr
    assert json.loads(twice.stdout)["registers"] == json.loads(once.stdout)["registers"]
    assert thrice.returncode == 1
    assert "服务 identity 的数据库不是空的" in thrice.stderr


async def nobody_in(place: Settings) -> None:
    for dsn in place.database_urls.values():
        db = await asyncpg.connect(dsn)
        others = await db.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await db.close()
        assert others == 0


async def test_a_backup_overwrites_nothing_and_names_what_is_broken_at_its_source(saved, postgres, kafka, tmp_path):
    place = await an_empty_place(postgres, kafka, tmp_path / "data")
    await gongkai(place, "restore", saved.file, "--key-file", saved.key)
    (tmp_path / "there").write_text("mine")
    over = await gongkai(place, "backup", tmp_path / "there", "--key-file", saved.key)
    blob = next(path for path in (place.data_dir / "publication" / "blobs").rglob("*") if path.is_file())
    blob.write_bytes(blob.read_bytes() + b"!")
    db = await asyncpg.connect(place.database_urls["publication"])
    await db.execute("ALTER TABLE register DISABLE TRIGGER ALL")
    await db.execute("UPDATE register SET actor = 'nobody' WHERE position = (SELECT max(position) FROM register)")
    await db.close()

    done = await gongkai(place, "backup", tmp_path, "--key-file", saved.key, "--json")
    again = await an_empty_place(postgres, kafka, tmp_path / "again")
    report = json.loads(done.stdout)
    back = await gongkai(again, "restore", report["file"], "--key-file", saved.key, "--json")

    assert over.returncode == 1
    assert "已经存在，没有改动它" in over.stderr
    assert (tmp_path / "there").read_text() == "mine"
    assert not list(tmp_path.glob("*.partial"))
    assert done.returncode == back.returncode == 8, done.stderr + back.stderr
    assert any(blob.name in sentence for sentence in report["wrong"])
    assert any("登记簿" in sentence for sentence in report["wrong"])
    assert json.loads(back.stdout)["wrong"] == report["wrong"]
    assert json.loads((place.data_dir / "last-backup.json").read_text())["wrong"] == len(report["wrong"])


async def caught_up(system: Any) -> bool:
    for service in PREFIXES:
        async with system.kit(service).pool.acquire() as db:
            head = await db.fetchrow("SELECT last_seq, published_seq FROM outbox_head")
            if head["last_seq"] != head["published_seq"]:
                return False
    heard = 0
    for service in PREFIXES:
        for metric in system.host.metrics.inbox_events.collect():
            heard += sum(sample.value for sample in metric.samples if sample.labels.get("service") == service)
    return heard > 0
