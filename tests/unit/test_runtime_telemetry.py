"""Logs are JSON with ids and without people; traces cross processes as text."""

import json
import logging
from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry

from gongkai.runtime import telemetry
from gongkai.runtime.metrics import Metrics

QUIET = SimpleNamespace(otlp_endpoint=None)
SPAN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
log = telemetry.logger("gongkai.test")


@pytest.fixture
def lines(capsys):
    telemetry.setup("portal", QUIET)
    telemetry.setup("portal", QUIET)
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_the_ids_of_the_task_and_of_the_trace(lines):
    with telemetry.bound(service="portal", event_id=7), telemetry.span("work", parent=SPAN):
        log.info("event-taken", topic="gongkai.publication.v1", 标题="中文不转义")

    (line,) = lines()
    assert line["event"] == "event-taken"
    assert line["level"] == "info"
    assert line["module"] == "gongkai.test"
    assert line["service"] == "portal"
    assert line["event_id"] == "7"
    assert line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert len(line["span_id"]) == 16
    assert line["span_id"] != "00f067aa0ba902b7"


def test_setting_up_twice_does_not_double_the_lines_of_libraries(lines):
    logging.getLogger("a.library").warning("slow %s", "broker")

    (line,) = lines()
    assert (line["event"], line["level"], line["module"]) == ("slow broker", "warning", "a.library")


def test_no_person_passes_into_a_line(lines):
    log.warning(
        "form-refused", phone="13812345678", applicant={"name": "x"}, detail={"email": "a@b.cn", "n": 1},
        text="手机13812345678、证件37010219900307123X、邮箱 li@jn.gov.cn", raw=b"13812345678",
        url="postgresql://gongkai:s3cret@127.0.0.1/x", digest="sha256:" + "1" * 64,
    )  # fmt: skip

    (line,) = lines()
    text = json.dumps(line, ensure_ascii=False)
    for secret in ("13812345678", "37010219900307123X", "li@jn.gov.cn", "s3cret", "applicant", "email"):
        assert secret not in text
    assert line["detail"] == {"n": 1}
    assert line["text"].startswith("手机[已隐去]、证件[已隐去]、邮箱 [已隐去]")
    assert line["digest"] == "sha256:" + "1" * 64


def test_an_exception_is_written_without_the_numbers_it_quotes(lines):
    try:
        int("Key (phone)=(13812345678) already exists")
    except ValueError:
        log.exception("insert-failed")

    (line,) = lines()
    assert "ValueError" in line["exception"]
    assert "13812345678" not in line["exception"]


def test_outside_a_span_there_is_no_traceparent():
    assert telemetry.current_traceparent() is None


def test_a_trace_goes_on_in_another_process_through_its_text():
    with telemetry.span("click"):
        sent = telemetry.current_traceparent()

    with telemetry.span("far away", parent=sent):
        there = telemetry.current_traceparent()

    assert sent is not None
    assert there is not None
    assert sent.split("-")[1] == there.split("-")[1]
    assert sent.split("-")[2] != there.split("-")[2]


def test_a_broken_parent_starts_a_new_trace():
    for broken in ("", "00", "00-zz-yy-01", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"):
        with telemetry.span("work", parent=broken):
            assert telemetry.current_traceparent() is not None


def test_exported_spans_form_one_trace_with_links_and_keep_people_out():
    with (
        telemetry.captured_spans() as spans,
        telemetry.span("batch", links=[SPAN], size=2, phone="13812345678"),
        telemetry.span("event") as inner,
    ):
        inner.note(outcome="taken", email="a@b.cn")

    event, batch = spans.get_finished_spans()
    assert event.parent.span_id == batch.context.span_id
    assert dict(event.attributes) == {"outcome": "taken"}
    assert dict(batch.attributes) == {"size": 2}
    assert f"{batch.links[0].context.trace_id:032x}" == SPAN.split("-")[1]


def test_a_span_that_fails_names_the_class_of_the_error_and_no_more():
    with telemetry.captured_spans() as spans, pytest.raises(ValueError, match="secret"), telemetry.span("work"):
        raise ValueError("secret")

    (work,) = spans.get_finished_spans()
    assert work.status.description == "ValueError"
    assert not work.events


def test_metrics_tell_services_apart():
    metrics = Metrics(CollectorRegistry())

    metrics.relay_lag.labels("publication").set(3)
    metrics.quarantine.labels("portal", "refused").set(1)
    metrics.inbox_events.labels("portal", "gongkai.publication.v1", "taken").inc(5)
    text = metrics.render().decode()

    assert 'gongkai_relay_lag_events{service="publication"} 3.0' in text
    assert 'gongkai_quarantine_events{cause="refused",service="portal"} 1.0' in text
    assert (
        'gongkai_inbox_events_total{outcome="taken",service="portal",topic="gongkai.publication.v1"} 5.0' in text
    )
