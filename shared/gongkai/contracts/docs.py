"""Writes `docs/events.md` and `docs/asyncapi.json` from the catalogue: `python -m gongkai.contracts.docs --write`."""

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from gongkai.contracts import asyncapi
from gongkai.contracts.catalog import ENTRIES, OWNERS, PARTITIONS, Entry, topic_of
from gongkai.contracts.examples import example

ROOT: Final = Path(__file__).resolve().parents[3]
_PREFIX: Final = "#/components/schemas/"
_EVERY: Final = "every service"
_INTRODUCTION: Final = (
    "CloudEvents 1.0, in binary mode on Kafka: attributes are `ce_*` headers, the value is the data as JSON. "
    f"One topic per owner with {PARTITIONS} partitions; the key is the subject, so order holds per aggregate. "
    "`ce_sequence` counts an owner's events without a gap. Within a version only optional fields are added: "
    "ignore what you do not know. How to post and to read: [integration.md](integration.md)."
)


def files(root: Path = ROOT) -> dict[Path, str]:
    """Return what the generated files should hold."""
    return {
        root / "docs" / "events.md": events_text(readers_in(root)),
        root / "docs" / "asyncapi.json": asyncapi.text(),
    }


def stale(root: Path = ROOT) -> list[Path]:
    """Return the files that differ from what the catalogue says today."""
    return [path for path, content in files(root).items() if not path.is_file() or path.read_text("utf-8") != content]


def readers_in(root: Path) -> dict[str, list[str]]:
    """Find who hears which event: a class of the catalogue that a service's event handlers import."""
    shared = root / "shared/gongkai"
    places = {_EVERY: [shared / "web/officers.py", shared / "runtime/calendars.py"]}
    for folder in sorted((root / "services").glob("*")):
        package = folder / folder.name.replace("-", "_")
        places[folder.name] = [package / "handlers.py", *sorted((package / "handlers").glob("*.py"))]
    readers: dict[str, list[str]] = {}
    for reader, paths in places.items():
        for name in sorted({name for path in paths if path.is_file() for name in _imported(path)}):
            readers.setdefault(name, []).append(reader)
    return readers


def _imported(path: Path) -> Iterator[str]:
    events = {entry.event.__name__ for entry in ENTRIES}
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    froms = [n for n in nodes if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("gongkai.contracts")]
    aliases = [alias for node in froms for alias in node.names]
    modules = {alias.asname or alias.name for alias in aliases if alias.name not in events}
    yield from (alias.name for alias in aliases if alias.name in events)
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield from {node.attr} & events


def events_text(readers: dict[str, list[str]]) -> str:
    """Return the whole of `docs/events.md`."""
    schemas = asyncapi.schemas()
    lines = [
        "# Events",
        "",
        "Generated from `gongkai.contracts` by `python -m gongkai.contracts.docs --write`; do not edit.",
        "",
        _INTRODUCTION,
        "",
        "| type | topic | subject | readers |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| [`{entry.type}`](#{_anchor(entry)}) | `{entry.topic}` | `{entry.event.SUBJECT}` "
        f"| {_readers(entry, readers)} |"
        for entry in ENTRIES
    ]
    for owner in OWNERS:
        entries = [entry for entry in ENTRIES if entry.owner == owner]
        lines += ["", f"## {owner}", "", f"Topic `{topic_of(owner)}`."]
        for entry in entries:
            lines += ["", *_event(entry, schemas, readers)]
    lines += ["", "## Values", "", "Parts of the events above."]
    events = {entry.event.__name__ for entry in ENTRIES}
    for name in sorted(set(schemas) - events):
        lines += ["", f"### {name}", "", *_about(schemas[name]), *_fields(schemas[name])]
    return "\n".join(lines) + "\n"


def _anchor(entry: Entry) -> str:
    return entry.type.lower().replace(".", "")


def _readers(entry: Entry, readers: dict[str, list[str]]) -> str:
    found = [name for name in readers.get(entry.event.__name__, []) if name != entry.owner]
    if _EVERY in found:
        return _EVERY
    return ", ".join(found) or "—"


def _event(entry: Entry, schemas: dict[str, Any], readers: dict[str, list[str]]) -> list[str]:
    said = asyncapi.summary(entry.event)
    shown = json.dumps(example(entry.type), ensure_ascii=False, indent=2)
    return [
        f"### {entry.type}",
        "",
        *([said, ""] if said else []),
        f"Readers: {_readers(entry, readers)}.",
        "",
        *_fields(schemas[entry.event.__name__]),
        "",
        "<details><summary>Example</summary>",
        "",
        "```json",
        shown,
        "```",
        "",
        "</details>",
    ]


def _about(schema: dict[str, Any]) -> list[str]:
    said = " ".join(str(schema.get("description", "")).split())
    return [said, ""] if said else []


def _fields(schema: dict[str, Any]) -> list[str]:
    required = set(schema.get("required", ()))
    rows = ["| field | type | required | meaning |", "|---|---|---|---|"]
    for name, field in schema.get("properties", {}).items():
        meaning = " ".join(str(field.get("description", "")).split()).replace("|", "\\|")
        default = field.get("default")
        if default not in (None, "", [], False) and name not in required:
            meaning = f"{meaning}{'; ' if meaning else ''}default `{json.dumps(default, ensure_ascii=False)}`"
        mark = "yes" if name in required else ""
        rows.append(f"| `{name}` | {_type(field)} | {mark} | {meaning} |")
    return rows


def _type(field: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].removeprefix(_PREFIX)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_type(each) for each in field["anyOf"])
    if "enum" in field:
        return " \\| ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    kind = str(field.get("format") or field.get("type") or "any")
    limits = [f"≥ {field['minimum']}"] if "minimum" in field else []
    limits += [f"≤ {field['maxLength']} characters"] if "maxLength" in field else []
    limits += [f"`{field['pattern']}`".replace("|", "\\|")] if "pattern" in field else []
    return ", ".join([kind, *limits])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m gongkai.contracts.docs", description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--write", action="store_true", help="write the files")
    chosen.add_argument("--check", action="store_true", help="fail when a file is out of date")
    asked = parser.parse_args(arguments)
    for path in stale():
        if asked.write:
            path.write_text(files()[path], "utf-8")
        else:
            sys.stderr.write(f"{path.relative_to(ROOT)} 已过期,请运行 {parser.prog} --write\n")
    return 1 if asked.check and stale() else 0


if __name__ == "__main__":
    sys.exit(main())
