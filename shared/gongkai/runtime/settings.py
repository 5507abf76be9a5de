"""Settings of a process. A wrong one stops the start with its name, what was found and what is allowed."""

import json
import os
import socket
from pathlib import Path
from typing import Any

from pydantic import DirectoryPath, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "GONGKAI_"


class WrongSettings(Exception):
    """One sentence per wrong setting."""


class Settings(BaseSettings):
    """What every service needs to know about where it runs. Durations are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_urls: dict[str, str] = Field(default_factory=dict, description="service name → PostgreSQL DSN")
    database_url: str | None = Field(default=None, description="DSN, when the process runs one service only")
    kafka: str = Field(default="127.0.0.1:9092", pattern=r"^[^,:\s]+:\d+(,[^,:\s]+:\d+)*$")
    kafka_prefix: str = Field(
        default="", pattern=r"^[a-z0-9.-]{0,40}$", description="before every topic and group, in a shared cluster"
    )
    data_dir: Path = Field(default=Path("data"), description="blobs and keys; each service has its own folder inside")
    public_url: str = Field(default="http://127.0.0.1:8080", pattern=r"^https?://[^/\s]+$")
    internal_url: str | None = Field(
        default=None, pattern=r"^https?://[^/\s]+$", description="where services reach each other"
    )
    service_urls: dict[str, str] = Field(default_factory=dict, description="service name → base URL, where they differ")
    bind_host: str = "127.0.0.1"
    bind_port: int = Field(default=8080, ge=0, le=65535)
    instance: str = Field(
        default_factory=socket.gethostname, description="stable name of this instance; static group membership"
    )
    pool_min: int = Field(default=1, ge=0, le=100)
    pool_max: int = Field(default=12, ge=2, le=200)
    relay_batch: int = Field(default=500, ge=1, le=10_000)
    relay_poll: float = Field(default=0.5, gt=0, le=60)
    inbox_batch: int = Field(default=200, ge=1, le=5_000)
    inbox_wait_ms: int = Field(default=500, ge=1, le=5_000, description="longest single wait for events")
    ticker_poll: float = Field(default=0.5, gt=0, le=60)
    ticker_batch: int = Field(default=200, ge=1, le=2_000)
    guard_interval_ms: int = Field(
        default=2_000, ge=0, le=60_000, description="from the last ChannelPrepared to the instant"
    )
    prepare_within: int = Field(default=600, ge=5, le=86_400, description="how long channels have to prepare")
    request_ladder: tuple[str, ...] = Field(
        default=("section-head", "legal-review", "openness-officer", "deputy-head"), min_length=1, max_length=8,
        description="the rungs a reply to an application climbs before it is printed, in order",
    )  # fmt: skip
    request_one_rung_each: bool = Field(default=True, description="nobody approves one draft on two rungs")
    request_extensions: int = Field(default=1, ge=1, le=9, description="how often a reply may be given more time")
    request_issue_day_counts: bool = Field(
        default=True, description="whether the day a consultation is sent counts for the reply period"
    )
    request_answer_day_counts: bool = Field(
        default=False, description="whether the day its answer comes counts for the reply period"
    )
    secure_cookies: bool = False
    metrics_token: str | None = Field(
        default=None, min_length=16, max_length=200, description="whoever reads /metrics shows it as a bearer token"
    )
    letter_fonts: DirectoryPath | None = Field(
        default=None, description="fonts for names that those we carry cannot draw"
    )
    otlp_endpoint: str | None = None
    sandbox_url: str | None = Field(default=None, description="platform sandbox; never set in production")

    def dsn(self, service: str) -> str:
        """Return the DSN of one service, or say which setting is missing."""
        found = self.database_urls.get(service) or self.database_url
        if not found:
            msg = f"缺少设置 {PREFIX}DATABASE_URLS：没有服务 {service} 的数据库地址"
            raise WrongSettings(msg)
        return found

    def url_of(self, service: str) -> str:
        """Return where another service is reached, without its prefix."""
        return self.service_urls.get(service) or self.internal_url or self.public_url


def load(**overrides: Any) -> Settings:
    """Read the environment; every error is a sentence that names the variable."""
    try:
        return Settings(**overrides)
    except ValidationError as wrong:
        raise WrongSettings("\n".join(_sentence(error) for error in wrong.errors())) from None
    except Exception as wrong:
        if type(wrong).__name__ != "SettingsError":
            raise
        name = str(wrong).split('"')[1] if '"' in str(wrong) else "?"
        raise WrongSettings(f"设置 {PREFIX}{name.upper()} 不是有效的 JSON") from None


def _sentence(error: Any) -> str:
    name = PREFIX + "_".join(str(part) for part in error["loc"]).upper()
    found = os.environ.get(name, json.dumps(error.get("input"), default=str, ensure_ascii=False))
    allowed = {key: value for key, value in (error.get("ctx") or {}).items() if key != "error"}
    limits = "，".join(f"{key}={value}" for key, value in allowed.items())
    return f"设置 {name} 不对：现在是 {found}，要求 {limits or error['msg']}"
