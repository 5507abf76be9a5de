"""What the request service tells never names a person nor quotes one: fields are ids, dates, kinds and our own words."""

import pytest
from pydantic import TypeAdapter

from gongkai.contracts.catalog import ENTRIES
from gongkai.runtime.privacy import is_personal_key

#: Texts in events; each is written by an office or comes from a list of ours.
OWN_WORDS = {
    "number", "topic", "reason", "article", "articles", "authority", "rules_version", "title", "column_id",
    "legal_basis", "external_id", "platform", "pickup",
}  # fmt: skip
EVENTS = [entry.event for entry in ENTRIES if entry.owner == "request"] + [
    entry.event for entry in ENTRIES if entry.event.__name__ == "RequestForwarded"
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_has_no_place_for_personal_data(event):
    properties = TypeAdapter(event).json_schema()["properties"]

    free = {
        name
        for name, schema in properties.items()
        if schema.get("type") == "string" and not {"format", "enum", "const", "pattern"} & set(schema)
    }
    assert not [name for name in free if is_personal_key(name)]
    assert free <= OWN_WORDS


def test_the_owner_tells_all_that_was_agreed():
    assert {event.__name__ for event in EVENTS} == {
        "RequestReceived", "CorrectionRequested", "ClockRestarted", "ThirdPartyConsulted", "DeadlineExtended",
        "RequestAnswered", "RequestClosed", "ConversionReviewed", "ConversionProposed", "RemedyFiled",
        "RemedyDecided", "RequestForwarded",
    }  # fmt: skip
