"""What the guide tells outside engineers is run here as they would run it."""

import http.server
import json
import re
import shutil
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from gongkai.contracts.catalog import BY_TYPE
from gongkai.contracts.envelope import Received
from gongkai.contracts.examples import example
from gongkai.runtime.cloudevents import from_kafka, to_kafka
from gongkai.runtime.cloudevents_http import BATCH_LIMIT, from_http
from gongkai.runtime.inbound import BODY_LIMIT, EventAnswers

GUIDE = (Path(__file__).parents[2] / "docs/integration.md").read_text("utf-8")
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
AT = datetime(2023, 4, 21, 1, 12, tzinfo=UTC)


def snippets(language):
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def python():
    space = {}
    for snippet in snippets("python"):
        exec(snippet, space)
    return space


def test_the_event_in_the_guide_is_one_that_we_take():
    (found,) = from_http([("content-type", "application/cloudevents+json")], snippets("json")[0].encode())

    assert isinstance(found, Received)
    event = BY_TYPE[found.envelope.type].event.model_validate(found.data, extra="forbid")
    assert found.envelope.subject == event.subject


def test_the_answer_in_the_guide_has_the_form_of_our_answers():
    shown = json.loads(snippets("json")[1])

    assert EventAnswers.model_validate(shown).model_dump(mode="json") == shown


def test_the_python_signature_is_the_one_we_check():
    body = snippets("json")[0].encode()

    headers = python()["signed_headers"](SECRET, "OA-1", int(AT.timestamp()), body)

    assert headers["webhook-signature"] == Webhook(SECRET).sign("OA-1", AT, body.decode())


@pytest.mark.skipif(not (shutil.which("openssl") and shutil.which("curl")), reason="needs openssl and curl")
def test_the_shell_commands_send_a_signature_that_we_accept(tmp_path):
    seen = {}

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            seen["body"] = self.rfile.read(int(self.headers["content-length"]))
            seen["headers"] = dict(self.headers.items())
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_):
            """Keep the test's output quiet."""

    (tmp_path / "event.json").write_text(snippets("json")[0])
    with http.server.HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        subprocess.run(
            ["bash", "-euc", snippets("bash")[0]],
            cwd=tmp_path,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "GONGKAI_URL": f"http://127.0.0.1:{server.server_port}"},
            check=True,
            timeout=30,
        )
        thread.join(30)

    Webhook(SECRET).verify(seen["body"], seen["headers"], json_parse=False)
    (found,) = from_http(list(seen["headers"].items()), seen["body"])
    assert found.sent_id == "OA-2023-0412"


def test_the_reading_example_reads_what_we_send():
    name = "gongkai.publication.DocumentPublished.v1"
    body = json.dumps(example(name)).encode()
    sent = from_kafka(
        [("content-type", b"application/cloudevents+json")], body, topic=BY_TYPE[name].topic, partition=0, offset=0
    )

    attributes, data = python()["as_event"](*to_kafka(sent.envelope, json.dumps(sent.data).encode()))

    assert attributes["type"] == name
    assert attributes["sequence"] == sent.envelope.sequence
    assert data == sent.data


def test_the_sequence_example_finds_what_is_missing_whatever_the_order_and_the_duplicates():
    sequence = python()["Sequence"]()

    for number in (2, 1, 1, 5, 3, 7, 2):
        sequence.saw(f"{number:020d}")

    assert sequence.reached == 3
    assert sequence.missing == [4, 6]
    for number in (4, 6):
        sequence.saw(f"{number:020d}")
    assert (sequence.reached, sequence.missing) == (7, [])


def test_the_limits_in_the_guide_are_the_limits_in_the_code():
    assert f"最多 {BATCH_LIMIT:,} 个" in GUIDE
    assert f"最大 {BODY_LIMIT // 1024 // 1024} MB" in GUIDE
