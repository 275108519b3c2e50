"""The Kubernetes manifests fit the types of its interface, refer to things that exist, and give pods no rights."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from typing import Any

import pytest
import yaml

from tests.infra.descriptions import IMAGE, INFRA, load, manifests, pods
from tests.infra.kubernetes_types import faults, pod_faults, service_faults

FOLDER = INFRA / "kubernetes"
DASK = "kubernetes.dask.org/v1"
SECRETS = {secret["metadata"]["name"]: secret["stringData"] for secret in load(FOLDER / "secret.example.yaml")}
PODS = dict(pods())
types_are_there = pytest.mark.skipif(not find_spec("lightkube"), reason="the package lightkube-models is absent")


@pytest.fixture(params=PODS)
def pod(request: pytest.FixtureRequest) -> dict[str, Any]:
    return PODS[request.param]


def kinds(kind: str) -> list[dict[str, Any]]:
    return [manifest for manifest in manifests() if manifest["kind"] == kind]


@types_are_there
@pytest.mark.parametrize(
    "manifest",
    [manifest for manifest in [*manifests(), *load(FOLDER / "secret.example.yaml")] if manifest["apiVersion"] != DASK],
    ids=lambda manifest: f"{manifest['kind']} {manifest['metadata']['name']}",
)
def test_manifests_fit_the_interface(manifest: dict[str, Any]) -> None:
    assert faults(manifest) == []


@types_are_there
def test_pods_fit_the_interface(pod: dict[str, Any]) -> None:
    assert pod_faults(pod) == []


@types_are_there
def test_a_misspelt_a_missing_and_a_mistyped_field_are_seen() -> None:
    wrong = {"containers": [{"image": "exsclaim", "arg": [], "ports": [{"containerPort": "80"}]}], "hostNetwork": "no"}
    assert pod_faults(wrong) == [
        "spec.containers[0].arg is unknown",
        "spec.containers[0].name is missing",
        "spec.containers[0].ports[0].containerPort is '80'",
        "spec.hostNetwork is 'no'",
    ]


@types_are_there
def test_dask_resources_have_what_the_operator_asks_for() -> None:
    (cluster,) = kinds("DaskCluster")
    assert set(cluster["spec"]) == {"scheduler", "worker"}
    assert set(cluster["spec"]["scheduler"]) == {"spec", "service"}
    assert service_faults(cluster["spec"]["scheduler"]["service"]) == []
    (group,) = kinds("DaskWorkerGroup")
    assert set(group["spec"]) == {"cluster", "worker"}
    assert group["spec"]["cluster"] == cluster["metadata"]["name"]
    for worker in (group["spec"]["worker"], cluster["spec"]["worker"]):
        assert set(worker) == {"replicas", "spec"}
        # By this name the operator finds the worker that the scheduler has retired.
        assert "--name $(DASK_WORKER_NAME)" in " ".join(worker["spec"]["containers"][0]["args"])


def test_the_scheduler_has_the_ports_that_the_operator_looks_for() -> None:
    (cluster,) = kinds("DaskCluster")
    service = cluster["spec"]["scheduler"]["service"]
    assert {port["name"]: port["port"] for port in service["ports"]} == {"tcp-comm": 8786, "http-dashboard": 8787}
    assert service["selector"] == {
        "dask.org/cluster-name": cluster["metadata"]["name"],
        "dask.org/component": "scheduler",
    }


def test_kustomize_puts_the_manifests_together() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl, which brings Kustomize, is not installed")
    built = subprocess.run([kubectl, "kustomize", str(FOLDER)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    documents = list(yaml.safe_load_all(built.stdout))
    assert len(documents) == len(manifests())
    assert {document["metadata"].get("namespace", "exsclaim") for document in documents} == {"exsclaim"}
    images = re.findall(r"image: (\S+)", built.stdout)
    assert len(images) == len(PODS)
    assert {image for image in images if not image.startswith("postgres:")} == {IMAGE}


def test_kustomization_lists_all_manifests_but_secrets() -> None:
    (kustomization,) = load(FOLDER / "kustomization.yaml")
    others = {"kustomization.yaml", "secret.example.yaml", *kustomization["configurations"]}
    assert set(kustomization["resources"]) == {path.name for path in FOLDER.iterdir()} - others - {"secret.yaml"}
    assert "secret.yaml" in (INFRA / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_image_is_named_in_one_place(pod: dict[str, Any]) -> None:
    (kustomization,) = load(FOLDER / "kustomization.yaml")
    assert [(image["name"], image["newTag"]) for image in kustomization["images"]] == [tuple(IMAGE.split(":"))]
    for container in pod["containers"]:
        assert container["image"] == "exsclaim" or re.fullmatch(r"postgres:16\.\d+-\w+", container["image"])


def test_pods_have_no_rights(pod: dict[str, Any]) -> None:
    context = pod["securityContext"]
    assert context["runAsNonRoot"]
    assert context["runAsUser"] > 0
    assert context["runAsGroup"] > 0
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_pods_run_as_the_users_of_their_images(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsUser"] == (10001 if container["image"] == "exsclaim" else 999)


def test_pods_ask_for_resources_and_have_limits(pod: dict[str, Any]) -> None:
    for container in pod["containers"]:
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]


def test_pods_are_watched(pod: dict[str, Any]) -> None:
    for container in pod["containers"]:
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        for name in ("startupProbe", "readinessProbe", "livenessProbe"):
            probe = container[name]
            assert ("exec" in probe) != ("httpGet" in probe)
            if "httpGet" in probe:
                assert probe["httpGet"]["port"] in ports
        # The program may take longer to start than it may later be silent.
        assert container["startupProbe"]["failureThreshold"] * container["startupProbe"]["periodSeconds"] >= 120
        if address := re.search(r"--dashboard-address :(\d+)", " ".join(container.get("args", ()))):
            assert int(address[1]) in ports.values()


def test_mounts_are_volumes_and_volumes_are_claimed() -> None:
    claims = {claim["metadata"]["name"]: claim["spec"]["accessModes"] for claim in kinds("PersistentVolumeClaim")}
    templates = {
        template["metadata"]["name"]
        for manifest in kinds("StatefulSet")
        for template in manifest["spec"]["volumeClaimTemplates"]
    }
    used = set()
    for pod in PODS.values():
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        mounted = {mount["name"] for container in pod["containers"] for mount in container["volumeMounts"]}
        assert mounted - templates == set(volumes)
        used |= {
            volume["persistentVolumeClaim"]["claimName"]
            for volume in volumes.values()
            if "persistentVolumeClaim" in volume
        }
    assert used == set(claims)
    # Workers on several machines write to it.
    assert claims["runs"] == ["ReadWriteMany"]


def test_secrets_are_those_of_the_example_which_holds_none() -> None:
    text = str(PODS)
    references = re.findall(r"'secretKeyRef': {'name': '([\w-]+)', 'key': '([\w-]+)'", text)
    assert references
    assert all(key in SECRETS[name] for name, key in references)
    assert set(re.findall(r"'secretRef': {'name': '([\w-]+)', 'optional': True}", text)) <= set(SECRETS)
    assert not any(value for secret in SECRETS.values() for value in secret.values())


def test_services_lead_to_pods() -> None:
    workloads = [*kinds("Deployment"), *kinds("StatefulSet")]
    labelled = {str(workload["spec"]["template"]["metadata"]["labels"]): workload for workload in workloads}
    for workload in workloads:
        assert workload["spec"]["selector"]["matchLabels"] == workload["spec"]["template"]["metadata"]["labels"]
    for service in kinds("Service"):
        (container,) = labelled[str(service["spec"]["selector"])]["spec"]["template"]["spec"]["containers"]
        for port in service["spec"]["ports"]:
            target = port.get("targetPort", port["name"])
            assert target in {port["name"] for port in container["ports"]}


def test_hosts_in_addresses_are_services() -> None:
    (cluster,) = kinds("DaskCluster")
    services = {service["metadata"]["name"] for service in kinds("Service")}
    services.add(f"{cluster['metadata']['name']}-scheduler")
    hosts = set(re.findall(r"\w+://([\w.-]+)", str(PODS))) - {"127.0.0.1", "localhost"}
    assert hosts <= services


def test_only_the_namespace_and_the_operator_reach_the_pods() -> None:
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in kinds("NetworkPolicy")}
    assert policies["from-within"]["podSelector"] == {}
    assert policies["from-within"]["ingress"] == [{"from": [{"podSelector": {}}]}]
    assert set(policies) == {"from-within", "operator-to-scheduler"}
