"""What may leave the house: of a log, its skeleton. Names cannot be recognised, so nothing free is let through.

A structured line keeps the keys listed here, and only values that look like what belongs there; a server's line
keeps its time, its severity and the words of the server itself, without anything quoted; everything else is dropped
and counted. The detector of personal numbers is a second net, the search for known secrets a third.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from gongkai.runtime.privacy import BLOT, blotted

_KEPT: Final = frozenset({
    "timestamp", "level", "event", "module", "service", "trouble", "type", "topic", "topics", "loop", "duty", "steps",
    "sqlstate", "kind", "state", "rule", "article", "version", "route", "method", "status", "code", "event_id",
    "document_id", "release_id", "delivery_id", "account_id", "case_id", "trace_id", "span_id", "edition", "tries",
    "partition", "offset", "stood_still", "silent", "work", "seconds", "number", "count", "package",
})  # fmt: skip
_WORD: Final = re.compile(r"[A-Za-z0-9_.:+/-]{1,80}|第[一二三四五六七八九十百]{1,6}条")
_LARGEST: Final = 10**9
_COMPOSE: Final = re.compile(r"^[a-z0-9_.-]+\s+\|\s?")
_FRAME: Final = re.compile(r'File "(?:[^"]*/)?([^"/]+/[^"/]+)", line (\d+), in (\w+)')
_RAISED: Final = re.compile(r"^((?:\w+\.)*\w*(?:Error|Exception|Refused|Unavailable|Missing|Damaged))\b", re.MULTILINE)
_POSTGRES: Final = re.compile(
    r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \w+ \[\d+\]) (?:\S+ )?([A-Z]+[0-9]?):\s+(.*)$"
)
_SPOKEN: Final = frozenset({"LOG", "WARNING", "ERROR", "FATAL", "PANIC", "NOTICE"})
_QUOTED: Final = re.compile(r"\"[^\"]*\"?|'[^']*'?|\([^)]*\)?")
_DIGITS: Final = re.compile(r"\d{5,}")
_KAFKA: Final = re.compile(r"^(\d{4}-\d\d-\d\dT[\d:.]+\S*) (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) (\w+)\b(.*)$")
_THROWN: Final = re.compile(r"\b(?:[a-z]+\.)*[A-Z]\w*(?:Exception|Error)\b")


def structured(line: str) -> str | None:
    """Return what may be kept of a line of our own log; none when it is not one."""
    try:
        said = json.loads(_COMPOSE.sub("", line, count=1))
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    kept = {key: _value(value) for key, value in said.items() if key in _KEPT}
    if isinstance(said.get("exception"), str):
        kept["where"] = [f"{file}:{number} {name}" for file, number, name in _FRAME.findall(said["exception"])][-12:]
        kept["raised"] = _RAISED.findall(said["exception"])[-4:]
    return json.dumps(kept, ensure_ascii=False)


def _value(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value if abs(value) < _LARGEST else BLOT
    if isinstance(value, list):
        return [_value(one) for one in value[:20]]
    text = str(value)
    return text if _WORD.fullmatch(text) and blotted(text) == text else BLOT


def of_postgres(line: str) -> str | None:
    """Keep the server's own words; what a statement or a row said is gone."""
    match = _POSTGRES.match(_COMPOSE.sub("", line, count=1))
    if not match:
        return None
    when, severity, words = match.groups()
    if severity not in _SPOKEN:
        return f"{when} {severity}: {BLOT}"
    words = _DIGITS.sub("#", _QUOTED.sub("…", words))
    return f"{when} {severity}: {words if words.isascii() or words.replace('…', '').isascii() else BLOT}"


def of_kafka(line: str) -> str | None:
    match = _KAFKA.match(_COMPOSE.sub("", line, count=1))
    if not match:
        return None
    return " ".join((*match.groups()[:3], *_THROWN.findall(match[4])))


#: Name of a log → how its lines are kept. A log that is not here is not taken along.
READERS: Final[dict[str, Callable[[str], str | None]]] = {
    "services": structured, "postgres": of_postgres, "kafka": of_kafka,
}  # fmt: skip


def tail(path: Path, size: int) -> list[str]:
    """Return the last lines of a file."""
    with path.open("rb") as file:
        file.seek(0, 2)
        start = max(0, file.tell() - size)
        file.seek(start)
        lines = file.read().decode("utf-8", "replace").splitlines()
    return lines[1:] if start else lines


def kept(lines: Iterable[str], read: Callable[[str], str | None]) -> str:
    found, dropped = [], 0
    for line in lines:
        said = read(line)
        if said is None:
            dropped += 1
        else:
            found.append(said)
    return "\n".join((*found, f"# {dropped} 行不能确定内容，没有收入 / lines left out", ""))


def any_log(line: str) -> str | None:
    """Read a line of whatever a container said."""
    return structured(line) or of_postgres(line) or of_kafka(line)


def metrics(text: str) -> Iterator[str]:
    """Keep numbers; a label whose value is not a plain word keeps its name alone."""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        yield re.sub(r'="((?:[^"\\]|\\.)*)"', lambda label: f'="{label[1] if _plain(label[1]) else BLOT}"', line)


def _plain(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_.:+/{}<>=-]{0,120}", text) is not None and blotted(text) == text


def address(url: str) -> str:
    """Return scheme, host and port of a URL, without whoever signs in there."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"


def words(value: Any, home: str) -> Any:
    """Blot personal numbers and the name of a home folder out of our own sentences, as deep as they go."""
    if isinstance(value, str):
        return str(blotted(value.replace(home, "~") if len(home) > 1 else value))
    if isinstance(value, dict):
        return {key: words(inner, home) for key, inner in value.items()}
    if isinstance(value, list):
        return [words(inner, home) for inner in value]
    return value


def without(text: str, secrets: Iterable[str]) -> str:
    """Blot known secrets out, however they came there."""
    for secret in secrets:
        if len(secret) >= 8:
            text = text.replace(secret, BLOT)
    return text
