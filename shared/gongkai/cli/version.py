"""`gongkai version`: what is installed here."""

import argparse

from gongkai.cli.console import OK, say_json
from gongkai.local.layout import table
from gongkai.local.supervisor import installed_services, versions

NAME = "version"
HELP = "显示版本和已安装的服务 / show versions and installed services"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出 JSON / print JSON")


def run(args: argparse.Namespace) -> int:
    found, services = versions(), installed_services()
    if args.json:
        say_json({"versions": found, "services": services})
    else:
        print(table(("组件", "版本"), sorted(found.items())))
        print(f"服务：{'、'.join(services)}")
    return OK
