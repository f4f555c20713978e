"""Where people stand against the steps that are open to them, and who is told."""

from typing import Any

import pytest
from sqlalchemy import delete

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from workflow import keeping_apart
from workflow.models import Department, Employee, HrField, TrainingRecord
from workflow.vocabulary import ApartBecause, Stage

SENIOR = "track=professional&level=senior"


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def seen(calls: Calls, by: str, query: str = SENIOR) -> dict[str, Any]:
    """The one step of C that the query asks for."""
    (target,) = calls.get(by, f"/employees/C/standing?{query}")["targets"]
    return dict(target)


def forget_trainings(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(delete(TrainingRecord).where(TrainingRecord.employee_id == company.ids["C"]))


def test_an_employee_sees_where_he_stands_without_a_case(company: Company, calls: Calls) -> None:
    told = calls.get("C", "/me/standing")
    assert (told["person"]["number"], told["edition"]) == ("C", company.edition_id)
    up = {(one["track"], one["level"]) for one in told["targets"] if one["is_up"]}
    assert up == {(track, "senior") for track in ("management", "professional", "cross_department")}
    months = seen(calls, "C")["rules"][0]
    assert months == {
        "rule": "months_in_level",
        "required": "18",
        "messages": {
            "en": "Months at the present level: at least 18",
            "zh_Hans": "任现职级不少于18个月",
        },
        "value": "38",
        "value_messages": {"en": "38", "zh_Hans": "38"},
        "source": "employee",
        "source_messages": {"en": "personnel file", "zh_Hans": "人事档案"},
        "answer": "met",
    }


def test_it_says_what_the_check_of_a_nomination_says(company: Company, calls: Calls) -> None:
    forget_trainings(company)
    shown = seen(calls, "L1")
    case = a_case(company, at=Stage.NOMINATED)
    checked = calls.get("C", f"/cases/{case}/eligibility")["items"]
    assert [rule | {"waiver": None} for rule in shown["rules"]] == checked
    assert (shown["verdict"]["answer"], shown["verdict"]["facts"]) == ("unknown", {"rules": ["trainings"]})
    (missing,) = (rule for rule in shown["rules"] if rule["answer"] == "unknown")
    assert missing["value_messages"] == {"en": "not on file", "zh_Hans": "无记录"}


def test_every_target_that_is_listed_can_be_nominated_for_and_no_other(
    company: Company, calls: Calls
) -> None:
    told = calls.get("L1", "/employees/C/standing")["targets"]
    listed = {(one["track"], one["level"], post["key"]) for one in told for post in one["posts"]}
    contents = calls.get("L1", f"/editions/{company.edition_id}")["contents"]
    wanted = {
        (ladder["track"], rung["level"], post["key"])
        for ladder in contents["ladders"]
        for rung in ladder["levels"]
        for post in contents["posts"]
    }
    for track, level, post in sorted(wanted):
        body = {"candidate": "C", "track": track, "level": level, "post": post}
        answer = calls.raw("L1", "POST", "/cases", body)
        assert (answer.status_code == 201) is ((track, level, post) in listed), answer.get_json()
        if answer.status_code == 201:
            calls.post("C", f"/cases/{answer.get_json()['id']}/withdrawal")


@pytest.mark.parametrize("reader", ["C", "L1", "D1", "H1"])
def test_the_person_his_superiors_and_hr_read_the_values(calls: Calls, reader: str) -> None:
    target = seen(calls, reader)
    assert target["verdict"]["answer"] == "met"
    assert [rule["value"] for rule in target["rules"]] == ["38", "4", "2", "none"]


@pytest.mark.parametrize("reader", ["P1", "L2", "M1", "A1", "X1"])
def test_others_read_the_targets_alone_whatever_is_on_file(
    company: Company, calls: Calls, reader: str
) -> None:
    before = calls.raw(reader, "GET", "/employees/C/standing").data
    assert seen(calls, reader)["verdict"] is seen(calls, reader)["rules"] is None
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids["C"]).under_sanction = True
    assert calls.raw(reader, "GET", "/employees/C/standing").data == before


def test_hr_of_his_department_reads_them_and_hr_of_another_or_a_relative_does_not(
    company: Company, calls: Calls
) -> None:
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        for number, name in (("T1", "Service"), ("J1", "Staff")):
            unit = act.db.query(Department.id).filter_by(name=name).scalar()
            act.add(HrField(employee_id=company.ids[number], department_id=unit))
        two = (act.db.get_one(Employee, company.ids[number]) for number in ("C", "H2"))
        keeping_apart.declare(act, *two, because=ApartBecause.RELATIVE)
    told = {reader: seen(calls, reader)["rules"] is not None for reader in ("T1", "J1", "H1", "H2")}
    assert told == {"T1": True, "J1": False, "H1": True, "H2": False}


def test_the_targets_can_be_narrowed_to_one_post(calls: Calls) -> None:
    query = "track=management&level=senior&post=regional_manager"
    (post,) = seen(calls, "L1", query)["posts"]
    assert post == {"key": "regional_manager", "name": {"en": "Regional manager", "zh_Hans": "区域经理"}}
    nothing = calls.get("L1", "/employees/C/standing?post=technician")
    assert nothing["targets"] == []


def test_an_edition_or_cycle_that_takes_no_nominations_is_refused_as_a_nomination_is(calls: Calls) -> None:
    assert calls.get("C", "/me/standing?cycle=9", status=422)["facts"]["reason"] == "cycle_not_open"
    assert calls.get("C", "/me/standing?edition=9", status=422)["facts"]["reason"] == "edition_not_in_use"


def test_who_has_left_has_no_step_and_who_never_was_is_not_found(company: Company, calls: Calls) -> None:
    company.leaves("P2")
    assert calls.get("L1", "/employees/P2/standing", status=422)["code"] == "person_inactive"
    assert calls.get("L1", "/employees/NOBODY/standing", status=404)["code"] == "not_found"


@pytest.mark.parametrize("reader", ["C", "H1"])
def test_it_costs_nine_statements_whatever_is_on_file(
    calls: Calls, statements: list[str], reader: str
) -> None:
    calls.get(reader, "/employees/C/standing")
    statements.clear()
    calls.get(reader, "/employees/C/standing")
    assert len(statements) <= 9, statements
