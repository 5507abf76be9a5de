"""How the writes of one change become one statement."""

import pytest

from gongkai.runtime.gathering import Gathering, together

A = "INSERT INTO a (x, y) VALUES ($1, $2)"
B = "UPDATE b SET x = $2 WHERE y = $1 RETURNING y"


def test_parameters_are_counted_through_and_the_last_part_waits_for_the_others():
    assert " ".join(together((A, B), "append($1)").split()) == (
        "WITH w0 AS ( INSERT INTO a (x, y) VALUES ($1, $2) RETURNING 1 ),"
        " w1 AS ( UPDATE b SET x = $4 WHERE y = $3 RETURNING y )"
        " SELECT n0.written AS n0, n1.written AS n1, append($5)"
        " FROM (SELECT count(*) AS written FROM w0) AS n0, (SELECT count(*) AS written FROM w1) AS n1"
    )


def test_events_alone_need_nothing_around_them():
    assert together((), "append($1, $2)") == "SELECT append($1, $2)"


class Line:
    """Stands where the database would, and notes what is sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def transaction(self) -> "Line":
        return self

    async def start(self) -> None:
        self.sent.append("BEGIN")

    async def commit(self) -> None:
        self.sent.append("COMMIT")

    async def fetchrow(self, sql, *args):
        self.sent.append(f"{sql.count('AS (')} parts, {len(args)} values")
        return {f"n{number}": 1 for number in range(9)}

    async def fetchval(self, sql, *_):
        self.sent.append(sql)


@pytest.fixture
def line():
    return Line()


async def test_a_change_that_only_reads_and_then_writes_is_one_statement_without_begin(line):
    change = Gathering(line)
    await change.apart().fetchval("SELECT 1")
    await change.write(A, 1, 2, rows=[("a", 1)])
    written = await change.write(B, 1, 2, rows=[("b", 1)])
    await change.commit("append($1)", (5,))

    assert line.sent == ["SELECT 1", "2 parts, 5 values"]
    assert written.count == 1


async def test_whoever_asks_in_between_finds_what_was_written_before(line):
    change = Gathering(line)
    await change.write(A, 1, 2, rows=[("a", 1)])
    await change.fetchval("SELECT 1")
    await change.commit()

    assert line.sent == ["BEGIN", "1 parts, 2 values", "SELECT 1", "COMMIT"]


async def test_a_query_apart_sends_ahead_only_what_it_asks_about(line):
    change = Gathering(line)
    await change.write(A, 1, 2, rows=[("a", 1)])
    await change.apart(("a", 2), "b").fetchval("SELECT 2")
    await change.apart("a").fetchval("SELECT 1")
    await change.commit()

    assert line.sent == ["SELECT 2", "BEGIN", "1 parts, 2 values", "SELECT 1", "COMMIT"]


async def test_one_row_is_never_written_twice_in_one_statement(line):
    change = Gathering(line)
    await change.write(A, 1, 2, rows=[("a", 1)])
    await change.write(B, 1, 2, rows=[("a", 1)])
    await change.commit()

    assert line.sent == ["BEGIN", "1 parts, 2 values", "1 parts, 2 values", "COMMIT"]


async def test_of_two_whole_rows_the_last_is_enough(line):
    change = Gathering(line)
    first = await change.write(A, 1, 2, rows=[("a", 1)], whole=True)
    assert await change.write(A, 1, 3, rows=[("a", 1)], whole=True) is first
    await change.commit()

    assert line.sent == ["1 parts, 2 values"]
    assert first.args == (1, 3)


async def test_nothing_is_sent_for_a_change_that_changes_nothing(line):
    await Gathering(line).commit()

    assert line.sent == []
