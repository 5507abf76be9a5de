"""A real Prometheus and its promtool, as an operator has them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TELEMETRY = ROOT / "deploy" / "telemetry"
FOLDER = "GONGKAI_PROMETHEUS"


def program(name: str) -> str:
    """Return the program, or fail: alerts that nobody tried would only look like a watch."""
    folder = os.environ.get(FOLDER)
    found = shutil.which(name, path=folder) if folder else shutil.which(name)
    if found is None:
        pytest.fail(
            f"这里没有 {name}，监控测试不能进行。请安装 Prometheus（Debian：apt-get install prometheus，"
            f"里面带有 promtool），或用环境变量 {FOLDER} 指明这两个程序所在的文件夹。",
            pytrace=False,
        )
    return found


def promtool(*words: str, within: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [program("promtool"), *words]
    return subprocess.run(command, check=False, cwd=within, capture_output=True, text=True, timeout=60)
