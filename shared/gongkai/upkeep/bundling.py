"""A bundle for whoever helps: how the system is set up and how it is, nothing about anybody, nothing that opens it."""

import base64
import json
import os
import platform
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from gongkai.local.errors import StackError
from gongkai.runtime.settings import Settings
from gongkai.upkeep import scrub
from gongkai.upkeep.examining_services import Ask
from gongkai.upkeep.findings import Finding, as_json
from gongkai.upkeep.place import NOTE, Place, shown

_TAIL: Final = 1024 * 1024
_ADDRESSES: Final = frozenset({"public_url", "internal_url", "otlp_endpoint", "sandbox_url"})
_SHOWN: Final = frozenset({"kafka", "kafka_prefix", "bind_host", "request_ladder"})
README: Final = """\
公开 Gongkai · 求助资料包 / support bundle
写成于 made at {at}

里面有 inside: versions.json 版本, settings.json 设置（没有密码）, doctor.json 检查结果, health/ 各服务的状态,
metrics/ 指标, logs/ 日志的骨架（时间、级别、事件名、编号；没有任何人写的内容）。
没有个人信息、密码、密钥、文件内容。发出以前仍请打开看一看。
No personal data, no password, no key, nothing anybody wrote. Have a look at it all the same before you send it.
"""


def settings(known: Settings | None, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return every setting by name: numbers and addresses as they are, of everything else whether it is set."""
    said: dict[str, Any] = {}
    for name in type(known).model_fields if known else ():
        value = getattr(known, name)
        if name == "database_urls":
            said[name] = {service: shown(dsn) for service, dsn in value.items()}
        elif name == "service_urls":
            said[name] = {service: scrub.address(url) for service, url in value.items()}
        elif name in _ADDRESSES and value:
            said[name] = scrub.address(value)
        elif name in _SHOWN or isinstance(value, bool | int | float | None):
            said[name] = value
        else:
            said[name] = "（已设置，不显示）"
    fields = {f"GONGKAI_{name.upper()}" for name in (type(known).model_fields if known else ())}
    said["others"] = sorted(name for name in environment if name.startswith("GONGKAI_") and name not in fields)
    return said


def known_secrets(place: Place | None, private: Iterable[Path], mounted: Iterable[Path], token: str | None) -> set[str]:
    """Return every secret we can find: none of them may be in the bundle, in whatever spelling."""
    found = {token or ""}
    for dsn in (*place.dsns.values(), place.admin or "") if place else ():
        password = urlsplit(dsn).password
        found |= {password or "", unquote(password or "")}
    for path in (*private, *mounted):
        try:
            raw = path.read_bytes()
        except OSError:
            continue
        text = raw.decode("utf-8", "ignore").strip()
        found |= {raw.hex(), base64.b64encode(raw).decode(), text}
        if "://" in text and "\n" not in text and not text.startswith("{"):
            found |= {urlsplit(text).password or "", unquote(urlsplit(text).password or "")}
        if path.suffix == ".json" and path.name != NOTE:
            found |= set(_texts(raw))
        found |= {line for line in raw.decode("utf-8", "ignore").splitlines() if path.suffix == ".pem"}
    return {secret for secret in found if len(secret) >= 8 and not secret.startswith("-----")}


def _texts(raw: bytes) -> Iterable[str]:
    try:
        said = json.loads(raw)
    except ValueError:
        return
    # In what the system says of itself, addresses and folders are no secrets; passwords of roles are in its DSNs.
    if isinstance(said, dict) and "settings" not in said:
        yield from (value for value in said.values() if isinstance(value, str) and len(value) >= 12)


def members(
    place: Place | None,
    ask: Ask | None,
    findings: list[Finding],
    logs: Iterable[Path],
    versions: Mapping[str, str],
    said: dict[str, Any],
    now: datetime,
) -> dict[str, str]:
    """Return what goes into the bundle, by name."""
    about = {
        "versions": dict(versions), "system": platform.system(), "release": platform.release(),
        "machine": platform.machine(), "processors": os.cpu_count(),
    }  # fmt: skip
    found = {
        "README.txt": README.format(at=now.isoformat(timespec="seconds")),
        "versions.json": _json(about),
        "settings.json": _json(said),
        "doctor.json": _json(as_json(findings)),
    }
    for service in place.services if place and ask else ():
        assert ask is not None  # noqa: S101  for the type checker: the line above says so
        for name, path in (("ready", "/health/ready"), ("status", "/api/ops/status")):
            answer = ask(service, path)
            try:
                content = json.loads(answer.text)
            except ValueError:
                content = None
            found[f"health/{service}-{name}.json"] = _json({"status": answer.status, "said": content})
        answer = ask(service, "/metrics")
        if answer.status == 200:
            mark = f'service="{service}"'
            own = (line for line in scrub.metrics(answer.text) if mark in line or "service=" not in line)
            found[f"metrics/{service}.txt"] = "\n".join(own) + "\n"
    for log in logs:
        read = scrub.READERS.get(log.name.partition(".")[0], scrub.any_log)
        try:
            found[f"logs/{log.name}.txt"] = scrub.kept(scrub.tail(log, _TAIL), read)
        except OSError as wrong:
            found[f"logs/{log.name}.txt"] = f"# 读不到：{wrong.strerror}\n"
    return found


def write(target: Path, found: Mapping[str, str], secrets: Iterable[str], home: str) -> int:
    """Write the bundle, blotted once more; return its size. Nothing is overwritten."""
    secrets = sorted(secrets, key=len, reverse=True)
    try:
        with os.fdopen(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
                for name, text in found.items():
                    bundle.writestr(name, scrub.without(str(scrub.words(text, home)), secrets))
            return file.tell()
    except FileExistsError:
        raise StackError(f"{target} 已经存在，没有改动它 / it exists and was left alone", "请换一个文件名。") from None
    except OSError as wrong:
        raise StackError(f"写不了 {target}：{wrong.strerror} / cannot write it") from wrong


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n"
