"""Each alert is made to fire, with the sentence that the operator reads, and made to be silent."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.telemetry.prometheus import TELEMETRY, promtool

ALERTS = TELEMETRY / "alerts.yml"
RULES = {
    rule["alert"]: rule for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"] for rule in group["rules"]
}
#: All words: to YAML itself `0x40` is a number, to promtool it is forty times nothing more.
CASES: dict[str, list[dict[str, Any]]] = yaml.load(
    Path(__file__).with_name("cases.yml").read_text("utf-8"), Loader=yaml.BaseLoader
)
TRIED = [(alert, number, case) for alert, cases in CASES.items() for number, case in enumerate(cases)]


def test_prometheus_takes_the_rules_and_the_configuration(tmp_path: Path) -> None:
    rules = promtool("check", "rules", str(ALERTS))
    text = (TELEMETRY / "prometheus.yml").read_text("utf-8").replace("/etc/prometheus/", f"{TELEMETRY}/")
    (tmp_path / "prometheus.yml").write_text(text)
    config = promtool("check", "config", str(tmp_path / "prometheus.yml"))

    assert rules.returncode == 0, rules.stderr
    assert f"{len(RULES)} rules found" in rules.stdout
    assert config.returncode == 0, config.stdout + config.stderr


@pytest.mark.parametrize(
    ("alert", "case"),
    [(alert, case) for alert, _, case in TRIED],
    ids=[f"{alert}-{number}-{'fires' if 'fires' in case else 'silent'}" for alert, number, case in TRIED],
)
def test_an_alert_fires_when_it_must_and_never_else(tmp_path: Path, alert: str, case: dict[str, Any]) -> None:
    expected = []
    if "fires" in case:
        labels = case["fires"] | RULES[alert]["labels"]
        annotations = RULES[alert]["annotations"] | {"summary": case["summary"]}
        expected = [{"exp_labels": labels, "exp_annotations": annotations}]
    trial = {
        "rule_files": [str(ALERTS)],
        "evaluation_interval": "15s",
        "tests": [
            {
                "interval": "15s",
                "input_series": [{"series": name, "values": values} for name, values in case["series"].items()],
                "alert_rule_test": [{"eval_time": case["at"], "alertname": alert, "exp_alerts": expected}],
            }
        ],
    }
    (tmp_path / "trial.yml").write_text(yaml.safe_dump(trial, allow_unicode=True))

    tried = promtool("test", "rules", str(tmp_path / "trial.yml"))

    assert tried.returncode == 0, tried.stdout + tried.stderr
