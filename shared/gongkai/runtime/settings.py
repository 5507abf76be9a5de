"""Settings of a process. A wrong one stops the start with its name, what was found and what is allowed."""

import json
import os
import socket
from pathlib import Path
from typing import Any

from pydantic import DirectoryPath, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "GONGKAI_"
_SECRET = frozenset({"database_url", "database_urls", "metrics_token"})


class WrongSettings(Exception):
    """One sentence per wrong setting."""


class FromFiles(PydanticBaseSettingsSource):
    """`…_X_FILE` names a file that holds `…_X`: a secret that no listing of processes or containers shows."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the content of the file that stands for this setting, if one is named."""
        variable = f"{self.config.get('env_prefix', '')}{field_name}_file".upper()
        named = os.environ.get(variable)
        if not named:
            return None, field_name, False
        try:
            text = Path(named).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as wrong:
            said = getattr(wrong, "strerror", None) or "不是文本文件"
            raise WrongSettings(f"设置 {variable} 不对：读不到文件 {named}（{said}）") from None
        return text or None, field_name, self.field_is_complex(field)

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            text, _, complex_value = self.get_field_value(field, name)
            if text is None:
                continue
            try:
                found[name] = json.loads(text) if complex_value else text
            except json.JSONDecodeError:
                variable = f"{self.config.get('env_prefix', '')}{name}_file".upper()
                raise WrongSettings(f"设置 {variable} 所指的文件不是有效的 JSON") from None
        return found


class EnvironmentSettings(BaseSettings):
    """Settings from the environment, each also from a file; an empty variable is one that is not set."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, FromFiles(settings_cls)


class Settings(EnvironmentSettings):
    """What every service needs to know about where it runs. Durations are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)

    database_urls: dict[str, str] = Field(default_factory=dict, description="service name → PostgreSQL DSN")
    database_url: str | None = Field(default=None, description="DSN, when the process runs one service only")
    kafka: str = Field(default="127.0.0.1:9092", pattern=r"^[^,:\s]+:\d+(,[^,:\s]+:\d+)*$")
    kafka_prefix: str = Field(
        default="", pattern=r"^[a-z0-9.-]{0,40}$", description="before every topic and group, in a shared cluster"
    )
    migrate_at_start: bool = Field(
        default=True, description="else `gongkai migrate` does it, with a role that may, and the start only compares"
    )
    data_dir: Path = Field(default=Path("data"), description="blobs and keys; each service has its own folder inside")
    token_keys_dir: Path | None = Field(
        default=None, description="keys that all services share, when they have a data folder each"
    )
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
    inbox_look_ms: int = Field(default=5_000, ge=10, le=60_000, description="how often a reader is looked at")
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
    check_links: bool = Field(
        default=False, description="ask links of other sites whether they answer; needs a way out to the internet"
    )
    secure_cookies: bool = False
    metrics_token: str | None = Field(
        default=None, min_length=16, max_length=200, description="whoever reads /metrics shows it as a bearer token"
    )
    letter_fonts: DirectoryPath | None = Field(
        default=None, description="fonts for names that those we carry cannot draw"
    )
    otlp_endpoint: str | None = Field(
        default=None, pattern=r"^https?://[^/\s]+(/\S*)?$", description="where traces go while somebody listens there"
    )
    sandbox_url: str | None = Field(default=None, description="platform sandbox; never set in production")

    def dsn(self, service: str) -> str:
        """Return the DSN of one service, or say which setting is missing."""
        found = self.database_urls.get(service) or self.database_url
        if not found:
            msg = f"缺少设置 {PREFIX}DATABASE_URLS：没有服务 {service} 的数据库地址"
            raise WrongSettings(msg)
        return found

    @property
    def token_keys(self) -> Path:
        """Where the keys lie with which services and sessions are signed."""
        return self.token_keys_dir or self.data_dir / "keys"

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
    if error["loc"][0] in _SECRET:
        found = "（不显示）"
    allowed = {key: value for key, value in (error.get("ctx") or {}).items() if key != "error"}
    limits = "，".join(f"{key}={value}" for key, value in allowed.items())
    return f"设置 {name} 不对：现在是 {found}，要求 {limits or error['msg']}"
