"""The units and the compose file in `deploy/` start what there is, by settings that are read."""

import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.cli import main

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
# Of what a service can have by the Compose Specification, what is used here.
KEYS = {
    *("image", "build", "command", "restart", "init", "read_only", "tmpfs", "volumes", "ports", "secrets"),
    *("env_file", "environment", "depends_on", "healthcheck", "stop_grace_period"),
}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
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


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is_and_gives_it_time_to_end(unit: Path) -> None:
    service = section(unit)
    program, *words = shlex.split(service["ExecStart"].replace("%i", "8001"))
    assert program == "/opt/jinsheng/bin/jinsheng"
    assert understood(words) in unit.name
    assert (service["KillMode"], service["TimeoutStopSec"], service["Restart"]) == ("mixed", "30", "always")


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


def test_the_compose_file_says_only_what_compose_knows() -> None:
    file = compose()
    assert {key for key in file if not key.startswith("x-")} == {"name", "services", "secrets", "volumes"}
    for service in file["services"].values():
        assert service.keys() <= KEYS
        for name, how in service.get("depends_on", {}).items():
            assert name in file["services"]
            assert how["condition"] in CONDITIONS
        named = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert named <= file["volumes"].keys()
    assert (
        ROOT / "deploy" / file["services"]["clock"]["build"]["dockerfile"].removeprefix("deploy/")
    ).exists()


def test_every_setting_of_the_example_is_read() -> None:
    example = (ROOT / "deploy" / "environment.example").read_text("utf-8")
    named = set(re.findall(r"^(JINSHENG_[A-Z_]+)=", example, re.MULTILINE))
    assert len(named) > 10
    read = (ROOT / "server" / "config.py").read_text("utf-8")
    assert {name for name in named if f'"{name}"' not in read} == set()
