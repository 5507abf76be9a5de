"""The catalogue as an AsyncAPI 3.0 document. FastStream's own knows nothing of CloudEvents, so this one is ours."""

import json
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from gongkai.contracts.catalog import ENTRIES, OWNERS, PARTITIONS, Entry, topic_of
from gongkai.contracts.envelope import Event
from gongkai.contracts.examples import example

VERSION: Final = "3.0.0"
_BINDING: Final = "0.5.0"
_HEADERS: Final = "CloudEventHeaders"

_PATTERNS: Final = {
    "sequence": r"^\d{20}$",
    "traceparent": r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
}
_MEANINGS: Final = {
    "specversion": "always 1.0",
    "id": "unique per source; the same id from the same source is the same event",
    "source": "the service that says it",
    "type": "names class and version of the data",
    "subject": "the aggregate the event is about",
    "time": "when it happened, RFC 3339",
    "sequence": "position in the owner's outbox, without gaps: by it a reader proves that nothing is missing",
    "partitionkey": "the key of the record: order holds per key",
    "correlationid": "everything that follows from one act of a person shares it",
    "causationid": "id of the event or command that caused this one",
    "traceparent": "W3C trace context",
}
_OPTIONAL: Final = frozenset({"causationid", "traceparent"})


def document() -> dict[str, Any]:
    """Return the whole document. Equal catalogues give equal documents."""
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Gongkai events",
            "version": "1",
            "description": "CloudEvents 1.0 in binary mode on Kafka. Within a version only optional fields are "
            "added: readers ignore what they do not know.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{host}",
                "protocol": "kafka",
                "variables": {"host": {"default": "127.0.0.1:9092", "description": "bootstrap servers"}},
            }
        },
        "channels": {owner: _channel(owner) for owner in OWNERS},
        "operations": {operation: _operation(owner) for owner, operation in _operations()},
        "components": {
            "messages": {entry.type: _message(entry) for entry in ENTRIES},
            "schemas": {_HEADERS: _headers(), **_schemas()},
        },
    }


def text() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def _operations() -> list[tuple[str, str]]:
    return [
        (owner, f"receive-{owner}" if owner == "inbound" else f"send-{owner}") for owner in OWNERS if _entries(owner)
    ]


def _entries(owner: str) -> list[Entry]:
    return [entry for entry in ENTRIES if entry.owner == owner]


def _channel(owner: str) -> dict[str, Any]:
    said = "What registered outside systems tell us." if owner == "inbound" else f"What {owner} tells, in order."
    return {
        "address": topic_of(owner),
        "description": said,
        "messages": {entry.type: {"$ref": f"#/components/messages/{entry.type}"} for entry in _entries(owner)},
        "bindings": {"kafka": {"topic": topic_of(owner), "partitions": PARTITIONS, "bindingVersion": _BINDING}},
    }


def _operation(owner: str) -> dict[str, Any]:
    return {
        "action": "receive" if owner == "inbound" else "send",
        "channel": {"$ref": f"#/channels/{owner}"},
        "messages": [{"$ref": f"#/channels/{owner}/messages/{entry.type}"} for entry in _entries(owner)],
    }


def _message(entry: Entry) -> dict[str, Any]:
    shown = example(entry.type)
    data = shown.pop("data")
    shown.pop("datacontenttype", None)
    return {
        "name": entry.type,
        "title": entry.event.event_name(),
        "summary": summary(entry.event),
        "contentType": "application/json",
        "headers": {"$ref": f"#/components/schemas/{_HEADERS}"},
        "payload": {"$ref": f"#/components/schemas/{entry.event.__name__}"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"`{entry.event.SUBJECT}`"},
                "bindingVersion": _BINDING,
            }
        },
        "examples": [{"headers": {f"ce_{name}": value for name, value in shown.items()}, "payload": data}],
    }


def _headers() -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name, meaning in _MEANINGS.items():
        properties[f"ce_{name}"] = {"type": "string", "description": meaning}
        if name in _PATTERNS:
            properties[f"ce_{name}"]["pattern"] = _PATTERNS[name]
    properties["ce_specversion"]["const"] = "1.0"
    required = [f"ce_{name}" for name in _MEANINGS if name not in _OPTIONAL]
    return {"type": "object", "properties": properties, "required": required}


def _schemas() -> dict[str, Any]:
    return dict(sorted(schemas().items()))


def schemas() -> dict[str, Any]:
    """Return the JSON Schema of every event class and of every value inside, by class name."""
    classes: list[type[Event]] = list(dict.fromkeys(entry.event for entry in ENTRIES))
    _, found = models_json_schema(
        [(event, "validation") for event in classes], ref_template="#/components/schemas/{model}"
    )
    defined: dict[str, Any] = found["$defs"]
    return defined


def summary(event: type[Event]) -> str:
    """Return the sentence that the class says of itself; a class without one inherits no other's."""
    said = event.__dict__.get("__doc__")
    return " ".join(said.split()) if said else ""
