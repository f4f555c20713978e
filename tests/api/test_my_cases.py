"""My cases in one read: as the case itself tells its candidate, whatever stage it is in."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import ClientFor
from tests.builders import a_case, a_contested_case
from tests.company import Company
from tests.matrix.cells import opened
from tests.matrix.worlds import WORLDS
from tests.workflow.begun import Beginning
from workflow.models import PromotionCase
from workflow.vocabulary import Stage

_ALIKE = (
    *("id", "track", "level", "post", "stage", "opened_at", "ended_at"),
    *("due_at", "stuck_reason", "stuck_messages", "holders"),
)


@pytest.mark.parametrize("beginning", WORLDS, ids=lambda beginning: beginning.__name__)
def test_each_case_is_told_as_the_case_itself_tells_its_candidate(
    tmp_path: Path, beginning: Beginning
) -> None:
    with opened(tmp_path, beginning) as world:
        candidates = {one.candidate_id for one in world.books.of(PromotionCase)}
        for number in (number for number, key in world.ids.items() if key in candidates):
            for told in world.calls.get(number, "/me/cases")["items"]:
                read = world.calls.get(number, f"/cases/{told['id']}")
                assert {name: told[name] for name in _ALIKE} == {name: read[name] for name in _ALIKE}
                assert set(told["stages"]) == _entered(read)
                assert told["outcome"] == _without_internal_reason(read["outcome"])


def _entered(read: dict[str, Any]) -> set[str]:
    moves = [one["facts"] for one in read["timeline"] if one["action"] == "stage_entered"]
    return {read["stage"], *(move[end] for move in moves for end in ("from", "to"))}


def _without_internal_reason(outcome: dict[str, Any] | None) -> dict[str, Any] | None:
    if outcome is not None:
        assert outcome.pop("internal_reason") is None
    return outcome


def test_they_cost_the_same_however_many_there_are(
    company: Company, client_for: ClientFor, statements: list[str]
) -> None:
    client, taken = client_for("C"), []
    for another in (a_case, a_contested_case):
        another(company, at=Stage.NOMINATED)
        client.get("/api/v1/me/cases")
        statements.clear()
        told = client.get("/api/v1/me/cases").get_json()["items"]
        taken.append((len(told), len(statements)))
    (one, few), (two, many) = taken
    assert (one, two, few) == (1, 2, many)
