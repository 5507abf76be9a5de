"""What an application must hold (A29), and what in it is the second factor of its maker."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from gongkai.runtime.throttle import pause
from request.application import Application, as_json, from_json, problems
from request.keyring import Keyring, new_code, plain

TODAY = date(2025, 9, 26)
PERSON = Application(
    name="计划测试甲", proof="999999198001010011", phone="13912345678", email="a@example.org", address="历下区",
    description="2024年补贴名单",
)  # fmt: skip
FIRM = replace(
    PERSON, applicant_kind="com", proof_kind="credit-code", proof="11330782051348517D", contact_person="某某",
)  # fmt: skip


def test_a_whole_application_of_a_person_and_of_a_firm_lacks_nothing():
    assert problems(PERSON, TODAY) == []
    assert problems(FIRM, TODAY) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": " "}, "name"),
        ({"proof": ""}, "proof"),
        ({"proof": "999999198001010012"}, "proof"),
        ({"proof_kind": "credit-code"}, "proof"),
        ({"proof_kind": "other", "proof": "12"}, "proof"),
        ({"phone": "", "email": "", "address": ""}, "phone"),
        ({"phone": "1391234567"}, "phone"),
        ({"email": "a example.org"}, "email"),
        ({"description": "\n"}, "description"),
        ({"way": "fax"}, "fax"),
        ({"way": "post", "address": ""}, "address"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(change, path):
    found = problems(replace(PERSON, **change), TODAY)

    assert [where for where, _ in found][:1] == [path]
    assert all("\u4e00" <= sentence[0] <= "\u9fff" for _, sentence in found)


def test_an_organisation_names_whom_to_contact_and_shows_no_identity_card():
    assert [path for path, _ in problems(replace(FIRM, contact_person=""), TODAY)] == ["contact_person"]
    assert [path for path, _ in problems(replace(FIRM, proof_kind="identity-card"), TODAY)] == ["proof_kind"]


def test_the_second_factor_is_the_end_of_the_proof_however_it_was_typed():
    assert PERSON.factor == "010011"
    assert replace(PERSON, proof="９９９９９９19800101 0011").factor == "010011"
    assert replace(PERSON, proof="").factor == "345678"


def test_an_application_comes_back_from_the_vault_as_it_was_and_forgets_fields_that_are_gone():
    assert from_json(as_json(PERSON)) == PERSON
    assert from_json(as_json(PERSON) | {"gone": 1}) == PERSON


def test_the_digest_of_a_proof_belongs_to_one_organ_and_to_one_key(tmp_path):


    keyring, other = Keyring(tmp_path / "a"), Keyring(tmp_path / "b")
    one, two = UUID(int=1), UUID(int=2)

    assert keyring.proof(one, PERSON.proof) == Keyring(tmp_path / "a").proof(one, PERSON.proof)
    assert keyring.proof(one, PERSON.proof) != keyring.proof(two, PERSON.proof)
    assert keyring.proof(one, PERSON.proof) != other.proof(one, PERSON.proof)
    assert keyring.factor("AAAA", "1") != keyring.factor("BBBB", "1")


def test_codes_do_not_repeat_and_are_read_however_they_are_typed():
    codes = {new_code() for _ in range(1000)}

    assert len(codes) == 1000
    one = codes.pop()
    assert plain(one) == plain(f" {one.lower().replace('-', ' ')} ")


def test_guesses_cost_more_and_more_time_but_never_more_than_an_hour():
    assert pause(9, 10) is None
    assert [int(pause(10 + more, 10).total_seconds() // 60) for more in (0, 1, 2, 30)] == [1, 2, 4, 60]
