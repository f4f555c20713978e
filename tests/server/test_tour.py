"""The README's tour as it is written: its commands by curl on the demonstration, and its command line."""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from werkzeug.serving import make_server

from server import cli, demonstration
from tests.api.conftest import cheap_hashes, serving
from tests.company import Company
from tests.databases import fresh_sqlite
from workflow.store import Door

__all__ = ["cheap_hashes"]

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
HERE = "http://127.0.0.1:8000"
# Behind every answer that the tour shows: its status, and what was asked.
STATUS = 'write-out = "\\n@%{http_code} %{method} %{url}\\n"\n'


def test_every_command_of_the_tour_is_answered_as_it_says(tmp_path: Path) -> None:
    engine = fresh_sqlite(tmp_path)
    demonstration.load(Door(engine), now=NOW)
    (tour,) = (block for block in _blocks(README) if block.startswith("api="))
    (tmp_path / ".curlrc").write_text(STATUS)
    with _served(engine) as url:
        said = _played(tour.replace(HERE, url), tmp_path)
    engine.dispose()
    asked = re.findall(r"^@(\d+) (\w+) \S+?/api/v1/(\S+)$", said, re.MULTILINE)
    refused = [(status, path) for status, _, path in asked if status >= "400"]
    assert refused == [("404", "cases/1")], said
    cast = re.findall(r"^204$", said, re.MULTILINE)
    assert len(cast) == 2, said
    assert len(asked) + len(cast) == tour.count("curl -s") - 2, said  # two are read by the shell itself
    assert '"choice":"defer"' in said


def test_every_command_of_the_readme_is_known_with_its_options() -> None:
    used = re.findall(r"^\.venv/bin/jinsheng ([\w-]+)([^#\n]*)", README, re.MULTILINE)
    assert len(used) > 8
    for name, given in used:
        known = {option for parameter in cli.main.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[\w-]+", given)) <= known, (name, given)


def _blocks(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def _played(script: str, folder: Path) -> str:
    assert shutil.which("curl"), "no curl on the PATH: the tour of the README is for whoever has it"
    surroundings = {"PATH": "/usr/bin:/bin", "CURL_HOME": str(folder), "no_proxy": "*"}
    asked = ["sh", "-eu", "-c", script]
    done = subprocess.run(
        asked, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@contextmanager
def _served(engine: Engine) -> Iterator[str]:
    with serving(engine, Company(Door(engine), now=NOW)) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()
