"""The command line against a real bus."""

import asyncio
import io
import json
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from tests.support.system import gongkai

from gongkai.contracts.catalog import PARTITIONS, TOPICS
from gongkai.local import topics
from gongkai.local.progress import Progress

STRANGE = b"\xff\xfe not json"


async def say(kafka: str, topic: str, value: bytes, *headers: tuple[str, bytes]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    await producer.send_and_wait(topic, value, headers=list(headers))
    await producer.stop()


async def test_the_topics_of_the_catalogue_are_made_once(kafka: str, tmp_path: Path) -> None:
    first = await asyncio.to_thread(gongkai, tmp_path, "topics", "--kafka", kafka)
    second = await asyncio.to_thread(gongkai, tmp_path, "topics", "--kafka", kafka)

    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert "新建" not in second.stdout
    assert second.stdout.count("已有") == len(TOPICS)


async def test_a_cluster_that_is_shared_gets_topics_under_our_prefix(kafka: str, tmp_path: Path) -> None:
    prefix = f"ours{uuid4().hex[:8]}."

    done = await asyncio.to_thread(
        gongkai, tmp_path, "topics", "--kafka", kafka, env={"GONGKAI_KAFKA_PREFIX": prefix}
    )

    assert done.returncode == 0, done.stderr
    assert [line.split() for line in done.stdout.splitlines()] == [[prefix + topic, "新建"] for topic in TOPICS]
    assert await topics.provision(kafka, [prefix + topic for topic in TOPICS]) == []


async def test_a_topic_that_is_too_narrow_is_widened(kafka: str) -> None:
    await topics.provision(kafka, topics=("local.narrow",), partitions=1)

    made = await topics.provision(kafka, topics=("local.narrow", "local.fresh"), partitions=PARTITIONS)

    assert made == ["local.fresh"]
    assert await topics.provision(kafka, topics=("local.narrow",), partitions=PARTITIONS) == []


async def test_tail_shows_what_is_said_and_stumbles_over_nothing(kafka: str, tmp_path: Path) -> None:
    await topics.provision(kafka)
    event = (("ce_type", b"gongkai.portal.Seen.v1"), ("ce_subject", b"d-1"), ("ce_id", b"7"))
    await say(kafka, "gongkai.portal.v1", STRANGE)
    await say(kafka, "gongkai.portal.v1", json.dumps({"标题": "通知"}).encode(), *event)
    structured = {"specversion": "1.0", "type": "gongkai.portal.Seen.v1", "subject": "d-2", "data": {"n": 1}}
    await say(kafka, "gongkai.portal.v1", json.dumps(structured).encode())

    arguments = ("--topic", "gongkai.portal.v1", "--from-start", "--for", "20", "--type", "Seen", "--count", "2")
    shown = await asyncio.to_thread(gongkai, tmp_path, "events", "tail", "--kafka", kafka, "--json", *arguments)

    assert shown.returncode == 0, shown.stderr
    found = {seen["subject"]: seen["data"] for seen in map(json.loads, shown.stdout.splitlines())}
    assert found == {"d-1": {"标题": "通知"}, "d-2": {"n": 1}}


async def test_tail_listens_under_our_prefix_in_a_cluster_that_is_shared(kafka: str, tmp_path: Path) -> None:
    prefix = f"ours{uuid4().hex[:8]}."
    await topics.provision(kafka, [prefix + topic for topic in TOPICS])
    await say(kafka, f"{prefix}gongkai.portal.v1", b"{}", ("ce_type", b"gongkai.portal.Seen.v1"), ("ce_subject", b"ours"))

    arguments = ("--topic", "gongkai.portal.v1", "--from-start", "--for", "20", "--count", "1", "--json")
    shown = await asyncio.to_thread(
        gongkai, tmp_path, "events", "tail", "--kafka", kafka, *arguments, env={"GONGKAI_KAFKA_PREFIX": prefix}
    )

    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["subject"] == "ours"


async def test_an_unknown_topic_and_an_absent_bus_are_named(tmp_path: Path) -> None:
    unknown = await asyncio.to_thread(gongkai, tmp_path, "events", "tail", "--topic", "gossip")
    absent = await asyncio.to_thread(gongkai, tmp_path, "events", "tail", "--kafka", "127.0.0.1:9")

    assert unknown.returncode == 1
    assert "gossip" in unknown.stderr
    assert "gongkai.portal.v1" in unknown.stderr
    assert absent.returncode == 1
    assert "连不上 Kafka（127.0.0.1:9）" in absent.stderr


WRONG = {"GONGKAI_KAFKA": "kafka", "GONGKAI_DATABASE_URLS": "{}"}


@pytest.mark.parametrize("command", ["status", "serve portal", "migrate", "events republish"])
def test_a_wrong_setting_is_named_by_every_command_that_reads_it(tmp_path: Path, command: str) -> None:
    done = gongkai(tmp_path, *command.split(), env=WRONG | {"GONGKAI_DATA_DIR": str(tmp_path)})

    assert done.returncode == 1
    assert done.stderr.startswith("错误：设置 GONGKAI_KAFKA 不对：现在是 kafka")


def test_a_wrong_setting_is_a_finding_and_keeps_nobody_from_looking_at_the_rest(tmp_path: Path) -> None:
    done = gongkai(tmp_path, "doctor", "--json", env=WRONG | {"GONGKAI_DATA_DIR": str(tmp_path)})

    assert done.returncode == 2, done.stderr
    found = json.loads(done.stdout)["findings"]
    assert found[0]["seen"].startswith("设置 GONGKAI_KAFKA 不对")
    assert {"disk", "backup", "secrets"} <= {one["check"] for one in found}


def test_a_service_without_its_database_names_the_setting_that_is_missing(tmp_path: Path) -> None:
    done = gongkai(tmp_path, "serve", "portal", env={"GONGKAI_DATA_DIR": str(tmp_path), "GONGKAI_BIND_PORT": "0"})

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "错误：缺少设置 GONGKAI_DATABASE_URLS：没有服务 portal 的数据库地址"


def test_progress_is_a_plain_line_a_step() -> None:
    out = io.StringIO()
    ticks = iter((10.0, 12.1, 20.0))
    progress = Progress(2, out, clock=lambda: next(ticks))

    with progress.step("启动 Kafka"):
        progress.note("首次格式化")
    try:
        with progress.step("启动服务"):
            raise RuntimeError
    except RuntimeError:
        progress.note("停下了")

    lines = ["[1/2] 启动 Kafka … 首次格式化 … 完成（2.1 秒）", "[2/2] 启动服务 … 没有完成", "停下了"]
    assert out.getvalue().splitlines() == lines


def test_reset_says_that_what_was_fetched_stays_and_takes_it_for_nobody_elses(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "cache" / "kafka").mkdir(parents=True)
    (home / "data").mkdir()

    done = gongkai(home, "reset", "--yes", env={"GONGKAI_CACHE": str(home / "cache")})

    assert done.returncode == 0, done.stderr
    assert "下次启动不用再取" in done.stdout
    assert "不是本系统的内容" not in done.stdout
    assert [left.name for left in home.iterdir()] == ["cache"]
