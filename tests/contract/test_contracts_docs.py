"""The generated documents say what the catalogue says today, and AsyncAPI is what its readers expect."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest

from gongkai.contracts import asyncapi, docs
from gongkai.contracts.catalog import BY_TYPE, OWNERS, PARTITIONS, TOPICS

ROOT = Path(__file__).parents[2]
DOCUMENT = asyncapi.document()


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def resolved(reference):
    found = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def test_the_documents_in_the_repository_are_current():
    assert docs.stale(ROOT) == [], "run: python -m gongkai.contracts.docs --write"


def test_a_stale_document_is_noticed_and_written_anew(tmp_path):
    (tmp_path / "docs").mkdir()
    for path, content in docs.files(tmp_path).items():
        path.write_text(content, "utf-8")

    assert docs.stale(tmp_path) == []
    (tmp_path / "docs/events.md").write_text("old", "utf-8")
    assert docs.stale(tmp_path) == [tmp_path / "docs/events.md"]


def test_every_event_has_a_section_that_the_table_links_to():
    text = docs.events_text({})

    headings = {re.sub(r"[^a-z0-9-]", "", line[4:].lower()) for line in text.splitlines() if line.startswith("### ")}
    links = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert links <= headings
    assert all(f"### {name}\n" in text for name in BY_TYPE)


def test_readers_are_found_where_events_are_handled(tmp_path):
    package = tmp_path / "services/newmedia-sync/newmedia_sync"
    package.mkdir(parents=True)
    (package / "handlers.py").write_text(
        "from gongkai.contracts.publication import DocumentApproved, PublicationEvent\n"
        "from gongkai.contracts import channels\n"
        "from gongkai.contracts import request as asked\n"
        "HEARD = (DocumentApproved, channels.ChannelDrifted, asked.RequestReceived)\n"
    )

    assert docs.readers_in(tmp_path) == {
        "DocumentApproved": ["newmedia-sync"], "ChannelDrifted": ["newmedia-sync"],
        "RequestReceived": ["newmedia-sync"],
    }  # fmt: skip


def test_channels_are_exactly_the_topics_that_exist():
    channels = DOCUMENT["channels"]

    assert [channels[owner]["address"] for owner in OWNERS] == list(TOPICS)
    assert {channel["bindings"]["kafka"]["partitions"] for channel in channels.values()} == {PARTITIONS}


def test_every_event_is_a_message_of_its_owners_channel_and_of_one_operation():
    for name, entry in BY_TYPE.items():
        reference = {"$ref": f"#/channels/{entry.owner}/messages/{name}"}
        operations = [each for each in DOCUMENT["operations"].values() if reference in each["messages"]]
        assert name in DOCUMENT["channels"][entry.owner]["messages"]
        assert len(operations) == 1
        assert operations[0]["action"] == ("receive" if entry.owner == "inbound" else "send")


def test_the_document_has_the_form_of_asyncapi_3():
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    for operation in DOCUMENT["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in DOCUMENT["channels"]
    for section in DOCUMENT["components"].values():
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+", key) for key in section)
    for server in DOCUMENT["servers"].values():
        assert {"host", "protocol"} <= set(server)


def test_every_reference_leads_somewhere():
    found = set(references(DOCUMENT))

    assert len(found) > len(BY_TYPE)
    for reference in found:
        assert resolved(reference)


@pytest.mark.parametrize("name", sorted(BY_TYPE))
def test_the_example_of_a_message_holds_to_the_schemas_beside_it(name):
    message = DOCUMENT["components"]["messages"][name]
    shown = message["examples"][0]

    def check(schema, value):
        jsonschema_rs.validator_for({**schema, "components": DOCUMENT["components"]}).validate(value)

    check(resolved(message["payload"]["$ref"]), shown["payload"])
    if BY_TYPE[name].owner != "inbound":
        check(resolved(message["headers"]["$ref"]), shown["headers"])
    assert shown["headers"]["ce_type"] == name


def test_a_schema_refuses_what_the_class_refuses():
    schema = {
        **resolved("#/components/schemas/DocumentApproved"), "components": DOCUMENT["components"],
    }  # fmt: skip
    wrong = {**asyncapi.example("gongkai.publication.DocumentApproved.v1")["data"], "edition_digest": "md5:1"}

    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validator_for(schema).validate(wrong)


def test_the_document_is_plain_json():
    assert json.loads(asyncapi.text()) == DOCUMENT
