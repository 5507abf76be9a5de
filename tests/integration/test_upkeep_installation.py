"""An installation as containers have it: volumes, a role that owns and one that serves, an older version's backup."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
from tests.support import system as terminal
from tests.support.kits import a_kit, wall_clock
from tests.support.shelf import an_event, shelve

from gongkai.contracts.catalog import TOPICS
from gongkai.hosting.host import installed_services
from gongkai.local.errors import StackError
from gongkai.local.topics import provision
from gongkai.runtime import migrate, roles, seal
from gongkai.runtime.blobs import Blobs
from gongkai.runtime.identity_token import Tokens
from gongkai.upkeep import contents, saving
from gongkai.upkeep.lock import Lock, make_key_file
from gongkai.upkeep.place import Place
from gongkai.upkeep.restoring import restore

PACKAGES = {service.name: service.package for service in installed_services()}
SERVICES = tuple(sorted(PACKAGES))


def quiet(_: str) -> None:
    """Nobody looks."""


@dataclass(slots=True)
class Installation:
    place: Place
    folder: Path

    def environment(self) -> dict[str, str]:
        secrets = self.folder / "secrets"
        secrets.mkdir(exist_ok=True)
        (secrets / "urls").write_text(json.dumps(dict(self.place.dsns)))
        (secrets / "admin").write_text(self.place.admin or "")
        return terminal.environment(self.folder / "no-local-system") | {
            "GONGKAI_DATABASE_URLS_FILE": str(secrets / "urls"),
            "GONGKAI_ADMIN_DATABASE_URL_FILE": str(secrets / "admin"),
            "GONGKAI_VOLUMES": str(self.folder / "volumes"),
            "GONGKAI_TOKEN_KEYS_DIR": str(self.place.token_keys),
            "GONGKAI_KAFKA": self.place.kafka,
            "GONGKAI_KAFKA_PREFIX": self.place.prefix,
        }

    async def gongkai(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return await asyncio.to_thread(
            terminal.gongkai, self.folder, *map(str, arguments), env=self.environment(), stdin=subprocess.DEVNULL
        )


async def an_installation(postgres, kafka: str, folder: Path, services=SERVICES) -> Installation:
    """Nothing is there yet but the server, its administrator and a topic for each service."""
    folder.mkdir()
    prefix, admin = f"i{uuid4().hex[:8]}.", postgres.server.dsn()
    await provision(kafka, [prefix + topic for topic in TOPICS], partitions=6)
    host = urlsplit(admin).netloc.rpartition("@")[2]
    dsns = {}
    for service in services:
        name = f"gongkai_{service.replace('-', '_')}_{uuid4().hex[:6]}"
        dsns[service] = urlunsplit(("postgresql", f"{name}:pw-{name}@{host}", f"/{name}", "", ""))
    roots = {service: folder / "volumes" / service for service in services}
    return Installation(Place(dsns, roots, folder / "tokens", kafka, prefix, admin), folder)


async def test_an_installation_comes_back_with_its_roles_and_its_volumes(postgres, kafka, tmp_path):
    old = await an_installation(postgres, kafka, tmp_path / "old")
    blobs = {}
    for service in SERVICES:
        home = roles.Home.of(old.place.dsns[service])
        await roles.provision(old.place.admin, home)
        await roles.migrated(old.place.admin, home, PACKAGES[service], ("pre", "post"))
        volume = old.folder / "volumes" / service
        async with a_kit(old.place.dsns[service], volume, name=service, package=None) as kit:
            for n in range(3):
                async with kit.transaction() as tx:
                    await shelve(tx, uuid4(), f"{service}{n}", tell=False)
                    if service == "publication":
                        tx.tell(an_event(uuid4(), "说"))
            async with kit.pool.acquire() as db:
                await seal.seal(db, Tokens(old.place.token_keys), kit.now())
        kept = Blobs(volume / service / "blobs")
        blobs[service] = (await kept.put(service.encode() * 1000, "text/plain")).digest
    await old.gongkai("backup", "--new-key", key := tmp_path / "key")

    saved = await old.gongkai("backup", tmp_path / "a.backup", "--key-file", key, "--json")
    assert saved.returncode == 0, saved.stdout + saved.stderr
    new = await an_installation(postgres, kafka, tmp_path / "new")
    Tokens(new.place.token_keys)  # what the first start of the containers makes
    restored = await new.gongkai("restore", tmp_path / "a.backup", "--key-file", key, "--json")
    seen = await new.gongkai("doctor", "--json")

    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert json.loads(restored.stdout)["wrong"] == []
    assert json.loads(restored.stdout)["events"] == 3
    for service in SERVICES:
        volume = new.folder / "volumes" / service
        assert await Blobs(volume / service / "blobs").get(blobs[service]) == service.encode() * 1000
        assert (volume / "keys" / "vault-0001.key").read_bytes() == (
            old.folder / "volumes" / service / "keys" / "vault-0001.key"
        ).read_bytes()
        db = await asyncpg.connect(new.place.dsns[service])
        verdict = await seal.verify(db, Tokens(new.place.token_keys))
        assert (verdict.whole, verdict.rows, verdict.seals) == (True, 3, 1)
        for statement in ("DELETE FROM register", "UPDATE register SET kind = 'x'", "DROP TABLE outbox"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute(statement)
        await migrate.compare(db, PACKAGES[service])
        async with (
            a_kit(new.place.dsns[service], tmp_path / "kit" / service, name=service, package=None) as kit,
            kit.transaction() as tx,
        ):
            await shelve(tx, uuid4(), "以后")  # positions and events go on where they were
        await db.close()
    found = json.loads(seen.stdout)["findings"]
    assert {one["about"] for one in found if one["check"] == "register" and one["state"] == "fine"} == set(SERVICES)
    assert {one["about"] for one in found if one["check"] == "leader" and one["state"] == "wrong"} == set(SERVICES)
    assert seen.returncode == 2


async def test_the_backup_of_an_older_version_is_taken_in_and_brought_up_to_date(postgres, kafka, tmp_path):
    old = await an_installation(postgres, kafka, tmp_path / "old", ["publication"])
    home = roles.Home.of(old.place.dsns["publication"])
    await roles.provision(old.place.admin, home)
    steps = [(step.package, step.name) for owner in (migrate.RUNTIME, "publication") for step in migrate.steps_of(owner)]
    admin = await asyncpg.connect(urlunsplit(urlsplit(old.place.admin)._replace(path=f"/{home.database}")))
    await admin.execute(f'SET ROLE "{home.owner}"')
    async with admin.transaction():
        await migrate.migrate(admin, "publication", only=steps[:-1])
        await roles.grant(admin, home.role)
    await admin.close()
    Tokens(old.place.token_keys)
    lock = Lock("key-file", b"k" * 32)
    file = tmp_path / "old.backup"
    await saving.save(old.place, file, lock, now=wall_clock(), version="0.0.9", say=quiet)
    new = await an_installation(postgres, kafka, tmp_path / "new", ["publication"])
    found = contents.read(file, lock)

    done = await restore(new.place, file, lock, found, PACKAGES, now=wall_clock(), say=quiet)

    assert done.wrong == []
    db = await asyncpg.connect(new.place.dsns["publication"])
    await migrate.compare(db, "publication")
    await db.close()
    # A step that this version does not know makes it a newer version's backup.
    found.databases["publication"].steps["publication", "9999_pre_future.sql"] = "0" * 64
    third = await an_installation(postgres, kafka, tmp_path / "third", ["publication"])
    with pytest.raises(StackError, match="9999_pre_future"):
        await restore(third.place, file, lock, found, PACKAGES, now=wall_clock(), say=quiet)
    assert not third.place.roots["publication"].exists()


async def test_a_container_that_knows_one_database_says_so(postgres, kafka, tmp_path):
    place = await an_installation(postgres, kafka, tmp_path / "one")
    make_key_file(key := tmp_path / "key")
    environment = place.environment() | {"GONGKAI_DATABASE_URL": place.place.dsns["portal"]}
    del environment["GONGKAI_DATABASE_URLS_FILE"]
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "gongkai.cli.main", "backup", str(tmp_path / "x"), "--key-file", str(key)],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "docker compose run --rm operator" in done.stderr
    assert not (tmp_path / "x").exists()
