"""A network with its own mirrors must be able to use this repository: it names no package host."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, so that this file does not name what it looks for.
HOSTS = tuple(
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
    )
)
LOCKS = ("requirements.lock", "deploy/requirements.lock", "tools/bootstrap.lock", "shared/gongkai/local/kafka-jars.lock")


def naming(text: str) -> list[str]:
    return [host for host in HOSTS if host in text]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_file_names_a_package_host() -> None:
    found = {
        str(file.relative_to(ROOT)): hosts
        for file in tracked()
        if file.is_file() and (hosts := naming(file.read_text(encoding="utf-8", errors="ignore")))
    }

    assert found == {}


def test_the_search_finds_a_seeded_address() -> None:
    assert naming(f"fetch from https://{HOSTS[0]}/simple") == [HOSTS[0]]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_digests_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert "sha256:" in text
    assert "://" not in text
    assert str(ROOT) not in text
