"""Board, alerts, runbook and containers belong together: nothing is watched that is not there, nothing is there unseen."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.runtime.metrics import Metrics

ROOT = Path(__file__).resolve().parents[2]
TELEMETRY = ROOT / "deploy" / "telemetry"
WATCHERS = ("collector", "traces", "prometheus", "grafana")
NAME = re.compile(r"\bgongkai_[a-z_]+\b")


def read(*path: str) -> Any:
    return yaml.safe_load(TELEMETRY.joinpath(*path).read_text("utf-8"))


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    return {rule["alert"]: rule for group in read("alerts.yml")["groups"] for rule in group["rules"]}


@pytest.fixture(scope="module")
def board() -> Any:
    return json.loads((TELEMETRY / "grafana" / "boards" / "gongkai.json").read_text("utf-8"))


def made() -> dict[str, set[str]]:
    """Return the names that Prometheus gives to each of our numbers."""
    names = {}
    for family in Metrics().registry.collect():
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        names[family.name] = {family.name + ending for ending in endings}
    return {name: endings for name, endings in names.items() if name.startswith("gongkai_")}


def asked(board: Any) -> str:
    return " ".join(target["expr"] for panel in board["panels"] for target in panel.get("targets", ()))


def test_board_and_alerts_ask_only_for_numbers_that_are_made(board: Any, rules: dict[str, Any]) -> None:
    known = set().union(*made().values())
    wanted = set(NAME.findall(" ".join([asked(board), *(rule["expr"] for rule in rules.values())])))

    assert wanted - known == set()


def test_every_number_is_on_the_board_and_in_the_handbook(board: Any) -> None:
    shown, handbook = set(NAME.findall(asked(board))), (ROOT / "docs" / "operations.md").read_text("utf-8")
    unseen = {name for name, endings in made().items() if not endings & shown}
    short = {name.removeprefix("gongkai_") for name in made()} - {"pool_connections_busy", "pool_connections_max"}

    assert unseen == {"gongkai_relay_sequence"}  # for those who compare two places by hand
    assert {name for name in short if name not in handbook} == set()


def test_panels_do_not_lie_on_each_other_and_have_words(board: Any) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24, panel["title"]
        taken |= cells
        assert panel["type"] == "row" or panel["description"], panel["title"]
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))


def test_panels_ask_the_sources_that_are_provided(board: Any) -> None:
    provided = {(one["type"], one["uid"]) for one in read("grafana", "provisioning", "datasources", "gongkai.yml")["datasources"]}
    wanted = {
        (target["datasource"]["type"], target["datasource"]["uid"])
        for panel in board["panels"] for target in panel.get("targets", ())
    }  # fmt: skip

    assert wanted <= provided
    assert ("jaeger", "traces") in provided


def test_every_alert_has_its_page_in_the_runbook_and_its_tests(rules: dict[str, Any]) -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text("utf-8")
    pages = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", runbook, re.MULTILINE | re.DOTALL))
    cases = yaml.load((ROOT / "tests" / "telemetry" / "cases.yml").read_text("utf-8"), Loader=yaml.BaseLoader)

    assert list(pages) == list(rules) == list(cases)
    for alert, rule in rules.items():
        grade = {"critical": "立即", "warning": "次日"}[rule["labels"]["severity"]]
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{alert.lower()}"
        assert re.findall(r"^- \*\*(\S+)\*\*", pages[alert], re.MULTILINE) == ["是什么", "怎么看", "怎么办"]
        assert f"**是什么**（{grade}）" in pages[alert], alert
        assert {"fires" in case for case in cases[alert]} == {True, False}, alert


def test_those_that_watch_have_no_rights_and_limits(compose: Any) -> None:
    for name in WATCHERS:
        service = compose["services"][name]
        assert service["profiles"] == ["telemetry"], name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["user"].split(":")[0]) > 0, name
        assert {"mem_limit", "pids_limit", "healthcheck", "logging", "restart"} <= service.keys(), name
        assert re.fullmatch(r"\$\{[A-Z]+_IMAGE:-[a-z]+/[a-z-]+:v?\d+\.\d+\.\d+\}", service["image"]), name
        assert ("ports" in service) == (name == "grafana"), name
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["grafana"]["ports"])


def test_every_file_that_is_mounted_is_there(compose: Any) -> None:
    mounted = [
        volume.split(":")[0]
        for name in WATCHERS
        for volume in compose["services"][name]["volumes"]
        if isinstance(volume, str) and volume.startswith("./")
    ]

    assert len(mounted) == 7
    assert [path for path in mounted if not (ROOT / path).exists()] == []


def test_every_service_of_ours_is_scraped_by_the_name_it_has_in_compose(compose: Any) -> None:
    jobs = {job["job_name"]: job for job in read("prometheus.yml")["scrape_configs"]}
    ours = {name: service for name, service in compose["services"].items() if service.get("command", [""])[0] == "serve"}

    assert {f"gongkai-{name}" for name in ours} == {name for name in jobs if name.startswith("gongkai-")}
    for name, service in ours.items():
        job, prefix = jobs[f"gongkai-{name}"], service["healthcheck"]["test"][-1]
        assert job["dns_sd_configs"][0]["names"] == [name]
        assert job["metrics_path"] == f"{prefix}/metrics"
        assert service["environment"]["GONGKAI_OTLP_ENDPOINT"] == "${GONGKAI_OTLP_ENDPOINT:-http://collector:4318}"
    assert set(jobs) - {f"gongkai-{name}" for name in ours} == set(WATCHERS)


def test_traces_go_from_the_services_through_the_collector_to_the_store(compose: Any) -> None:
    collector, store = read("collector.yml"), read("traces.yml")
    [exporter] = collector["service"]["pipelines"]["traces"]["exporters"]

    assert collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"].endswith(":4318")
    assert collector["exporters"][exporter]["endpoint"] == "traces:4317"
    assert store["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"].endswith(":4317")
    assert set(compose["services"]["collector"]["networks"]) >= {"inside", "telemetry"}
    for config in (collector, store):
        for pipeline in config["service"]["pipelines"].values():
            for kind, names in pipeline.items():
                assert set(names) <= config[kind].keys()
        assert set(config["service"].get("extensions", ())) <= config.get("extensions", {}).keys()
