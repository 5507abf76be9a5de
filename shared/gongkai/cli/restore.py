"""`gongkai restore`: a backup into an empty place, compared with what was saved before it counts."""

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.cli import here, locks
from gongkai.cli.backup import saying
from gongkai.cli.console import FOUND_WRONG, OK, say_json
from gongkai.local.errors import StackError
from gongkai.runtime.edge import system_clock

if TYPE_CHECKING:
    from gongkai.upkeep.contents import Contents
    from gongkai.upkeep.place import Place
    from gongkai.upkeep.restoring import Restored

NAME = "restore"
HELP = "把备份恢复到一个空的地方并逐项核对 / restore a backup into an empty place and compare all of it"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="备份文件 / the backup")
    locks.configure(parser)
    parser.add_argument("--check", action="store_true", help="只检查备份能否打开、是否完好 / only check the file")
    parser.add_argument(
        "--kafka-is-new",
        action="store_true",
        help="Kafka 现在连不上，但确认它是全新的 / Kafka is away now, but known to be a new one",
    )
    here.configure(parser)


def run(args: argparse.Namespace) -> int:
    return asyncio.run(_restore(args))


async def _restore(args: argparse.Namespace) -> int:
    from gongkai.upkeep import contents  # noqa: PLC0415
    from gongkai.upkeep.restoring import restore  # noqa: PLC0415

    say = saying(quiet=args.json)
    lock = locks.shown(args, twice=False)
    say("检查备份文件 checking the whole file")
    found = contents.read(args.file, lock)
    if args.check:
        _tell_contents(found, as_json=args.json)
        return FOUND_WRONG if found.wrong else OK
    async with here.to_fill(args.volumes) as place:
        if place.kafka:
            await _refuse_old_events(place, known_new=args.kafka_is_new)
        restored = await restore(place, args.file, lock, found, here.packages(), now=system_clock(), say=say)
    _tell(found, restored, as_json=args.json)
    return FOUND_WRONG if restored.wrong else OK


async def _refuse_old_events(place: "Place", *, known_new: bool) -> None:
    """Events that were said after the backup have no cause in it: the topics must be new, too."""
    from gongkai.upkeep import wire  # noqa: PLC0415

    bus = await wire.look(place.kafka, place.prefix)
    if bus is None:
        if known_new:
            return
        raise StackError(
            f"Kafka（{place.kafka}）没有应答，不知道它是不是空的 / Kafka does not answer",
            "请先启动它；确认它是全新的时候，可以加 --kafka-is-new。什么都没有改动。",
        )
    full = [topic.name for topic in bus.topics.values() if topic.events]
    if full:
        raise StackError(
            f"Kafka 里还有旧的事件（{'、'.join(sorted(full))}）/ there are old events in Kafka",
            "它们可能比备份新。请换一个空的 Kafka，或换一个 GONGKAI_KAFKA_PREFIX。什么都没有改动。",
        )


def _tell_contents(found: "Contents", *, as_json: bool) -> None:
    if as_json:
        say_json({
            "made_at": found.made_at, "version": found.version, "services": sorted(found.databases),
            "rows": found.rows, "blobs": found.blobs, "files": len(found.files), "wrong": found.wrong,
        })  # fmt: skip
        return
    print(f"备份完好 the backup is whole：写成于 {found.made_at}，版本 {found.version}")
    print(f"服务 {'、'.join(sorted(found.databases))}；{found.rows} 行，内容 {found.blobs} 份")
    for sentence in found.wrong:
        print(f"✗ {sentence}")


def _tell(found: "Contents", restored: "Restored", *, as_json: bool) -> None:
    if as_json:
        say_json({
            "made_at": found.made_at, "tables": restored.tables, "rows": restored.rows, "registers": restored.registers,
            "blobs": restored.blobs, "files": restored.files, "events": restored.events,
            "forgotten": restored.forgotten, "wrong": restored.wrong,
        })  # fmt: skip
        return
    if restored.wrong:
        print("恢复完成，但有不一致 / restored, but not everything agrees：")
        for sentence in restored.wrong:
            print(f"✗ {sentence}")
    else:
        print("恢复完成，每一张表、每一条登记、每一份内容都与备份一致 / restored; every row, record and blob agrees。")
    rows = "，".join(f"{service} {count}" for service, count in restored.registers.items())
    print(f"备份写成于 {found.made_at}；表 {restored.tables} 张，{restored.rows} 行；内容 {restored.blobs} 份")
    print(f"登记簿（行）{rows}")
    print(f"启动以后，各服务会把发件箱里的 {restored.events} 个事件重新说一遍，已经知道的不会再做一次。")
    for service, count in restored.forgotten.items():
        print(f"! {service}：最早的 {count} 个事件早已发完，正文不再保留；以后新增的服务读不到它们。")
    print("备份以后发生的事不在其中：请对照平台账号、已寄出的文书和收到的申请 / check what happened after the backup。")
