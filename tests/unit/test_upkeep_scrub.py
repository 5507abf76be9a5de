"""What leaves the house in a support bundle: skeletons of logs, no name, no number, no secret."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gongkai.local.errors import StackError
from gongkai.runtime.settings import Settings
from gongkai.upkeep import bundling, scrub
from gongkai.upkeep import examining_host as host
from gongkai.upkeep.findings import Finding, exit_code, fine, worst_first

NOW = datetime(2026, 3, 10, tzinfo=UTC)
NAME, PINYIN, MOBILE, NUMBER, MAIL = "欧阳小明", "ouyangxiaoming", "13812345678", "110101199003078515", "a.b@example.cn"
PLANTED = (NAME, PINYIN, MOBILE, NUMBER, MAIL, "申请公开的内容")


def of_our_own() -> str:
    return "\n".join(
        json.dumps(line, ensure_ascii=False)
        for line in (
            {"event": "relay-interrupted", "level": "warning", "trouble": "KafkaError", "detail": f"{NAME} {MAIL}"},
            {"event": f"登记 {NAME}", "case_id": "0b5c", "applicant": NAME, "tries": 3, "partition": int(NUMBER)},
            {"event": "x", "module": f"{PINYIN} said", "type": MOBILE, "topic": MAIL, "status": int(MOBILE)},
            {"event": "handler-failed", "exception": f'File "/home/{PINYIN}/gongkai/runtime/tx.py", line 7, in go\n'
                                                    f"ValueError: {NAME} {NUMBER}"},
        )
    ) + f"\nTraceback {NAME}\n{MOBILE}\n"  # fmt: skip


POSTGRES = f"""\
2026-03-10 04:00:00.123 UTC [42] ERROR:  duplicate key value violates unique constraint "{PINYIN}"
2026-03-10 04:00:00.123 UTC [42] DETAIL:  Key (name)=({PINYIN}) already exists.
2026-03-10 04:00:00.123 UTC [42] STATEMENT:  INSERT INTO person VALUES ('{NAME}', {NUMBER})
2026-03-10 04:00:00.123 UTC [42] ERROR:  invalid input syntax for type uuid: "{PINYIN}
\t申请公开的内容 {MOBILE}
2026-03-10 04:00:00.123 UTC [42] FATAL:  terminating connection due to administrator command
2026-03-10 04:00:00.123 UTC [42] ERROR:  {NAME} 不对
"""
KAFKA = f"""\
2026-03-10T04:00:00.123+00:00 WARN KafkaApis {PINYIN} org.apache.kafka.common.errors.TimeoutException: {MAIL}
\tat kafka.server {PINYIN}
"""


@pytest.mark.parametrize(
    ("text", "read", "kept"),
    [
        (of_our_own(), scrub.structured, ("relay-interrupted", "KafkaError", "runtime/tx.py:7 go", "ValueError", "2 行")),
        (POSTGRES, scrub.of_postgres, ("duplicate key value violates unique constraint", "terminating connection")),
        (KAFKA, scrub.of_kafka, ("WARN KafkaApis org.apache.kafka.common.errors.TimeoutException",)),
        ("request-1  | " + of_our_own(), scrub.any_log, ("relay-interrupted",)),
    ],
)
def test_of_a_log_its_skeleton_is_kept_and_nobody_in_it(text, read, kept) -> None:
    said = scrub.kept(text.splitlines(), read)

    for planted in PLANTED:
        assert planted not in said
    for words in kept:
        assert words in said


def test_a_label_of_a_metric_that_is_no_plain_word_keeps_its_name_alone() -> None:
    text = f'# HELP x {NAME}\nx_total{{service="portal",route="/d/{{slug}}",channel="{NAME}",code="{MOBILE}"}} 3.0\n'

    said = "\n".join(scrub.metrics(text))

    assert said == 'x_total{service="portal",route="/d/{slug}",channel="[已隐去]",code="[已隐去]"} 3.0'


def test_settings_show_numbers_and_addresses_and_of_all_else_only_that_it_is_set(tmp_path: Path) -> None:
    known = Settings(
        database_urls={"portal": "postgresql://role:geheim-geheim@db.example:5432/gongkai_portal"},
        public_url="https://me:passwort1@gongkai.example.cn",
        metrics_token="metrics-token-metrics", data_dir=tmp_path / PINYIN, instance=PINYIN,
    )  # fmt: skip

    said = json.dumps(bundling.settings(known, {"GONGKAI_SMTP_URL": "smtp://x:smtp-geheim@h", "HOME": "/h"}), default=str)

    for secret in ("geheim-geheim", "passwort1", "metrics-token", "smtp-geheim", PINYIN):
        assert secret not in said
    assert "db.example:5432/gongkai_portal" in said
    assert "https://gongkai.example.cn" in said
    assert "GONGKAI_SMTP_URL" in said


def test_a_known_secret_is_blotted_out_wherever_it_comes_from(tmp_path: Path) -> None:
    (key := tmp_path / "vault-portal-0001.key").write_bytes(bytes(range(32)))
    (words := tmp_path / "passwords.json").write_text(json.dumps({"postgres": "a-generated-password"}))
    (mail := tmp_path / "smtp").write_text("smtps://user:mail%40password@mail.example.cn:465\n")
    secrets = bundling.known_secrets(None, [key, words], [mail], "token-of-the-metrics")
    text = f"a-generated-password {bytes(range(32)).hex()} mail@password mail%40password token-of-the-metrics {MOBILE}"

    bundling.write(tmp_path / "b.zip", {"doctor.json": text}, secrets, str(tmp_path))

    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        said = bundle.read("doctor.json").decode()
    assert set(said.split()) == {"[已隐去]"}
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    with pytest.raises(StackError, match="已经存在"):
        bundling.write(tmp_path / "b.zip", {}, (), "")


# ── The machine ──────────────────────────────────────────────────────────────


def a_certificate(days: float, of: float = 365) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gongkai.example.cn")])
    end = NOW + timedelta(days=days)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(end - timedelta(days=of)).not_valid_after(end).sign(key, hashes.SHA256())
    )  # fmt: skip
    return made.public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("days", "of", "state"),
    [(90, 365, "fine"), (10, 365, "mind"), (-0.1, 365, "wrong"), (0.4, 0.5, "fine"), (0.1, 0.5, "mind")],
)
def test_a_certificate_is_minded_before_it_expires(tmp_path: Path, days: float, of: float, state: str) -> None:
    (tmp_path / "site.crt").write_bytes(a_certificate(days, of))
    (tmp_path / "site.key").write_text("-----BEGIN PRIVATE KEY-----")
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----")

    found = host.certificates(tmp_path, "http://127.0.0.1", NOW)

    assert [(one.about, one.state) for one in found] == [("site.crt", state)]


def test_an_address_nobody_answers_at_is_said_to_be_unseen() -> None:
    (found,) = host.certificates(None, "https://127.0.0.1:9", NOW)

    assert (found.check, found.state) == ("certificate", "unseen")


@pytest.mark.parametrize(("hours", "wrong", "state"), [(2, 0, "fine"), (30, 0, "mind"), (200, 0, "wrong"), (2, 1, "wrong")])
def test_the_age_of_the_last_backup_is_graded(tmp_path: Path, hours: int, wrong: int, state: str) -> None:
    note = tmp_path / "last-backup.json"
    note.write_text(json.dumps({"at": (NOW - timedelta(hours=hours)).isoformat(), "wrong": wrong}))

    assert host.backup(note, NOW).state == state


def test_a_backup_that_never_was_and_a_note_nobody_can_read(tmp_path: Path) -> None:
    (note := tmp_path / "last-backup.json").write_text("{")

    assert host.backup(tmp_path / "none", NOW).state == "mind"
    assert host.backup(note, NOW).state == "unseen"


def test_whoever_may_read_or_change_a_secret_is_found(tmp_path: Path) -> None:
    (mine := tmp_path / "a.key").write_text("x")
    (given := tmp_path / "password").write_text("x")
    mine.chmod(0o600)
    given.chmod(0o444)
    assert [one.state for one in host.secrets([mine], [given])] == ["fine"]
    mine.chmod(0o644)
    given.chmod(0o466)

    found = host.secrets([mine], [given])

    assert [(one.state, one.seen) for one in found] == [("wrong", "a.key 的权限是 0644"), ("wrong", "password 的权限是 0466")]


def test_the_worst_comes_first_and_decides_the_exit_code() -> None:
    good, odd, bad = fine("a", "b"), Finding("a", "mind", "b"), Finding("a", "wrong", "b")

    assert worst_first([good, odd, bad]) == [bad, odd, good]
    assert [exit_code(found) for found in ([good], [good, odd], [odd, bad])] == [0, 1, 2]
    assert exit_code([Finding("a", "unseen", "b")]) == 1
