"""A zip that somebody sent is weighed before it is read, and what it hides inside is found within bounds."""

import io
import zipfile

import pytest

from gongkai.runtime.zips import VIRUS_TEST, Bounds, Trouble, Zip

SMALL = Bounds(most_parts=10, largest_part=1_000, largest_whole=2_500, largest_ratio=100)


class No(Exception):
    def __init__(self, trouble: Trouble, parts: int) -> None:
        super().__init__(trouble)
        self.trouble, self.parts = trouble, parts


def a_zip(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def refused(data: bytes, bounds: Bounds = SMALL) -> str:
    with pytest.raises(No) as no:
        Zip(data, bounds, No)
    return no.value.trouble


def test_what_is_no_zip_or_ends_too_early_is_broken():
    assert refused(b"") == refused(b"PK\x03\x04") == refused(a_zip({"a": b"1"})[:20]) == "broken"


def test_parts_are_counted_and_weighed_before_any_is_read():
    assert refused(a_zip({str(number): b"" for number in range(11)})) == "crowded"
    assert refused(a_zip({"a": b" " * 5_000}, zipfile.ZIP_STORED)) == "swollen"
    assert refused(a_zip({"a": b" " * 2_000_000}), Bounds()) == "ratio"


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/passwd", "a\\b", "C:/x"])
def test_a_part_that_points_outside_is_refused(name):
    assert refused(a_zip({name: b"x"})) == "outside"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")

    assert refused(made.getvalue()) == "twins"


def test_reading_stops_at_the_limit_of_a_part_and_of_the_whole():
    archive = Zip(a_zip({"large": b"a" * 1_001}), SMALL, No)
    with pytest.raises(No) as no:
        archive.read("large")
    assert (no.value.trouble, no.value.parts) == ("swollen-part", 1)

    many = Zip(a_zip(dict.fromkeys("abc", b"a" * 800)), SMALL, No)
    assert [len(many.read(name)) for name in many.names] == [800, 800, 800]
    with pytest.raises(No):
        many.read("a")


def test_the_names_come_in_the_order_people_count_in():
    archive = Zip(a_zip({"sheet10.xml": b"", "sheet2.xml": b"", "other": b""}), SMALL, No)

    assert archive.matching(r"sheet\d+\.xml") == ["sheet2.xml", "sheet10.xml"]
    assert "other" in archive
    assert "none" not in archive


def test_what_is_hidden_inside_is_found_also_in_a_zip_inside_and_no_deeper_than_asked():
    inner = a_zip({"x": b"." * 300 + VIRUS_TEST})
    middle = a_zip({"inner.zip": inner})
    outer = a_zip({"middle.zip": middle})

    assert VIRUS_TEST not in inner + middle + outer
    assert Zip(inner, SMALL, No).holds(VIRUS_TEST)
    assert Zip(middle, SMALL, No).holds(VIRUS_TEST)
    assert not Zip(outer, SMALL, No).holds(VIRUS_TEST)
    assert Zip(outer, SMALL, No).holds(VIRUS_TEST, levels=3)
    assert not Zip(a_zip({"x": b"nothing"}), SMALL, No).holds(VIRUS_TEST)


def test_a_bomb_inside_is_refused_and_what_only_looks_like_a_zip_is_not():
    bomb = a_zip({"inner.zip": a_zip({"x": b" " * 2_000_000})})

    with pytest.raises(No) as no:
        Zip(bomb, Bounds(), No).holds(VIRUS_TEST)
    assert no.value.trouble == "ratio"
    assert not Zip(a_zip({"picture": b"PK\x03\x04 and more"}), SMALL, No).holds(VIRUS_TEST)


def test_what_is_read_inside_counts_for_the_whole():
    inner = a_zip(dict.fromkeys("abc", b"a" * 700))
    outer = a_zip({"one.zip": inner, "two.zip": inner})

    with pytest.raises(No) as no:
        Zip(outer, SMALL, No).holds(VIRUS_TEST)
    assert no.value.trouble == "swollen-part"
