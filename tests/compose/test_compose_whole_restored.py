"""The installation is saved by its operator, thrown away with all its volumes, and comes back from the backup."""

import json
import ssl
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from tests.compose.conftest import SERVICES
from tests.compose.engine import Project, docker
from tests.compose.test_compose_whole import DATABASES, citizen
from tests.support.hostile_world import NOTICE

from gongkai.local.demo import seed
from gongkai.local.demo.founding import Founding
from gongkai.local.demo.office import Office, Passwords
from gongkai.local.demo.road import Road
from gongkai.local.demo.seed import Document

__all__ = ["citizen"]
KEPT = ("certificates", "backups", "sandbox")


def operator(project: Project, *words: str, put: str | None = None, check: bool = True, within: float = 300) -> str:
    return project.compose("run", "--rm", "--no-TTY", "operator", *words, put=put, check=check, within=within)


async def founded(project: Project, site: str, trust: ssl.SSLContext, desk: Path) -> None:
    """Set the installation up and write a document: something in databases, blobs, topics and vaults."""
    content = seed.read(seed.folder(), date(2026, 1, 5))
    sandbox = f"http://127.0.0.1:{project.settings['GONGKAI_SANDBOX_PORT']}"
    async with Office(site, Passwords(desk), trust) as office:
        founding = Founding(office, content, desk / "data", site, sandbox, "http://newmedia-sync:8080")
        for step in (founding.organ, founding.people, founding.catalogue):
            await step()
        document = Document(key="a", file=Path(), imported=False, content={**NOTICE, "title": "关于恢复演练的通知"})
        await Road(office, content, lambda: datetime(2026, 3, 2, tzinfo=UTC)).draft(document)


def rows(project: Project) -> dict[str, str]:
    asked = "SELECT (SELECT count(*) FROM register), (SELECT count(*) FROM officer), (SELECT last_seq FROM outbox_head)"
    return {name: project.sql(DATABASES[name], asked) for name in SERVICES}


def blobs(project: Project, service: str) -> list[str]:
    return sorted(project.inside(service, "find", f"/data/{service}/blobs", "-type", "f", "-name", "*").split())


@pytest.mark.timeout(1200)
async def test_what_was_lost_with_every_volume_comes_back(
    project: Project, site: str, trust: ssl.SSLContext, desk: Path, citizen: httpx.AsyncClient
) -> None:
    if project.sql(DATABASES["publication"], "SELECT count(*) FROM register") == "0":  # this file alone
        (desk / "data").mkdir()
        (desk / "data" / "setup-code").write_text(project.inside("identity", "cat", "/data/setup-code"))
        await founded(project, site, trust, desk)
    key = project.compose("run", "--rm", "--no-TTY", "--entrypoint", "python", "operator", "-c", MAKE_KEY).strip()
    before, kept = rows(project), blobs(project, "publication")
    assert kept

    saved = json.loads(operator(project, "backup", "/backups/a.backup", "--key-file", "-", "--json", put=key + "\n"))
    seen, _ = json.JSONDecoder().raw_decode(operator(project, "doctor", "--json", check=False))
    assert saved["wrong"] == []
    assert {one["check"] for one in seen["findings"] if one["state"] == "wrong"} <= {"disk"}, seen
    for check in ("certificate", "leader", "register", "backup", "topics"):
        assert any(one["check"] == check and one["state"] == "fine" for one in seen["findings"]), check
    refused = operator(project, "restore", "/backups/a.backup", "--key-file", "-", put=key + "\n", check=False)
    assert "什么都没有改动" in refused

    project.compose("down", "--remove-orphans")
    for volume in docker("volume", "ls", "-q", "--filter", f"name={project.name}_").split():
        if not volume.endswith(KEPT):
            docker("volume", "rm", volume)
    project.compose("up", "--detach", "--wait", "postgres", "kafka")
    restored = json.loads(operator(project, "restore", "/backups/a.backup", "--key-file", "-", "--json", put=key + "\n"))
    project.compose("up", "--detach", "--wait", "--wait-timeout", "280", within=300)

    assert restored["wrong"] == []
    assert (restored["rows"], restored["blobs"]) == (saved["rows"], saved["blobs"])
    after = rows(project)
    for service in SERVICES:
        facts = [int(found[service].split("|")[0]) for found in (before, after)]
        assert facts[0] == facts[1], service
    assert blobs(project, "publication") == kept
    assert (await citizen.get("/")).status_code == 200
    for service in ("publication", "request"):
        project.inside(service, "gongkai", "register", "verify", "--service", service)


MAKE_KEY = "import base64, os; print(base64.b64encode(os.urandom(32)).decode())"
