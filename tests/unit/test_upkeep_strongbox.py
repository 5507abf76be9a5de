"""A backup file shows every change, and opens to its own key alone."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.local.errors import StackError
from gongkai.upkeep import strongbox
from gongkai.upkeep.lock import Lock, WrongKey, make_key_file
from gongkai.upkeep.place import Name, Place
from gongkai.upkeep.records import Reader, Writer

KEY = Lock("key-file", b"k" * 32)


def sealed(*chunks: bytes, lock: Lock = KEY) -> bytes:
    out = io.BytesIO()
    sealing = strongbox.Sealing(out, lock, {"format": 1})
    for chunk in chunks:
        sealing.write(chunk)
    sealing.end()
    return out.getvalue()


def opened(file: bytes, lock: Lock = KEY) -> bytes:
    return b"".join(strongbox.Opening(io.BytesIO(file), lock).pieces())


@pytest.mark.parametrize("size", [0, 1, strongbox.PIECE - 1, strongbox.PIECE, strongbox.PIECE + 1, 3 * strongbox.PIECE])
def test_what_goes_in_comes_out(size: int) -> None:
    data = bytes(n % 251 for n in range(size))

    assert opened(sealed(data[: size // 3], data[size // 3 :])) == data


def test_the_words_do_not_lie_in_the_file() -> None:
    assert "张三".encode() not in sealed("张三的身份证号".encode() * 1000)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_flipped_bit_anywhere_is_refused(data: st.DataObject) -> None:
    file = bytearray(SHORT)
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(StackError):
        opened(bytes(file))


SHORT = sealed(b"x" * 300)


@pytest.mark.parametrize("left", [0, 5, 40, 200, len(SHORT) - 1])
def test_a_file_that_ends_too_early_is_refused(left: int) -> None:
    with pytest.raises(StackError):
        opened(SHORT[:left])


def test_a_file_cut_between_two_pieces_is_said_to_be_cut() -> None:
    file = sealed(b"x" * (2 * strongbox.PIECE + 10))
    tail = 10 + 16

    with pytest.raises(strongbox.Damaged, match="不完整"):
        opened(file[:-tail])


def test_pieces_that_change_places_are_refused() -> None:
    file = sealed(bytes(2 * strongbox.PIECE) + b"end")
    piece = strongbox.PIECE + 16
    head = len(file) - 2 * piece - 3 - 16
    first, second = file[head : head + piece], file[head + piece : head + 2 * piece]

    with pytest.raises(strongbox.Damaged, match="损坏"):
        opened(file[:head] + second + first + file[head + 2 * piece :])


def test_another_key_and_another_kind_of_key_are_told_apart_from_damage() -> None:
    words = Lock.of_passphrase("a long enough phrase")

    with pytest.raises(WrongKey, match="不对"):
        opened(SHORT, Lock("key-file", b"j" * 32))
    with pytest.raises(WrongKey, match="密钥文件"):
        opened(SHORT, words)
    with pytest.raises(WrongKey, match="不对"):
        opened(sealed(b"1", lock=words), Lock.of_passphrase("a long enough phrasE"))
    assert opened(sealed(b"1", lock=words), words) == b"1"


def test_another_file_is_not_taken_for_a_backup() -> None:
    with pytest.raises(StackError, match="不是公开系统的备份"):
        opened(b"PK\x03\x04 something else entirely, and long enough")


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_key_file(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert Lock.of_key_file(path) == Lock.of_key_file(path)
    with pytest.raises(StackError, match="已经存在"):
        make_key_file(path)


def test_a_key_that_others_can_read_a_short_phrase_and_a_strange_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_key_file(path)
    path.chmod(0o644)
    with pytest.raises(StackError, match="权限"):
        Lock.of_key_file(path)
    (tmp_path / "strange").write_text("hello")
    (tmp_path / "strange").chmod(0o600)
    with pytest.raises(StackError, match="不是备份密钥文件"):
        Lock.of_key_file(tmp_path / "strange")
    with pytest.raises(StackError, match="太短"):
        Lock.of_passphrase("short")


def test_objects_come_back_one_by_one_and_may_be_skipped() -> None:
    out = io.BytesIO()
    writer = Writer(out.write)
    for n in range(3):
        writer.head({"n": n})
        writer.data(b"a" * 10)
        writer.data(b"b" * n)
        writer.tail({"size": 10 + n})

    seen = []
    for head, body in Reader([out.getvalue()[:7], out.getvalue()[7:]]).objects():
        seen.append((head["n"], b"".join(body) if head["n"] != 1 else b"", body.tail["size"]))

    assert seen == [(0, b"a" * 10, 10), (1, b"", 11), (2, b"a" * 10 + b"bb", 12)]


def test_files_have_the_same_names_in_one_folder_and_in_volumes(tmp_path: Path) -> None:
    dsns = {"identity": "a", "newmedia-sync": "b"}
    one = Place(dsns, dict.fromkeys(dsns, tmp_path / "one"), tmp_path / "one" / "keys", "")
    many = Place(dsns, {name: tmp_path / "many" / name for name in dsns}, tmp_path / "many" / "tokens", "")
    digest = "ab" + "0" * 62
    names = {
        Name("newmedia-sync", "own", f"blobs/ab/{digest}"),
        Name("newmedia-sync", "key", "vault-newmedia-sync-0001.key"),
        Name("identity", "key", "identity-index-0001.key"),
        Name("identity", "token", "token-0001.pem"),
        Name("identity", "loose", "setup-code"),
    }

    for place in (one, many):
        for name in names:
            path = place.path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
        (place.roots["identity"] / "last-backup.json").write_text("{}")
        half = place.roots["newmedia-sync"] / "newmedia-sync" / "blobs" / "incoming" / "half"
        half.parent.mkdir(parents=True)
        half.write_text("y")

    assert {name for name, _ in one.files()} == names
    assert {name for name, _ in many.files()} == names
    assert [name.digest for name in names if name.digest] == [digest]


@pytest.mark.parametrize("text", ["own:identity:../../etc/passwd", "own:identity:/etc/passwd", "odd:identity:x", "own:identity:"])
def test_a_name_that_leads_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(StackError, match="不认识的文件名"):
        Name.of(text)
