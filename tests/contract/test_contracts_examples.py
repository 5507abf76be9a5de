"""A contract is a promise: each type has an example that was once published and stays valid for ever."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from gongkai.contracts.catalog import BY_TYPE, ENTRIES
from gongkai.contracts.envelope import Received
from gongkai.contracts.examples import example
from gongkai.runtime.cloudevents import from_kafka, to_kafka
from gongkai.statute.identifiers import check_document_number, check_index_number, check_uscc

FOLDER = Path(__file__).parents[2] / "shared/gongkai/contracts/examples"
RECORD = Path(__file__).with_name("golden_examples.sha256")
types = pytest.mark.parametrize("name", sorted(BY_TYPE))


def read(name):
    headers = [("content-type", b"application/cloudevents+json")]
    body = json.dumps(example(name)).encode()
    return from_kafka(headers, body, topic=BY_TYPE[name].topic, partition=0, offset=0)


def test_every_type_has_an_example_and_no_example_is_left_over():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(BY_TYPE)


@types
def test_an_example_invents_no_field_and_comes_back_as_it_was(name):
    data = example(name)["data"]

    event = BY_TYPE[name].event.model_validate(data, extra="forbid")

    assert event.model_dump(mode="json", exclude_unset=True) == data


@types
def test_an_example_is_a_cloudevent_that_the_codec_reads(name):
    found = read(name)

    assert isinstance(found, Received), found
    assert found.envelope.type == name
    assert found.envelope.subject == BY_TYPE[name].event.model_validate(found.data).subject
    headers, value = to_kafka(found.envelope, json.dumps(found.data).encode())
    again = from_kafka(headers, value, topic=BY_TYPE[name].topic, partition=0, offset=0)
    assert (again.envelope, again.data) == (found.envelope, found.data)


@types
def test_an_example_holds_the_fields_of_its_class_that_were_known_when_it_was_written(name):
    required = {key for key, field in BY_TYPE[name].event.model_fields.items() if field.is_required()}

    assert required <= set(example(name)["data"])


@types
def test_an_example_names_no_person(name):
    text = json.dumps(example(name), ensure_ascii=False)
    digests_and_ids_gone = re.sub(r"[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|\d{20}", "", text)

    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)|\d{17}[\dXx](?!\d)", digests_and_ids_gone.replace("11370100MB00000007", ""))


def test_numbers_of_the_state_in_the_examples_are_well_formed():
    published = example("gongkai.publication.DocumentPublished.v1")["data"]
    organ = example("gongkai.identity.OrganDescribed.v1")["data"]

    assert check_uscc(organ["credit_code"]).ok
    assert check_index_number(published["index_number"]).ok
    assert check_document_number(published["document_number"]).ok


def test_what_was_published_is_never_changed():
    recorded = dict(reversed(line.split("  ")) for line in RECORD.read_text("utf-8").splitlines())
    today = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.json")}

    changed = {name for name, digest in recorded.items() if today.get(name) != digest}
    assert not changed, "golden examples are append-only: publish a new version instead"
    assert set(today) == set(recorded), "add the new example to golden_examples.sha256"


def test_a_changed_field_would_be_noticed():
    name = "gongkai.publication.DocumentPublished.v1"
    renamed = {("titel" if key == "title" else key): value for key, value in example(name)["data"].items()}

    with pytest.raises(ValueError, match="title"):
        BY_TYPE[name].event.model_validate(renamed, extra="forbid")


def test_both_owners_of_a_shared_event_have_their_own_example():
    shared = [entry for entry in ENTRIES if entry.owner == "portal"]

    assert shared
    for entry in shared:
        assert example(entry.type)["source"] == "portal"
        assert example(entry.event.type_name("newmedia-sync"))["source"] == "newmedia-sync"
