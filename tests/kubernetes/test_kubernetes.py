"""What fits together in the manifests: names, ports, probes, secrets, rights, limits and numbers."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from tests.kubernetes.conftest import ROOT, Cluster

from gongkai.contracts.catalog import PARTITIONS
from gongkai.hosting.host import installed_services
from gongkai.runtime.settings import Settings

SERVICES = {service.name: service for service in installed_services()}
COMPONENT = "app.kubernetes.io/component"
#: What cluster operators give their things.
PROVIDED = {"gongkai-tls"}


def component(thing: Any) -> str:
    found: str = thing["metadata"]["labels"][COMPONENT]
    return found


def values(thing: Any, key: str) -> Iterator[Any]:
    """Find everything under a key, however deep."""
    match thing:
        case dict():
            for name, inner in thing.items():
                if name == key:
                    yield inner
                yield from values(inner, key)
        case list():
            for inner in thing:
                yield from values(inner, key)


@pytest.mark.parametrize("kind", ["Deployment", "Service", "PodDisruptionBudget", "ScaledObject", "PersistentVolumeClaim"])
def test_every_service_has_everything_it_needs(cluster: Cluster, kind: str) -> None:
    assert {component(one): name for name, one in cluster.all(kind).items()} == {
        name: f"gongkai-{name}" for name in SERVICES
    }


def test_everything_lies_in_one_namespace(cluster: Cluster) -> None:
    assert {one["metadata"]["namespace"] for one in cluster.things} == {"gongkai"}


def test_selectors_find_the_pods_of_their_own_service_and_no_other(cluster: Cluster) -> None:
    labels = {
        name: maker["spec"]["template"]["metadata"]["labels"]
        for name, maker in {**cluster.all("Deployment"), **cluster.all("Job")}.items()
    }

    def found(selector: dict[str, str]) -> list[str]:
        return [name for name, own in labels.items() if selector.items() <= own.items()]

    for name in SERVICES:
        mine = [f"gongkai-{name}"]
        assert found(cluster.all("Service")[mine[0]]["spec"]["selector"]) == mine
        for kind in ("Deployment", "PodDisruptionBudget", "PodMonitor"):
            assert found(cluster.all(kind)[mine[0]]["spec"]["selector"]["matchLabels"]) == mine, kind
        [spread] = cluster.pods()[mine[0]]["topologySpreadConstraints"]
        assert found(spread["labelSelector"]["matchLabels"]) == mine
    policy = cluster.one("NetworkPolicy")["spec"]["podSelector"]["matchLabels"]
    assert found(policy) == list(labels)


def test_each_pod_serves_its_own_service_and_is_asked_at_its_prefix(cluster: Cluster) -> None:
    for name, service in SERVICES.items():
        [container] = cluster.pods()[f"gongkai-{name}"]["containers"]
        assert container["args"] == ["serve", name]
        assert container["startupProbe"]["httpGet"]["path"] == f"{service.prefix}/health/ready"
        assert container["readinessProbe"]["httpGet"]["path"] == f"{service.prefix}/health/ready"
        assert container["livenessProbe"]["httpGet"]["path"] == f"{service.prefix}/health/live"
        assert {one["port"] for one in values(container, "httpGet")} == {"http"}
        assert container["ports"] == [{"name": "http", "containerPort": 8080}]
        [port] = cluster.all("Service")[f"gongkai-{name}"]["spec"]["ports"]
        assert (port["port"], port["targetPort"]) == (8080, "http")
        [watched] = cluster.all("PodMonitor")[f"gongkai-{name}"]["spec"]["podMetricsEndpoints"]
        assert (watched["port"], watched["path"]) == ("http", f"{service.prefix}/metrics")
        assert watched["relabelings"] == [{"targetLabel": "job", "replacement": f"gongkai-{name}"}]


def test_every_address_leads_to_its_service(cluster: Cluster) -> None:
    [rule] = cluster.one("Ingress")["spec"]["rules"]
    led = {one["path"]: one["backend"]["service"] for one in rule["http"]["paths"]}

    assert {path: backend["name"] for path, backend in led.items()} == {
        service.prefix or "/": f"gongkai-{name}" for name, service in SERVICES.items()
    }
    assert {backend["port"]["name"] for backend in led.values()} == {"http"}
    assert cluster.one("ConfigMap")["data"]["GONGKAI_PUBLIC_URL"] == f"https://{rule['host']}"


def test_whatever_is_named_is_there(cluster: Cluster) -> None:
    secrets, volumes = cluster.all("Secret"), cluster.all("PersistentVolumeClaim")

    assert set(values(cluster.things, "secretName")) - PROVIDED <= secrets.keys()
    assert set(values(cluster.things, "claimName")) == volumes.keys()
    assert {one["name"] for one in values(cluster.things, "configMapRef")} == cluster.all("ConfigMap").keys()
    assert {one["name"] for one in values(cluster.things, "superuserSecret")} <= secrets.keys()
    assert {one["name"] for one in values(cluster.things, "credentials")} <= secrets.keys()
    assert {one["spec"]["scaleTargetRef"]["name"] for one in cluster.all("ScaledObject").values()} == set(
        cluster.all("Deployment")
    )
    for pod in cluster.pods().values():
        mounted = {one["name"] for container in pod["containers"] for one in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in pod["volumes"]}


def test_every_setting_is_one_of_ours_and_every_file_lies_in_the_secret_that_is_mounted(cluster: Cluster) -> None:
    known = {f"GONGKAI_{name}".upper() for name in Settings.model_fields}
    known |= {"GONGKAI_SMTP_URL", "GONGKAI_SMS_TOKEN", "GONGKAI_ADMIN_DATABASE_URL"}
    settings = cluster.one("ConfigMap")["data"]
    assert {name for name in settings if name.startswith("GONGKAI_")} <= known
    for name, pod in cluster.pods().items():
        [container] = pod["containers"]
        held = {volume["name"]: volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume}
        for one in container.get("env", ()):
            assert one["name"].removesuffix("_FILE") in known, (name, one)
            assert one["name"] == "GONGKAI_INSTANCE" or one["value"].startswith("/run/secrets/"), (name, one)
            if "value" in one:
                assert one["value"].rpartition("/")[2] in cluster.all("Secret")[held["secrets"]]["data"], (name, one)


def test_a_pod_is_given_every_secret_that_is_made_for_it_and_none_of_another(cluster: Cluster) -> None:
    secrets = {re.sub(r"-[a-z0-9]{10}$", "", name): one["data"] for name, one in cluster.all("Secret").items()}
    for name in SERVICES:
        made = {path.name for path in (cluster.secrets / name).iterdir()}
        assert secrets[f"gongkai-{name}"].keys() == made | {"metrics-token"}
    assert secrets["gongkai-migrate"].keys() == {path.name for path in (cluster.secrets / "migrate").iterdir()}
    assert secrets["gongkai-token-keys"].keys() == {path.name for path in (cluster.secrets / "tokens").iterdir()}
    reached = {volume for pod in cluster.pods().values() for volume in values(pod["volumes"], "secretName")}
    assert not reached & {"gongkai-postgres", "gongkai-metrics"}


def test_pods_have_no_rights_and_limits(cluster: Cluster) -> None:
    for name, pod in cluster.pods().items():
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] == 10001, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }, name  # fmt: skip
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
        assert "memory" in container["resources"]["limits"], name
        assert re.fullmatch(r"\S+/gongkai:\d+\.\d+\.\d+", container["image"]), name


def test_an_instance_that_is_asked_to_go_has_time_for_it(cluster: Cluster) -> None:
    for name in SERVICES:
        pod = cluster.pods()[f"gongkai-{name}"]
        rest = pod["terminationGracePeriodSeconds"] - pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert rest >= 40  # as much as compose gives
        strategy = cluster.all("Deployment")[f"gongkai-{name}"]["spec"]["strategy"]["rollingUpdate"]
        assert strategy == {"maxSurge": 1, "maxUnavailable": 0}
        assert "replicas" not in cluster.all("Deployment")[f"gongkai-{name}"]["spec"]


def test_instances_grow_with_what_waits_and_never_beyond_what_can_be_shared(cluster: Cluster) -> None:
    most = 0
    for name, one in cluster.all("ScaledObject").items():
        lag, cpu = one["spec"]["triggers"]
        assert lag["type"] == "kafka"
        assert lag["metadata"]["consumerGroup"] == name  # as the bus names its group
        assert lag["metadata"]["bootstrapServers"] == cluster.one("ConfigMap")["data"]["GONGKAI_KAFKA"]
        assert cpu["type"] == "cpu"
        assert 2 <= one["spec"]["minReplicaCount"] < one["spec"]["maxReplicaCount"] <= PARTITIONS
        budget = cluster.all("PodDisruptionBudget")[name]["spec"]
        assert budget["maxUnavailable"] < one["spec"]["minReplicaCount"]
        most += one["spec"]["maxReplicaCount"] + 1  # one more while a new version comes
    # Beside its pool an instance holds connections for as long as it leads: relay, clocks, courier.
    needed = most * (int(cluster.one("ConfigMap")["data"]["GONGKAI_POOL_MAX"]) + 3)
    given = int(cluster.one("Cluster")["spec"]["postgresql"]["parameters"]["max_connections"])
    assert needed + 20 <= given


def test_kafka_and_postgresql_lose_nothing_with_a_machine(cluster: Cluster) -> None:
    pool, kafka, postgres = cluster.one("KafkaNodePool"), cluster.one("Kafka"), cluster.one("Cluster")
    config = kafka["spec"]["kafka"]["config"]
    topics = cluster.all("Job")["gongkai-topics"]["spec"]["template"]["spec"]["containers"][0]["args"]

    assert pool["metadata"]["labels"]["strimzi.io/cluster"] == kafka["metadata"]["name"]
    assert pool["spec"]["replicas"] == config["default.replication.factor"] == int(topics[-1]) == 3
    assert config["min.insync.replicas"] == config["transaction.state.log.min.isr"] == 2
    assert config["unclean.leader.election.enable"] is False
    assert config["auto.create.topics.enable"] is False
    assert {volume["deleteClaim"] for volume in pool["spec"]["storage"]["volumes"]} == {False}
    assert postgres["spec"]["instances"] >= 3
    assert postgres["spec"]["postgresql"]["synchronous"]["number"] == 1
    [listener] = kafka["spec"]["kafka"]["listeners"]
    address = f"{kafka['metadata']['name']}-kafka-bootstrap:{listener['port']}"
    assert address == cluster.one("ConfigMap")["data"]["GONGKAI_KAFKA"] == topics[topics.index("--kafka") + 1]
    assert f"@{postgres['metadata']['name']}-rw:5432/" in (cluster.secrets / "portal" / "database-url").read_text()


def test_services_reach_each_other_by_names_that_there_are(cluster: Cluster) -> None:
    urls = yaml.safe_load(cluster.one("ConfigMap")["data"]["GONGKAI_SERVICE_URLS"])

    assert urls == {name: f"http://gongkai-{name}:8080" for name in SERVICES}
    assert {f"gongkai-{name}" for name in urls} == cluster.all("Service").keys()


def test_nothing_secret_is_kept_in_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()

    assert "deploy/kubernetes/*/secrets/" in ignored
