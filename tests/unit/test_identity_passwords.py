"""Passwords, codes and throttling: what is good enough, what is readable aloud, how long one waits."""

from datetime import timedelta
from pathlib import Path

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from gongkai.runtime.throttle import pause
from identity import setup
from identity.keyring import Keyring, new_code, plain_code
from identity.passwords import Hasher, faults


@pytest.mark.parametrize("password", ["春风又绿江南岸", "correct horse battery", "Zx9-kk-2231-ab", "大明湖畔 7 月"])
def test_a_password_that_is_hard_to_guess_is_taken(password):
    assert faults(password, "nigao") == []


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("短密码", "至少 10 位"), ("abc12", "至少 10 位"), ("x" * 200 + "1234", "最多 128 位"), ("aaaaaaaaaaaa1", "不同的字符太少"),
        ("nigao-2026-x", "登录名"), ("password123456", "太常见"), ("qwerty123456!", "太常见"), ("2983749283749", "两类字符"),
        ("correcthorsebattery", "两类字符"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password, why):
    assert why in faults(password, "nigao")[0]


async def test_a_password_typed_with_another_keyboard_is_the_same_password():
    hasher = Hasher(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))

    digest = await hasher.hash("Ａbc 123 秘密")

    assert (await hasher.verify("Abc 123 秘密 ", digest))[0]
    assert not (await hasher.verify("abc 123 秘密", digest))[0]


async def test_nobody_has_the_password_of_nobody():
    hasher = Hasher(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))

    assert await hasher.verify("nobody has this password", None) == (False, None)


async def test_a_digest_weaker_than_todays_is_renewed_when_the_password_is_shown():
    weak = await Hasher(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)).hash("春风又绿江南岸")

    right, better = await Hasher(Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1)).verify("春风又绿江南岸", weak)

    assert right
    assert better is not None
    assert better != weak


def test_a_code_is_read_the_same_however_it_is_typed():
    code = new_code()

    assert len(plain_code(code)) == 12
    assert plain_code(code.lower().replace("-", " ")) == plain_code(code)
    assert not set(plain_code(code)) & set("01OIL")


@pytest.mark.parametrize(("failures", "minutes"), [(1, None), (4, None), (5, 1), (6, 2), (8, 8), (40, 60)])
def test_waiting_doubles_and_ends_at_an_hour(failures, minutes):
    assert pause(failures, 5) == (None if minutes is None else timedelta(minutes=minutes))


def test_the_index_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path):
    first = Keyring(tmp_path / "keys")

    again = Keyring(tmp_path / "keys")

    assert first.login("Nigao ") == again.login("ｎｉｇａｏ")
    assert first.login("nigao") != first.code("nigao")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "keys").iterdir())


def test_the_setup_code_lies_in_a_file_of_its_owner_until_it_is_spent(tmp_path: Path):
    code = setup.read_or_make(tmp_path)

    assert setup.read_or_make(tmp_path) == code
    assert setup.path_in(tmp_path).stat().st_mode & 0o777 == 0o600
    assert setup.proves(tmp_path, code.lower())
    assert not setup.proves(tmp_path, new_code())
    setup.spend(tmp_path)
    assert not setup.proves(tmp_path, code)
    assert not setup.proves(tmp_path, "")
