"""What a committee compares: the candidates of a post side by side, facts in words and scores that add up."""

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, approve_all, drive_on
from tests.company import Company
from tests.workflow.test_agenda import two_before_the_committee
from workflow import nominations
from workflow.models import Employee
from workflow.vocabulary import Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def test_candidates_stand_side_by_side_with_scores_that_add_up(company: Company, calls: Calls) -> None:
    two_before_the_committee(company)
    (post,) = calls.get("M3", "/committees/1/agenda")["items"]
    for one in post["cases"]:
        built = one["build_up"]
        assert [part["name"] for part in built["parts"]] == ["performance", "review", "competition"]
        assert sum(part["points"] for part in built["parts"]) == built["composite"] == one["composite"]
        assert built["band"]["low"] <= built["composite"] <= built["band"]["high"]
        assert one["review"]["score"] == built["parts"][1]["score"]
        assert one["is_tied"]
        fact = one["eligibility"][0]
        assert fact["messages"]["zh_Hans"] == "任现职级不少于18个月"
        assert (fact["source"], fact["is_waived"]) == ("employee", False)


def test_a_case_without_a_competition_has_a_composite_of_the_other_two(
    company: Company, calls: Calls
) -> None:
    a_case(company, at=Stage.COMMITTEE)
    (post,) = calls.get("M3", "/committees/1/agenda")["items"]
    (one,) = post["cases"]
    parts = {part["name"]: (part["score"], part["weight"]) for part in one["build_up"]["parts"]}
    assert parts == {"performance": (75, 45), "review": (75, 55)}
    assert (one["composite"], one["place"], one["build_up"]["band"]) == (75, None, None)


def test_an_exception_that_hr_has_made_stands_beside_its_rule(company: Company, calls: Calls) -> None:
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids["C"]).under_sanction = True
    case = a_case(company, at=Stage.NOMINATED)
    approve_all(company, case)
    company.do(nominations.settle_eligibility, case, "H1", rule="no_open_sanction", reason="Lifted in May.")
    drive_on(company, case, Stage.COMMITTEE)
    (post,) = calls.get("M3", "/committees/1/agenda")["items"]
    told = {one["rule"]: (one["answer"], one["is_waived"]) for one in post["cases"][0]["eligibility"]}
    assert told["no_open_sanction"] == ("not_met", True)
    assert told["months_in_level"] == ("met", False)
