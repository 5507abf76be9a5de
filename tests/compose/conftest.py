import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.compose.engine import Project, an_engine, base_images, docker

from gongkai.local import ports

SERVICES = ("identity", "publication", "newmedia-sync", "request", "portal")
IMAGE = "gongkai:compose-test"


@pytest.fixture(scope="session")
def project() -> Iterator[Project]:
    """A whole installation from cold, with the sandbox; nothing of it is left behind."""
    an_engine()
    https, http, sandbox = (ports.free_port() for _ in range(3))
    made = Project(
        "gongkai-compose-test",
        {
            "COMPOSE_PROFILES": "sandbox",
            "GONGKAI_IMAGE": IMAGE,
            "GONGKAI_HTTPS_PORT": str(https),
            "GONGKAI_HTTP_PORT": str(http),
            "GONGKAI_SANDBOX_PORT": str(sandbox),
            "GONGKAI_PUBLIC_URL": f"https://localhost:{https}",
            "GONGKAI_SANDBOX_URL": "http://sandbox:8090",
        },
    )
    base_images(made)
    made.compose("down", "--volumes", "--remove-orphans")
    try:
        made.compose("build", "identity", within=900)
        made.compose("up", "--detach", "--wait", "--wait-timeout", "280", within=300)
        yield made
    finally:
        made.compose("down", "--volumes", "--remove-orphans", check=False)
        docker("image", "rm", "--force", IMAGE)


@pytest.fixture(scope="session")
def site(project: Project) -> str:
    return project.settings["GONGKAI_PUBLIC_URL"]


@pytest.fixture(scope="session")
def trust(project: Project) -> ssl.SSLContext:
    """Trust the certificate that the gateway made for itself, and no other."""
    root = project.inside("gateway", "cat", "/data/caddy/pki/authorities/local/root.crt")
    return ssl.create_default_context(cadata=root)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration keeps the passwords of its officers."""
    return tmp_path_factory.mktemp("desk")
