"""The local system: examined while it runs and while it does not, bundled, saved, restored elsewhere; Kafka lost."""

import asyncio
import json
import shutil
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.support.eventually import eventually
from tests.support.stack import scratch_folder
from tests.support.system import System, gongkai

from gongkai.local.demo import seed as seeds
from gongkai.local.demo.founding import Founding
from gongkai.local.demo.office import Office, Passwords
from gongkai.local.folders import cache_folder
from gongkai.local.state import read_json

pytestmark = pytest.mark.timeout(900)  # three starts of the whole system

SERVICES = ("identity", "newmedia-sync", "portal", "publication", "request")
EVERY_SERVICE = ("service", "database", "migrations", "leader", "unsent", "clocks", "quarantine", "register", "readers")
PLANTED = ("欧阳小明", "13812345678", "110101199003078515", "ouyang@example.cn", "某某路一号", "geheim-im-log")


async def run(home: Path, *arguments: str | Path) -> Any:
    return await asyncio.to_thread(gongkai, home, *map(str, arguments))


async def found_a_bureau(about: dict[str, Any], home: Path, passwords: Path) -> None:
    seed = seeds.read(seeds.folder(), datetime.now(UTC).date())
    async with Office(about["url"], Passwords(passwords)) as office:
        founding = Founding(office, seed, home / "data", about["url"], about["sandbox_url"])
        for step in (founding.organ, founding.people, founding.catalogue, founding.accounts):
            await step()


async def may_sign_in(about: dict[str, Any], passwords: Path) -> bool:
    seed = seeds.read(seeds.folder(), datetime.now(UTC).date())
    async with Office(about["url"], Passwords(passwords)) as office:
        return bool(await office.token(seed.officers[0].login))


async def counted(about: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Return how many facts and officers every service has."""
    found = {}
    for service, dsn in json.loads(about["settings"]["GONGKAI_DATABASE_URLS"]).items():
        db = await asyncpg.connect(dsn)
        row = await db.fetchrow(
            "SELECT (SELECT count(*) FROM register) AS facts, (SELECT count(*) FROM officer) AS officers,"
            " (SELECT last_seq - published_seq FROM outbox_head) AS unsent"
        )
        await db.close()
        assert row["unsent"] == 0, service
        found[service] = (row["facts"], row["officers"])
    return found


async def examined(home: Path, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    done = await run(home, "doctor", "--json", *arguments)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)["findings"]


async def plant(about: dict[str, Any], home: Path) -> None:
    """Put personal data and a secret where they must never be, and where they may be."""
    name, mobile, number, mail, street, secret = PLANTED
    line = {"event": "handler-failed", "level": "error", "applicant": name, "detail": f"{street} {mobile} {secret}"}
    with (home / "logs" / "services.log").open("a") as log:
        log.write(json.dumps(line, ensure_ascii=False) + f"\n{name} {number}\n")
    with (home / "logs" / "postgres.log").open("a") as log:
        log.write(f"2026-03-10 04:00:00.123 UTC [42] DETAIL:  Failing row contains ({name}, {mail}).\n")
    with (home / "logs" / "sandbox.log").open("a") as log:
        log.write(f"{name} {mobile}\n")
    db = await asyncpg.connect(json.loads(about["settings"]["GONGKAI_DATABASE_URLS"])["request"])
    await db.execute(
        """INSERT INTO quarantine (source, type, subject, topic, partition, "offset", headers, value, cause, reason, parked_at)
           VALUES ($1, 't', $1, 't', 0, 0, '{}', $2, 'refused', $3, now())""",
        f"{name}", f"{street}{number}".encode(), f"{name}（{mobile}）的申请不能受理",
    )  # fmt: skip
    await db.close()


async def test_the_system_is_examined_bundled_saved_and_restored_elsewhere() -> None:
    folder = scratch_folder()
    home, passwords, words = folder / "home", folder / "people", folder / "words"
    passwords.mkdir()
    words.write_text("a long phrase for the backup\n")
    words.chmod(0o600)
    system = System(home, "up")
    about = await system.start(within=90)
    try:
        await found_a_bureau(about, home, passwords)
        before = await eventually(lambda: counted(about), timeout=30)

        code, findings = await examined(home)
        assert code == 1, [one for one in findings if one["state"] != "fine"]
        assert {one["check"] for one in findings if one["state"] != "fine"} <= {"backup", "disk"}
        seen = Counter((one["check"], one["about"]) for one in findings)
        for check in EVERY_SERVICE:
            for service in SERVICES:
                assert seen[check, service] == (2 if check == "leader" else 1), (check, service)
        for check in ("kafka", "topics", "clock-skew", "connections", "disk", "secrets", "backup"):
            assert any(one["check"] == check for one in findings), check

        await plant(about, home)
        (home / "data" / "keys" / "token-0001.pem").chmod(0o640)
        bundled = await run(home, "support-bundle", folder / "bundle.zip")
        assert bundled.returncode == 0, bundled.stderr
        _holds_nothing_it_must_not(folder / "bundle.zip", home)
        code, findings = await examined(home, "--quick")
        assert ("quarantine", "mind", "request") in {(one["check"], one["state"], one["about"]) for one in findings}
        assert not any(one["check"] == "register" for one in findings)

        saved = await run(home, "backup", folder / "running.backup", "--passphrase-file", words)
        assert saved.returncode == 0, saved.stdout + saved.stderr
        assert "读回核对" in saved.stdout
        refused = await run(home, "events", "republish")
        assert refused.returncode == 1
        assert "正在运行，什么都没有改动" in refused.stderr
        refused = await run(home, "restore", folder / "running.backup", "--passphrase-file", words)
        assert refused.returncode == 1
        assert "系统正在运行" in refused.stderr
        (home / "passwords.json").chmod(0o644)
        code, findings = await examined(home, "--quick")
        assert code == 2
        assert [one["seen"] for one in findings if one["state"] == "wrong"] == ["passwords.json 的权限是 0644"]
        (home / "passwords.json").chmod(0o600)
    finally:
        await system.stop()

    code, findings = await examined(home)
    assert code == 2
    assert findings[0]["check"] == "system"
    assert any(one["check"] == "backup" and one["state"] == "fine" for one in findings)
    stopped = await run(home, "backup", folder / "stopped.backup", "--passphrase-file", words)
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr
    over = await run(home, "restore", folder / "stopped.backup", "--passphrase-file", words)
    assert over.returncode == 1
    assert "不是空的，没有改动它" in over.stderr

    again = await run(home, "events", "republish", "--json")
    assert again.returncode == 0, again.stderr
    said = {one["service"]: one["events"] for one in json.loads(again.stdout)}
    assert sorted(said) == list(SERVICES)
    assert said["identity"] > 0
    shutil.rmtree(home / "kafka")
    await _lives_on(System(home, "up"), before, passwords, "这是一个新的 Kafka")

    other = folder / "other"
    restored = await run(other, "restore", folder / "running.backup", "--passphrase-file", words)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "每一张表、每一条登记、每一份内容都与备份一致" in restored.stdout
    await _lives_on(System(other, "up"), before, passwords, "系统已启动")


async def _lives_on(system: System, before: dict[str, tuple[int, int]], passwords: Path, said: str) -> None:
    about = await system.start(within=90)
    try:
        assert said in system.said, system.said
        await eventually(lambda: _same(about, before), timeout=60)
        assert await may_sign_in(about, passwords)
        _, findings = await examined(system.home)
        assert {one["check"] for one in findings if one["state"] == "wrong"} <= {"disk"}, findings
    finally:
        await system.stop()


async def _same(about: dict[str, Any], before: dict[str, tuple[int, int]]) -> None:
    assert await counted(about) == before


def _holds_nothing_it_must_not(file: Path, home: Path) -> None:
    with zipfile.ZipFile(file) as bundle:
        texts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    secrets = {str(secret) for secret in read_json(home / "passwords.json").values()}
    secrets |= {line for line in (home / "data" / "keys" / "token-0001.pem").read_text().splitlines() if "-----" not in line}
    for name, text in texts.items():
        for hidden in (*PLANTED, *secrets):
            assert hidden not in text, (name, hidden)
    assert {"versions.json", "settings.json", "doctor.json", "logs/services.log.txt", "logs/postgres.log.txt"} <= set(texts)
    assert not any("sandbox" in name for name in texts)
    for service in SERVICES:
        assert json.loads(texts[f"health/{service}-status.json"])["status"] == 200
        assert f'service="{service}"' in texts[f"metrics/{service}.txt"]
    assert "handler-failed" in texts["logs/services.log.txt"]
    assert any(one["check"] == "quarantine" and one["state"] == "mind" for one in json.loads(texts["doctor.json"]))
    assert str(cache_folder()) not in texts["settings.json"]
