"""`gongkai topics`: make the topics of the catalogue on any Kafka, as a cluster needs it once."""

import argparse
import asyncio

from gongkai.cli import running
from gongkai.cli.console import OK

NAME = "topics"
HELP = "按事件目录建立 Kafka 主题 / make the topics of the catalogue"


def configure(parser: argparse.ArgumentParser) -> None:
    running.bus(parser)
    parser.add_argument("--replication", type=int, default=1, help="副本数 / replication factor")


def run(args: argparse.Namespace) -> int:
    from gongkai.contracts.catalog import TOPICS  # noqa: PLC0415
    from gongkai.local import topics  # noqa: PLC0415

    wanted = [args.prefix + topic for topic in TOPICS]
    made = asyncio.run(topics.provision(running.kafka_address(args.kafka), wanted, replication=args.replication))
    for topic in wanted:
        print(f"{topic}  {'新建' if topic in made else '已有'}")
    return OK
