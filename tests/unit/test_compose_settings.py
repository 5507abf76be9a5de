"""Secrets as files, and the settings of the containers."""

import json
import os
import re
import stat
from pathlib import Path

import pytest

from gongkai.cli.main import main
from gongkai.runtime.settings import WrongSettings, load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GONGKAI_")]:
        monkeypatch.delenv(name)


def test_a_setting_is_read_from_the_file_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text("postgresql://a:b@c/d\n")
    (tmp_path / "urls").write_text(json.dumps({"portal": "postgresql://e:f@g/h"}))
    monkeypatch.setenv("GONGKAI_DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("GONGKAI_DATABASE_URLS_FILE", str(tmp_path / "urls"))

    settings = load()

    assert settings.dsn("request") == "postgresql://a:b@c/d"
    assert settings.dsn("portal") == "postgresql://e:f@g/h"


def test_an_empty_variable_and_an_empty_file_are_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("\n")
    monkeypatch.setenv("GONGKAI_METRICS_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("GONGKAI_SANDBOX_URL", "")
    monkeypatch.setenv("GONGKAI_POOL_MAX", "")

    settings = load()

    assert (settings.metrics_token, settings.sandbox_url, settings.pool_max) == (None, None, 12)


def test_a_file_that_cannot_be_read_stops_the_start_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_DATABASE_URL_FILE", "/nowhere/url")

    with pytest.raises(WrongSettings, match="GONGKAI_DATABASE_URL_FILE 不对：读不到文件 /nowhere/url"):
        load()


def test_a_file_of_broken_json_stops_the_start_and_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "urls").write_text("{secret-word")
    monkeypatch.setenv("GONGKAI_DATABASE_URLS_FILE", str(tmp_path / "urls"))

    with pytest.raises(WrongSettings, match="GONGKAI_DATABASE_URLS_FILE") as wrong:
        load()
    assert "secret-word" not in str(wrong.value)


def test_a_wrong_secret_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_METRICS_TOKEN", "short-word")

    with pytest.raises(WrongSettings, match="GONGKAI_METRICS_TOKEN 不对：现在是 （不显示）") as wrong:
        load()
    assert "short-word" not in str(wrong.value)


def test_secrets_are_made_once_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secrets", str(tmp_path)]) == 0
    first = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert main(["secrets", str(tmp_path)]) == 0
    again = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    assert first == again
    words = [(tmp_path / name / "database-url").read_text().split(":")[2] for name in ("portal", "request")]
    assert words[0] != words[1]
    assert json.loads((tmp_path / "migrate" / "database-urls").read_text())["portal"].startswith("postgresql://")
    assert not any(words[0][:20] in line for line in capsys.readouterr().out.splitlines())


def test_signing_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    assert main(["secrets", str(tmp_path)]) == 0

    keys = list((tmp_path / "tokens").iterdir())
    assert keys
    assert all(stat.S_IMODE(key.stat().st_mode) & 0o077 == 0 for key in keys)


def test_every_setting_of_the_compose_file_is_explained_with_its_default() -> None:
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    used = dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", compose))
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    explained = {
        name: value.strip('"')
        for name, _, value in (line.partition("=") for line in lines if "=" in line and line[0] != "#")
    }

    assert explained == used


def test_every_setting_that_is_explained_has_words_above_it() -> None:
    before = ""
    silent = []
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines():
        if line and line[0] != "#" and not before:
            silent.append(line)
        before = line
    assert silent == []
