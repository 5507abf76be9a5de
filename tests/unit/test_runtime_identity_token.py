"""Tokens say who calls; a forged, foreign, expired or garbled one says nothing at all."""

import base64
import json
import stat
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from gongkai.runtime.errors import Unauthenticated
from gongkai.runtime.identity_token import Claims, Tokens
from gongkai.runtime.keyfiles import UnsafeKey

NOW = datetime(2023, 5, 4, 9, tzinfo=UTC)
PERSON, ORGAN, TOKEN = UUID(int=1), UUID(int=2), UUID(int=3)
HOUR = timedelta(hours=1)


@pytest.fixture
def tokens(tmp_path):
    return Tokens(tmp_path / "keys")


def session(tokens, at=NOW):
    return tokens.issue_session(PERSON, ORGAN, 4, HOUR, at)


def test_a_session_says_person_organ_and_epoch_and_nothing_else(tokens):
    token = session(tokens)

    assert tokens.verify(token, NOW) == Claims("person", str(PERSON), ORGAN, 4, NOW + HOUR)
    assert tokens.verify(token, NOW).person_id == PERSON
    inside = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert set(inside) == {"iss", "kind", "sub", "org", "epoch", "iat", "exp"}


def test_a_program_acts_for_a_person_under_an_id_that_can_be_withdrawn(tokens):
    claims = tokens.verify(tokens.issue_program(PERSON, ORGAN, 4, HOUR, NOW, TOKEN), NOW)

    assert (claims.kind, claims.person_id, claims.token_id) == ("program", PERSON, str(TOKEN))


def test_a_service_has_a_name_and_is_no_person(tokens):
    claims = tokens.verify(tokens.issue_service("portal", NOW), NOW)

    assert (claims.kind, claims.subject, claims.organ_id) == ("service", "portal", None)
    with pytest.raises(Unauthenticated):
        _ = claims.person_id


def test_a_service_token_is_made_anew_before_it_can_expire_on_the_way(tokens):
    first = tokens.issue_service("portal", NOW)

    assert tokens.issue_service("portal", NOW + timedelta(minutes=4)) == first
    later = tokens.issue_service("portal", NOW + timedelta(minutes=6))
    assert later != first
    assert tokens.verify(later, NOW + timedelta(minutes=15)).subject == "portal"


def test_time_ends_a_token(tokens):
    token = session(tokens)

    assert tokens.verify(token, NOW + HOUR - timedelta(seconds=1))
    with pytest.raises(Unauthenticated):
        tokens.verify(token, NOW + HOUR)
    with pytest.raises(Unauthenticated):
        tokens.verify(session(tokens, NOW + timedelta(minutes=5)), NOW)


def test_another_installation_is_not_believed(tokens, tmp_path):
    with pytest.raises(Unauthenticated):
        tokens.verify(session(Tokens(tmp_path / "other")), NOW)


def test_a_changed_letter_anywhere_voids_a_token(tokens):
    token = session(tokens)

    for place in range(0, len(token) - 1, 7):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(Unauthenticated):
            tokens.verify(changed, NOW)


def test_no_other_algorithm_is_accepted_whatever_the_header_says(tokens, tmp_path):
    claims = {"iss": "gongkai", "kind": "person", "sub": str(PERSON), "epoch": 4, "iat": 1683190800, "exp": 1999999999}
    public = OctKey.import_key(b"x" * 32)
    for algorithm in ("HS256",):
        forged = jwt.encode({"alg": algorithm, "kid": tokens.current_key}, claims, public)
        with pytest.raises(Unauthenticated):
            tokens.verify(forged, NOW)
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": tokens.current_key}).encode()).rstrip(b"=").decode()
    with pytest.raises(Unauthenticated):
        tokens.verify(f"{head}.{session(tokens).split('.')[1]}.", NOW)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode() + "..") | st.text("ab.=-_0"))
def test_garbage_is_nobody(tokens, garbage):
    with pytest.raises(Unauthenticated):
        tokens.verify(garbage, NOW)


def test_after_a_rotation_old_tokens_stay_good_until_their_key_retires(tokens):
    old = session(tokens)

    tokens.rotate()
    new = session(tokens)
    assert tokens.verify(old, NOW)
    assert tokens.retire(keep=1) == 1

    assert tokens.verify(new, NOW)
    with pytest.raises(Unauthenticated):
        tokens.verify(old, NOW)


def test_another_process_learns_a_new_key_by_itself(tokens, tmp_path):
    other = Tokens(tmp_path / "keys")

    tokens.rotate()

    assert other.verify(session(tokens), NOW)
    assert other.current_key == tokens.current_key


def test_two_processes_that_start_together_agree_on_one_key(tmp_path):
    first, second = Tokens(tmp_path / "keys"), Tokens(tmp_path / "keys")

    assert second.verify(session(first), NOW)
    assert first.current_key == second.current_key


def test_a_key_is_readable_by_its_owner_alone_and_is_refused_otherwise(tokens, tmp_path):
    (key,) = (tmp_path / "keys").iterdir()

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    with pytest.raises(UnsafeKey, match="0644"):
        Tokens(tmp_path / "keys")


def test_a_seal_is_known_as_ours_and_a_token_is_no_seal(tokens, tmp_path):
    key_id, signature = tokens.sign(b"[1]")
    head, body, mark = session(tokens).split(".")

    assert tokens.signed(key_id, b"[1]", signature)
    assert not tokens.signed(key_id, b"[2]", signature)
    assert not tokens.signed("unknown", b"[1]", signature)
    assert not tokens.signed(key_id, f"{head}.{body}".encode(), base64.urlsafe_b64decode(mark + "=="))
