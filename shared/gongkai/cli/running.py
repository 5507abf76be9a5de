"""Finds the running system and speaks to it: a local one by its folder, any other by address and token."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from gongkai.cli.console import NotRunning
from gongkai.local.errors import StackError
from gongkai.local.folders import state_folder
from gongkai.local.state import State, read_json
from gongkai.runtime.edge import system_clock

if TYPE_CHECKING:
    from gongkai.runtime.settings import Settings

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Running:
    """Where each service answers, and who we are to it."""

    bases: Mapping[str, str]
    token: str
    kafka: str | None = None
    kafka_prefix: str = ""

    def names(self, wanted: str | None) -> list[str]:
        """Return the services asked for: one, or all."""
        if wanted is None:
            return sorted(self.bases)
        if wanted not in self.bases:
            raise StackError(f"没有名为 {wanted} 的服务", f"可选：{'、'.join(sorted(self.bases))}")
        return [wanted]

    def ask(self, service: str, path: str, method: str = "GET", **how: Any) -> Any:
        """Call the JSON API of a service; a problem it states becomes our sentence."""
        answer = self.send(service, path, method, **how)
        if answer.is_success:
            return answer.json() if answer.content else None
        raise problem_of(service, answer)

    def send(self, service: str, path: str, method: str = "GET", **how: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **how.pop("headers", {})}
        try:
            with httpx.Client(timeout=how.pop("timeout", 30.0), trust_env=False) as client:
                return client.request(method, f"{self.bases[service]}{path}", headers=headers, **how)
        except httpx.TimeoutException as wrong:
            raise StackError(f"服务 {service} 没有在时限内回答", "请用 gongkai status 看看系统是否正常。") from wrong
        except httpx.HTTPError as wrong:
            raise NotRunning(f"联系不上服务 {service}（{self.bases[service]}）", "请先启动系统：make up") from wrong


def problem_of(service: str, answer: httpx.Response) -> StackError:
    """Turn an RFC 9457 answer into a sentence."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    said = problem.get("detail") or problem.get("title") or f"回答了 {answer.status_code}"
    article = f"（{problem['article']}）" if problem.get("article") else ""
    fields = "；".join(f"{error.get('path')}：{error.get('sentence')}" for error in problem.get("errors", []))
    return StackError(f"{service}：{said}{article}", fields)


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of every command that talks to a running system."""
    address(parser)
    parser.add_argument("--json", action="store_true", help="输出 JSON / print JSON")


def address(parser: argparse.ArgumentParser) -> None:
    """Say where the system is and who we are."""
    parser.add_argument("--url", default=os.environ.get("GONGKAI_URL"), help="系统网址，默认本机这一份 / base address")
    parser.add_argument("--token", default=os.environ.get("GONGKAI_TOKEN"), help="访问令牌 / bearer token")


def bus(parser: argparse.ArgumentParser) -> None:
    """Say where Kafka is and which topics in it are ours."""
    parser.add_argument("--kafka", help="Kafka 地址，默认取运行中的系统或环境变量 / bootstrap address")
    parser.add_argument(
        "--prefix",
        default=os.environ.get("GONGKAI_KAFKA_PREFIX", ""),
        help="每个主题名之前（GONGKAI_KAFKA_PREFIX）/ before every name",
    )


def about() -> dict[str, Any] | None:
    """Return what the local copy says about itself, none when it does not run."""
    state = State(state_folder())
    return read_json(state.about_file) if state.is_locked() and state.about_file.exists() else None


def settings() -> "Settings":
    """Return the settings of this container; a wrong one becomes our sentence."""
    from gongkai.runtime.settings import WrongSettings, load  # noqa: PLC0415

    try:
        return load()
    except WrongSettings as wrong:
        raise StackError(str(wrong)) from wrong


def find(args: argparse.Namespace) -> Running:
    """Find the system: by address, else the local copy, else by the settings of this container."""
    if args.url:
        if not args.token:
            raise StackError("访问另一台机器上的系统需要令牌", "请用 --token 或环境变量 GONGKAI_TOKEN 给出。")
        return Running(_prefixed(args.url.rstrip("/")), args.token)
    if local := about():
        prefixes = read_json(State(state_folder()).ready_file).get("prefixes", {})
        if not prefixes:
            raise NotRunning("PostgreSQL 和 Kafka 在运行，服务没有在运行", "服务正在重新启动时，请稍候再试。")
        bases = {name: f"{local['internal_url']}{prefix}" for name, prefix in prefixes.items()}
        data = Path(local["settings"]["GONGKAI_DATA_DIR"])
        return Running(bases, args.token or _own_token(data / "keys"), local["settings"]["GONGKAI_KAFKA"])
    if os.environ.get("GONGKAI_DATA_DIR"):
        known = settings()
        bases = {name: f"{known.url_of(name)}{prefix}" for name, prefix in _prefixes().items()}
        return Running(bases, args.token or _own_token(known.token_keys), known.kafka, known.kafka_prefix)
    raise NotRunning(
        f"系统没有运行（{state_folder()}）", "请先启动：make up；或用 --url 和 --token 指明另一台机器上的系统。"
    )


def kafka_address(given: str | None) -> str:
    """Return the Kafka to talk to: as given, of the local copy, or of the settings."""
    if given:
        return given
    if local := about():
        return str(local["settings"]["GONGKAI_KAFKA"])
    if address := os.environ.get("GONGKAI_KAFKA"):
        return address
    raise NotRunning("不知道 Kafka 在哪里：本机系统没有运行", "请先启动：make up；或用 --kafka 写明地址。")


def _own_token(keys: Path) -> str:
    """Sign for ourselves: the operator's machine holds the keys of the installation."""
    from gongkai.runtime.identity_token import Tokens  # noqa: PLC0415

    if not keys.is_dir():
        raise NotRunning(f"{keys} 里没有这套系统的密钥", "请在运行系统的机器上、用运行它的账号执行这个命令。")
    return Tokens(keys).issue_service(OPERATOR, system_clock())


def _prefixed(url: str) -> dict[str, str]:
    return {name: f"{url}{prefix}" for name, prefix in _prefixes().items()}


def _prefixes() -> dict[str, str]:
    from gongkai.hosting.host import installed_services  # noqa: PLC0415

    return {service.name: service.prefix for service in installed_services()}
