"""Looks at this machine: room, certificates, who may read what is secret, when the last backup was made."""

import contextlib
import json
import os
import shutil
import socket
import ssl
import stat
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from gongkai.upkeep.findings import Finding, fine, graded

_GIB: Final = 1024**3
_CERTIFICATES: Final = (".crt", ".pem", ".cer")


def disk(folders: Iterable[Path]) -> list[Finding]:
    """One finding for each disk."""
    found, seen = [], set()
    for folder in folders:
        with contextlib.suppress(OSError):
            there = next(path for path in (folder, *folder.parents) if path.exists())
            device = there.stat().st_dev
            if device in seen:
                continue
            seen.add(device)
            room = shutil.disk_usage(there)
            used = 1 - room.free / room.total
            tight = max(used, 0.96 if room.free < _GIB else 0.9 if room.free < 5 * _GIB else 0.0)
            found.append(graded(
                "disk", tight, mind=0.9, wrong=0.95, about=str(folder),
                seen=f"还有 {room.free / _GIB:.1f} GB（已用 {used:.0%}）",
                means="磁盘满了，PostgreSQL 和 Kafka 会停止写入，已写入的不会坏。",
                todo="腾出空间或扩大磁盘；旧备份移到别处。不要删除 postgres、kafka、data 里的文件。",
            ))  # fmt: skip
    return found


def backup(note: Path, now: datetime) -> Finding:
    todo = "gongkai backup 文件夹 --key-file 密钥，并让它每天自动执行；见 docs/operations.md。"
    try:
        said = json.loads(note.read_text("utf-8"))
        at = datetime.fromisoformat(said["at"])
    except FileNotFoundError:
        return Finding("backup", "mind", "没有做过备份", "", "磁盘坏了，什么都找不回来。", todo)
    except (OSError, ValueError, KeyError, TypeError):
        return Finding("backup", "unseen", f"读不懂 {note.name}", "", "不知道最近的备份是什么时候。", todo)
    hours = (now - at).total_seconds() / 3600
    if said.get("wrong"):
        return Finding(
            "backup", "wrong", f"最近的备份（{hours:.0f} 小时前）发现源数据有 {said['wrong']} 处问题", "",
            "备份照原样写成，其中有损坏的内容或登记。", "先查清上面的登记簿和内容问题，再备份一次。",
        )  # fmt: skip
    return graded(
        "backup", hours, mind=26, wrong=24 * 7, seen=f"最近的备份在 {hours:.0f} 小时前",
        means="现在出事，会丢掉这段时间里发生的一切。", todo=todo,
    )  # fmt: skip


def secrets(private: Iterable[Path], mounted: Iterable[Path]) -> list[Finding]:
    """`private` is for its owner, keys for the group too; `mounted` is given to us alone, and nobody may change it."""
    open_ = [path for path in private if _mode(path) & 0o037]
    writable = [path for path in mounted if _mode(path) & 0o022]
    if not open_ and not writable:
        return [fine("secrets", "密钥和密码文件只有该读的人能读")]
    return [
        Finding(
            "secrets", "wrong", f"{path.name} 的权限是 {_mode(path):04o}", str(path.parent),
            "这台机器上的其他用户可以读到或改动它；服务会因此拒绝启动。",
            f"chmod 600 {path}；如果别人可能已经读过，再更换它。",
        )
        for path in (*open_, *writable)
    ]  # fmt: skip


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def certificates(folder: Path | None, public_url: str, now: datetime, gateway: str = "") -> list[Finding]:
    """Those in a folder, and the one that the public address shows, asked for at the gateway where it is named."""
    found = []
    for path in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
        if path.suffix in _CERTIFICATES:
            with contextlib.suppress(OSError, ValueError):  # a key lies beside its certificate
                found.append(_expiry(x509.load_pem_x509_certificates(path.read_bytes())[0], path.name, now))
    parts = urlsplit(public_url)
    if parts.scheme != "https" or parts.hostname is None:
        return found
    host, _, port = gateway.rpartition(":")
    try:
        shown = _presented(host or parts.hostname, int(port or parts.port or 443), parts.hostname)
    except (OSError, ValueError) as wrong:
        found.append(Finding(
            "certificate", "unseen", f"从这里连不上 {gateway or public_url}（{type(wrong).__name__}）", parts.hostname,
            "看不到对外证书什么时候到期。", "在网关所在的机器上检查，或用 --certificates 指明证书文件夹。",
        ))  # fmt: skip
    else:
        found.append(_expiry(shown, parts.hostname, now))
    return found


def _presented(host: str, port: int, name: str) -> x509.Certificate:
    # Not verified on purpose: an expired or self-made one is exactly what we want to see.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=name) as safe,
    ):
        return x509.load_der_x509_certificate(safe.getpeercert(binary_form=True) or b"")


def _expiry(certificate: x509.Certificate, where: str, now: datetime) -> Finding:
    ends = certificate.not_valid_after_utc
    days = (ends - now).total_seconds() / 86400
    short = (ends - certificate.not_valid_before_utc).total_seconds() < 86400 * 8  # a gateway's own, renewed by itself
    left = "已经过期" if days <= 0 else f"还有 {days:.1f} 天"
    return graded(
        "certificate", -days, mind=-0.2 if short else -21, wrong=0, about=where,
        seen=f"证书到 {ends.astimezone(UTC):%Y-%m-%d %H:%M} UTC 为止，{left}",
        means="过期以后，浏览器会拒绝打开网站。", todo="换上新证书，再重新加载网关：docker compose restart gateway。",
    )  # fmt: skip


def mounted(environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Files that settings are read from."""
    named = ((name, value) for name, value in environment.items() if value)
    return [Path(value) for name, value in named if name.startswith("GONGKAI_") and name.endswith("_FILE")]
