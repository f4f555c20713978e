"""The units and the compose file in `deploy/` start what there is, by settings that are read."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from server.cli import main

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
# Of the words of a Dockerfile, those used here.
WORDS = {"FROM", "RUN", "COPY", "USER", "ENV", "ENTRYPOINT"}


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def understood(words: list[str]) -> str:
    """The name of a command whose options are all known; click refuses others."""
    command = main.commands[words[0]]
    command.make_context(words[0], words[1:])
    return words[0]


def section(unit: Path) -> dict[str, str]:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(unit, "utf-8")
    return dict(parser["Service"])


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is_and_gives_it_time_to_end(unit: Path) -> None:
    service = section(unit)
    program, *words = shlex.split(service["ExecStart"].replace("%i", "8001"))
    assert program == "/opt/jinsheng/bin/jinsheng"
    assert understood(words) in unit.name
    if service.get("Type") == "oneshot":
        assert unit.with_suffix(".timer") in UNITS
    else:
        ends = (service["KillMode"], service["TimeoutStopSec"], service["Restart"])
        assert ends == ("mixed", "30", "always")


def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    verifier = shutil.which("systemd-analyze")
    if verifier is None:  # the test above has read the units all the same
        return
    for unit in UNITS:
        there = unit.read_text("utf-8").replace("/opt/jinsheng/bin/jinsheng", "/bin/true")
        (tmp_path / unit.name.replace("@", "@8001")).write_text(there, "utf-8")
    verified = subprocess.run(
        [verifier, "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_compose_file_starts_two_web_a_clock_two_workers_and_a_database() -> None:
    services = compose()["services"]
    started = sorted(
        understood(service["command"]) for service in services.values() if service["image"] == "jinsheng"
    )
    assert started == ["clock", "upgrade", "web", "web", "worker", "worker"]
    assert services["database"]["image"].startswith("postgres:")


@pytest.mark.parametrize(("misspelt", "is_accepted"), [("command:", True), ("comand:", False)])
def test_the_compose_file_is_as_its_specification_wants_it(
    misspelt: str, is_accepted: bool, tmp_path: Path
) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text((DEPLOY / "compose.yaml").read_text("utf-8").replace("command:", misspelt))
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (checked.returncode == 0) is is_accepted, checked.stdout


def test_what_the_compose_file_names_is_there() -> None:
    file = compose()
    for service in file["services"].values():
        assert service.get("depends_on", {}).keys() <= file["services"].keys()
        for volume in service.get("volumes", []):
            named = volume.partition(":")[0]
            assert (DEPLOY / named).is_file() if named.startswith("./") else named in file["volumes"]
        assert set(service.get("secrets", [])) <= file["secrets"].keys()
    for service in ("web-1", "clock", "worker-1"):
        assert file["services"][service]["stop_grace_period"] == "30s"
    built = file["services"]["clock"]["build"]
    assert (ROOT / "deploy" / built["context"] / built["dockerfile"]).exists()


def test_the_image_is_made_of_what_is_locked_and_runs_as_nobody_in_particular() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    told = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    assert {word for word, _ in told} <= WORDS
    said = dict(told)
    assert "--require-hashes -r /src/requirements.lock" in " ".join(
        what for word, what in told if word == "RUN"
    )
    assert (ROOT / "requirements.lock").exists()
    assert said["USER"] == "jinsheng"
    assert json.loads(said["ENTRYPOINT"]) == ["jinsheng"]
    assert [word for word, _ in told].index("USER") > [word for word, _ in told].index("COPY")


def test_every_setting_of_the_example_is_read() -> None:
    example = (DEPLOY / "environment.example").read_text("utf-8")
    named = set(re.findall(r"^(JINSHENG_[A-Z_]+)=", example, re.MULTILINE))
    assert len(named) > 10
    read = (ROOT / "server" / "config.py").read_text("utf-8")
    assert {name for name in named if f'"{name}"' not in read} == set()


def installed() -> list[str]:
    """The folders of the product that are packed."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [name.rstrip("*") for name in told["tool"]["setuptools"]["packages"]["find"]["include"]]


def test_what_is_installed_is_all_there_is(tmp_path: Path) -> None:
    folders = installed()
    for folder in folders:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, tmp_path)
    there = {str(file.relative_to(tmp_path)) for name in folders for file in (tmp_path / name).rglob("*.*")}
    build = "import setuptools.build_meta as build; print(build.build_wheel('.'))"
    subprocess.run([sys.executable, "-c", build], cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as built:
        assert there - set(built.namelist()) == set()


def test_the_image_is_made_of_the_product_and_never_of_settings_that_lie_beside_it() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    nothing, *let_in = [line for line in lines if not line.startswith(("#", "**/"))]
    assert nothing == "*"
    assert set(let_in) == {
        f"!{name}" for name in (*installed(), "pyproject.toml", "requirements.lock", "README.md")
    }


def test_the_proxy_to_trust_is_where_the_network_of_the_compose_file_begins() -> None:
    (network,) = compose()["networks"]["default"]["ipam"]["config"]
    assert network["gateway"] in (DEPLOY / "environment.example").read_text("utf-8")


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ("environment.example", 0, "doctor|Jinsheng <promotion@example.com>|/var/lib/jinsheng\n"),
        ("nowhere", 75, ""),  # a mail server that may not read them tries again
    ],
)
def test_the_command_of_an_operator_runs_with_the_settings_of_the_service_or_not_at_all(
    settings: str, code: int, said: str, tmp_path: Path
) -> None:
    program, script = tmp_path / "program", tmp_path / "jinsheng"
    program.write_text('#!/bin/sh\necho "$1|$JINSHENG_MAIL_FROM|$JINSHENG_FOLDER"\n', "utf-8")
    told = (DEPLOY / "jinsheng.sh").read_text("utf-8").replace("runuser -u jinsheng --", "env")
    told = told.replace("/etc/jinsheng/environment", str(DEPLOY / settings))
    script.write_text(told.replace("/opt/jinsheng/bin/jinsheng", str(program)), "utf-8")
    program.chmod(0o700)
    ran = subprocess.run(["sh", script, "doctor"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (code, said), ran.stderr
