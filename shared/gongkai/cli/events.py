"""`gongkai events`: what is being said on the bus, and how to say it all again after Kafka was lost."""

import argparse
import asyncio
import json
import time
from dataclasses import asdict
from typing import Any

from gongkai.cli import here, running
from gongkai.cli.console import OK, say_json
from gongkai.local.errors import StackError
from gongkai.runtime.edge import system_clock

NAME = "events"
HELP = "跟踪事件，Kafka 丢失后重说事件 / follow the events, say them again after Kafka was lost"


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="动作 actions", metavar="动作", dest="verb", required=True)
    tail = verbs.add_parser("tail", help="显示新的事件，Ctrl-C 结束 / print events as they come")
    running.bus(tail)
    tail.add_argument("--topic", action="append", help="只看这个主题，可重复 / only this topic, may repeat")
    tail.add_argument("--type", help="类型里包含这段文字 / only types that contain this")
    tail.add_argument("--from-start", action="store_true", help="从最早的开始 / from the earliest")
    tail.add_argument("--count", type=int, help="看到这么多个后结束 / stop after so many")
    tail.add_argument("--for", dest="seconds", type=float, help="这么多秒后结束 / stop after so many seconds")
    tail.add_argument("--json", action="store_true", help="每行一个 JSON / one JSON object a line")
    again = verbs.add_parser(
        "republish",
        help="服务停止以后，让它们把发件箱里的事件重说一遍 / with services stopped, say again what outboxes hold",
    )
    here.configure(again)


def run(args: argparse.Namespace) -> int:
    return asyncio.run(_tail(args) if args.verb == "tail" else _republish(args))


async def _republish(args: argparse.Namespace) -> int:
    from gongkai.upkeep.saying_again import say_again  # noqa: PLC0415

    async with here.to_save(args.volumes) as place:
        done = await say_again(place.dsns, system_clock())
    if args.json:
        say_json([asdict(one) for one in done])
        return OK
    for one in done:
        lost = f"；更早的 {one.forgotten} 个正文不再保留" if one.forgotten else ""
        print(f"{one.service}  {one.events} 个事件将在启动后重新发出{lost}")
    print("主题还没有时，先用 gongkai topics 建立；已经知道的事件不会再做一次。")
    return OK


async def _tail(args: argparse.Namespace) -> int:
    from aiokafka import AIOKafkaConsumer  # noqa: PLC0415
    from aiokafka.errors import KafkaError  # noqa: PLC0415

    from gongkai.contracts.catalog import TOPICS  # noqa: PLC0415

    unknown = sorted(set(args.topic or ()) - set(TOPICS))
    if unknown:
        raise StackError(f"没有名为 {'、'.join(unknown)} 的主题", f"可选：{'、'.join(TOPICS)}")
    address = running.kafka_address(args.kafka)
    consumer = AIOKafkaConsumer(
        *(args.prefix + topic for topic in args.topic or TOPICS),
        bootstrap_servers=address,
        auto_offset_reset="earliest" if args.from_start else "latest",
        enable_auto_commit=False,
    )
    try:
        await consumer.start()
    except KafkaError as wrong:
        await consumer.stop()
        raise StackError(f"连不上 Kafka（{address}）", "请用 gongkai status 看看系统是否在运行。") from wrong
    try:
        await _print(consumer, args)
    finally:
        await consumer.stop()
    return OK


async def _print(consumer: Any, args: argparse.Namespace) -> None:
    ends = time.monotonic() + args.seconds if args.seconds is not None else None
    seen = 0
    while args.count is None or seen < args.count:
        left = None if ends is None else ends - time.monotonic()
        if left is not None and left <= 0:
            return
        batches = await consumer.getmany(timeout_ms=500 if left is None else max(1, min(500, int(left * 1000))))
        for record in (record for records in batches.values() for record in records):
            event = described(record)
            if args.type and args.type.lower() not in str(event["type"]).lower():
                continue
            print(json.dumps(event, ensure_ascii=False) if args.json else _line(event), flush=True)
            seen += 1
            if args.count is not None and seen >= args.count:
                return


def described(record: Any) -> dict[str, Any]:
    """Return what an event says, whatever form it came in; never raise on a strange one."""
    headers = {name: value.decode("utf-8", "replace") for name, value in record.headers if value is not None}
    attributes = {name.removeprefix("ce_"): value for name, value in headers.items() if name.startswith("ce_")}
    body = (record.value or b"").decode("utf-8", "replace")
    try:
        data = json.loads(body)
    except ValueError:
        data = body
    if "type" not in attributes and isinstance(data, dict) and "specversion" in data:
        attributes = {name: value for name, value in data.items() if name != "data"}
        data = data.get("data")
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "type": attributes.pop("type", "?"),
        **attributes,
        "data": data,
    }


def _line(event: dict[str, Any]) -> str:
    when = str(event.get("time", ""))[:23]
    name = str(event["type"]).removeprefix("gongkai.")
    data = json.dumps(event["data"], ensure_ascii=False)
    return f"{when}  {name}  {event.get('subject', '')}  {data if len(data) <= 160 else data[:160] + '…'}"
