"""A container engine to test on: the machine's own, or one that a helper makes where there is none."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HELPER = "GONGKAI_DOCKER_HELPER"


def answers() -> bool:
    return (
        bool(shutil.which("docker"))
        and subprocess.run(["docker", "version"], check=False, capture_output=True).returncode == 0
    )


def an_engine() -> None:
    """Have an engine, or fail: a test of containers that passed without any would say nothing."""
    helper = os.environ.get(HELPER)
    if helper and not answers():
        subprocess.run([helper, "up"], check=True)
    if not answers():
        pytest.fail(
            f"这里没有可用的容器引擎（docker version 没有回答），容器测试不能进行。"
            f"请安装 Docker Engine，或用环境变量 {HELPER} 指明能准备引擎的程序。",
            pytrace=False,
        )
    composed = subprocess.run(["docker", "compose", "version"], check=False, capture_output=True)
    if composed.returncode:
        pytest.fail("这个容器引擎没有 compose 插件，容器测试不能进行。", pytrace=False)


@dataclass(slots=True)
class Project:
    """One compose project of its own: the files of the repository unchanged, settings from the environment alone."""

    name: str
    settings: dict[str, str] = field(default_factory=dict)

    def compose(self, *words: str, within: float = 300, check: bool = True, put: str | None = None) -> str:
        """Run one compose command; what it says when it fails is what the test shows."""
        done = subprocess.run(
            ["docker", "compose", "--env-file", os.devnull, "--project-name", self.name, *words],
            check=False,
            cwd=ROOT,
            env={**os.environ, **self.settings},
            input=put,
            stdin=None if put is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within,
        )
        if check and done.returncode:
            raise AssertionError(f"docker compose {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout if not done.returncode else done.stdout + done.stderr

    def inside(self, service: str, *words: str, index: int = 1, check: bool = True, within: float = 60) -> str:
        return self.compose("exec", "-T", "--index", str(index), service, *words, check=check, within=within).strip()

    def sql(self, database: str, query: str) -> str:
        """Ask as the administrator of the server."""
        return self.inside("postgres", "psql", "-U", "postgres", "-d", database, "-AtXc", query)

    def containers(self, service: str) -> list[str]:
        return self.compose("ps", "-q", service).split()

    def state(self, container: str, what: str) -> str:
        return docker("inspect", "-f", "{{" + what + "}}", container)

    def healthy(self, service: str) -> bool:
        """Tell whether every container of a service is up and says that it is ready."""
        found = self.containers(service)
        return bool(found) and all(self.state(one, ".State.Health.Status") == "healthy" for one in found)

    def images(self) -> list[str]:
        return sorted(set(self.compose("config", "--images").split()))


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True, timeout=120).stdout.strip()


def base_images(project: Project) -> None:
    """Let the helper make the images that no registry here would give."""
    helper = os.environ.get(HELPER)
    if helper:
        base = project.settings.get("PYTHON_IMAGE", "python:3.13-slim")
        foreign = [image for image in project.images() if not image.startswith("gongkai:")]
        subprocess.run([helper, "images", base, *foreign], check=True)
