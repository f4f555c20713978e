"""Several approvals at once: what somebody may not know of has no case for him."""

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.company import Company
from tests.workflow.test_hr_of_a_department import hr_of
from tests.workflow.test_kept_apart import keep_apart
from tests.workflow.test_tasks_of_a_role import awaits_hr
from workflow.vocabulary import TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.mark.parametrize("number", ["J1", "H2"])
def test_an_unseen_task_is_answered_as_an_unknown_one(
    company: Company, client_for: ClientFor, number: str
) -> None:
    hr_of(company, "J1", "Staff")
    keep_apart(company, "H2", "C")
    (task,) = company.open_tasks(awaits_hr(company), TaskKind.APPROVE)
    wanted = [{"task": key, "version": 1} for key in (task.id, 9999)]
    answer = Calls(client_for).raw(number, "POST", "/approvals", {"tasks": wanted, "comment": ""}).get_json()
    unseen, unknown = answer["items"]
    assert unseen | {"task": 0} == unknown | {"task": 0}
