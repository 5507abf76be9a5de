"""A guard counts only when it has been seen red: each seed is a violation that the import contracts must name."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("identity", "publication", "newmedia-sync", "portal", "request", "sandbox")

SEEDS = [
    ("services/portal/portal/site.py", "import publication.wire\n", "Services never import each other"),
    ("shared/gongkai/runtime/edge.py", "import publication.wire\n", "Shared never imports a service"),
    ("shared/gongkai/statute/refusal.py", "import gongkai.contracts.values\n", "Inside shared"),
    ("shared/gongkai/runtime/net.py", "import gongkai.web.pages\n", "Inside shared"),
    ("services/publication/publication/domain/people.py", "import asyncpg\n", "touch nothing but the standard library"),
    (
        "services/newmedia-sync/newmedia_sync/domain/__init__.py",
        "import httpx\n",
        "touch nothing but the standard library",
    ),
    ("services/publication/publication/wire.py", "import publication.service\n", "arrows point at the domain"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The source tree once more, so that a seed never touches the real one."""
    place = tmp_path_factory.mktemp("tree")
    skip = shutil.ignore_patterns("__pycache__", "*.png", "*.ttf", "*.otf", "templates", "static")
    shutil.copytree(ROOT / "shared", place / "shared", ignore=skip)
    shutil.copytree(ROOT / "services", place / "services", ignore=skip)
    shutil.copy(ROOT / ".importlinter", place)
    return place


def lint(place: Path) -> "subprocess.CompletedProcess[str]":
    paths = [str(place / "shared"), *(str(place / "services" / name) for name in SERVICES)]
    code = "import sys; sys.path[:0] = sys.argv[1:]; sys.argv = ['lint-imports', '--no-cache']; from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run([sys.executable, "-c", code, *paths], cwd=place, capture_output=True, text=True, check=False)


def test_the_tree_as_it_is_keeps_every_contract(copy):
    found = lint(copy)

    assert found.returncode == 0, found.stdout[-3000:]


@pytest.mark.parametrize(
    ("file", "seed", "contract"), SEEDS, ids=[seed[0].rsplit("/", 2)[-1] + ":" + seed[1].split()[1] for seed in SEEDS]
)
def test_a_seeded_violation_turns_its_contract_red(copy, file, seed, contract):
    path = copy / file
    kept = path.read_text("utf-8")
    path.write_text(f"{kept}\n{seed}", "utf-8")
    try:
        found = lint(copy)
    finally:
        path.write_text(kept, "utf-8")

    assert found.returncode != 0
    broken = [line for line in found.stdout.splitlines() if line.rstrip().endswith("BROKEN")]
    assert any(contract in line for line in broken), found.stdout[-3000:]
