"""The manifests as a cluster would get them: built by a real kustomize, with secrets that were really made."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "GONGKAI_KUSTOMIZE"


def command() -> list[str]:
    named = os.environ.get(PROGRAM)
    if named:
        return [named, "build"]
    if shutil.which("kustomize"):
        return ["kustomize", "build"]
    if shutil.which("kubectl"):
        return ["kubectl", "kustomize"]
    pytest.fail(
        "这里没有 kustomize，也没有 kubectl，Kubernetes 清单的测试不能进行。请安装其中一个"
        f"（有 Go 的机器：go install sigs.k8s.io/kustomize/kustomize/v5@v5.7.1），或用环境变量 {PROGRAM} 指明 kustomize。",
        pytrace=False,
    )


@dataclass(frozen=True, slots=True)
class Cluster:
    things: list[dict[str, Any]]
    secrets: Path

    def all(self, kind: str) -> dict[str, Any]:
        return {one["metadata"]["name"]: one for one in self.things if one["kind"] == kind}

    def one(self, kind: str) -> Any:
        [found] = self.all(kind).values()
        return found

    def pods(self) -> dict[str, Any]:
        """Return every pod that is made from our image, by the name of its maker."""
        makers = {**self.all("Deployment"), **self.all("Job")}
        return {name: maker["spec"]["template"]["spec"] for name, maker in makers.items()}


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    words = command()
    folder = tmp_path_factory.mktemp("kubernetes") / "kubernetes"
    shutil.copytree(ROOT / "deploy" / "kubernetes", folder, ignore=shutil.ignore_patterns("secrets"))
    secrets = folder / "site" / "secrets"
    assert main(["secrets", str(secrets), "--postgres", "postgres-rw:5432"]) == 0
    built = subprocess.run([*words, str(folder / "site")], check=False, capture_output=True, text=True, timeout=120)
    assert built.returncode == 0, built.stderr
    return Cluster(list(yaml.safe_load_all(built.stdout)), secrets)
