"""A competition over HTTP: who may run it, what is refused and how, and what each reader is shown."""

from typing import Any

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_competition, close_entries, score_all, score_round, seat_judges
from tests.company import JUDGES, Company
from tests.workflow.contests import hand_in, put_forward, withdraw
from workflow import sweeps
from workflow.models import RoleHolding
from workflow.vocabulary import Role

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def names(count: int) -> list[str]:
    return [f"N{number}" for number in range(count)]


def judged(company: Company, *scores: float) -> tuple[int, list[int]]:
    contest = a_competition(company)
    made = put_forward(company, *names(len(scores)))
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(made, scores, strict=True)))
    return contest, made


def entries(calls: Calls, by: str, contest: int) -> dict[int, Any]:
    return {entry["case"]: entry for entry in calls.get(by, f"/competitions/{contest}")["entries"]}


def test_hr_announces_to_a_department_and_everybody_reads_it(company: Company, calls: Calls) -> None:
    target = {"track": "management", "level": "senior", "post": "regional_manager"}
    body = {"name": "North", "seats": 2, "opens_on": "2026-03-02", **target}
    calls.post("L1", "/competitions", status=403, **body)
    refused = calls.post("H1", "/competitions", status=422, department=999, **body)
    assert refused["facts"]["reason"] == "no_such_department"
    made = calls.post("H1", "/competitions", status=201, department=1, **body)
    assert (made["closes_on"], made["department"], made["state"]) == ("2026-03-16", 1, "announced")
    rounds = calls.get("C", f"/competitions/{made['id']}")["rounds"]
    assert [(one["key"], one["weight"], one["shortlist"]) for one in rounds] == [
        ("sift", 30, "1/2"),
        ("interview", 70, None),
    ]
    assert all([one["key"] for one in each["scored"]] == each["criteria"] for each in rounds)
    assert all(one["name"]["zh_Hans"] for each in rounds for one in each["scored"])


def test_hr_extends_or_cancels_what_has_too_few_entries(company: Company, calls: Calls) -> None:
    contest = a_competition(company)
    put_forward(company, "N0")
    close_entries(company, contest)
    (task,) = calls.inbox("H1", "decide_entries")
    assert task["competition"] == contest
    path = f"/competitions/{contest}"
    refused = calls.post("H1", f"{path}/panel", status=422, judges=list(JUDGES))
    assert refused["facts"] == {"reason": "too_few_entries", "entries": 1, "minimum": 2}
    calls.post("L1", f"{path}/extension", status=403, closes_on="2026-03-20")
    refused = calls.post("H1", f"{path}/extension", status=422, closes_on="2026-03-02")
    assert refused["facts"]["earliest"] == "2026-03-03"
    assert calls.post("H1", f"{path}/extension", closes_on="2026-03-20")["state"] == "announced"
    assert calls.inbox("H1", "decide_entries") == []
    calls.post("H1", f"{path}/cancellation", status=422, reason=" ")
    assert calls.post("H1", f"{path}/cancellation", reason="No interest.")["state"] == "cancelled"
    calls.post("H1", f"{path}/cancellation", status=409, reason="Again.")


def test_hr_signs_a_shortlist_it_can_read_and_the_passed_over_read_why(
    company: Company, calls: Calls
) -> None:
    contest = a_competition(company)
    made = put_forward(company, *names(6))
    seat_judges(company, contest)
    score_round(company, contest, {case: 5 - 0.5 * index for index, case in enumerate(made)})
    (task,) = calls.inbox("H1", "sign_shortlist")
    assert (task["competition"], calls.get("H1", f"/cases/{made[0]}")["acts"][1]) == (
        contest,
        "run_competition",
    )
    listed = entries(calls, "H1", contest)
    assert [listed[case]["shortlisted"] for case in made].count("below_the_cut") == 3
    assert listed[made[0]]["score"] == 100
    own = entries(calls, "N0", contest)
    assert own.keys() == {made[0]}
    assert (own[made[0]]["shortlisted"], own[made[0]]["score"], own[made[0]]["panel"]) == (None, None, None)
    calls.post("L1", f"/competitions/{contest}/shortlist", status=403, reason="By the scores.")
    assert calls.post("H1", f"/competitions/{contest}/shortlist", reason="By the scores.")["round"] == 2
    told = calls.get("N5", f"/cases/{made[5]}")
    assert (told["stage"], told["outcome"]["text"]) == ("declined", "By the scores.")
    assert "not_shortlisted" in [line["action"] for line in told["timeline"]]
    asked = [one["key"] for one in calls.get("J1", f"/competitions/{contest}")["criteria"]]
    assert asked == ["expertise", "leadership", "plan_for_the_post", "presentation"]


def test_a_tie_is_signed_with_reasons_that_its_candidates_read(company: Company, calls: Calls) -> None:
    contest, made = judged(company, 4, 4, 3)
    seen = entries(calls, "H1", contest)
    assert [seen[case]["is_tied"] for case in made] == [True, True, False]
    path = f"/competitions/{contest}/decision"
    refused = calls.post("H1", path, status=422, reason="By merit.")
    assert refused["facts"] == {"reason": "tie_reasons_missing", "cases": made[:2]}
    calls.post("H1", path, status=422, reason="By merit.", ties=[{"case": made[0]}])
    calls.post("H1", path, status=422, reason="By merit.", order="luck")
    ties = [{"case": case, "reason": "Equal in all criteria."} for case in made[:2]]
    assert calls.post("H1", path, reason="By merit.", ties=ties, order="merit")["state"] == "decided"
    own = entries(calls, "N0", contest)[made[0]]
    assert (own["place"], own["tie_reason"], own["composite"]) == (1, "Equal in all criteria.", None)
    reserve = entries(calls, "N2", contest)[made[2]]
    assert (reserve["place"], reserve["reserve_until"]) == (3, "2027-03-03T16:00:00+00:00")
    assert calls.get("N2", f"/cases/{made[2]}")["acts"] == ["acknowledge_letter", "withdraw"]


def test_panels_and_running_order_are_shown_to_staff_and_judges(company: Company, calls: Calls) -> None:
    contest = a_competition(company)
    made = put_forward(company, *names(16))
    seat_judges(company, contest, (*JUDGES, "T1", "M1", "M2", "M3"))
    seen = entries(calls, "H1", contest)
    assert sorted(seen[case]["position"] for case in made) == list(range(1, 17))
    assert {seen[case]["panel"] for case in made} == {1, 2}
    seats = calls.get("A1", f"/competitions/{contest}")["judges"]
    assert [seat["panel"] for seat in seats] == [0, 1, 1, 1, 2, 2, 2]
    panels = {seat["number"]: seat["panel"] for seat in seats}
    judge = next(number for number, panel in panels.items() if panel == 1)
    own = entries(calls, judge, contest)
    assert own.keys() == {case for case in made if seen[case]["panel"] == 1}
    stranger = next(case for case in made if seen[case]["panel"] == 2)
    sheet = {"expertise": 4, "plan_for_the_post": 4}
    calls.put(judge, f"/competitions/{contest}/entries/{stranger}/sheet", status=404, scores=sheet)
    assert calls.get("N0", f"/competitions/{contest}")["judges"] == []


def test_a_judge_confirms_and_hr_reads_the_evidence_without_a_name(company: Company, calls: Calls) -> None:
    contest = a_competition(company)
    made = put_forward(company, *names(3))
    seat_judges(company, contest)
    hand_in(company, contest, "J1", made[0], expertise=1, plan_for_the_post=1)
    for judge in JUDGES:
        for case in made:
            if (judge, case) != ("J1", made[0]):
                hand_in(company, contest, judge, case)
    (task,) = calls.inbox("J1", "confirm_score")
    assert (task["case"], task["competition"]) == (made[0], contest)
    assert calls.inbox("J2", "confirm_score") == []
    told = calls.get("N0", f"/cases/{made[0]}")
    assert {(holder["role"], holder["kind"]) for holder in told["holders"]} == {("judges", None)}
    path = f"/competitions/{contest}/entries/{made[0]}/sheet/confirmation"
    calls.post("J2", path, status=403, evidence="Not asked.")
    calls.post("N1", path, status=404, evidence="Not mine.")
    calls.post("J1", path, status=422, evidence=" ")
    assert calls.get("H1", f"/competitions/{contest}")["evidence"] == []
    calls.post("J1", path, status=204, evidence="The plan was copied.")
    read = calls.get("H1", f"/competitions/{contest}")["evidence"]
    assert read == [{"case": made[0], "round": 1, "text": "The plan was copied."}]
    assert calls.get("J2", f"/competitions/{contest}")["evidence"] == []
    assert "score_confirmed" not in [
        line["action"] for line in calls.get("H1", f"/cases/{made[0]}")["timeline"]
    ]


def test_hr_calls_up_the_next_and_signs_what_has_expired(company: Company, calls: Calls) -> None:
    contest, made = judged(company, 5, 4, 3)
    calls.post("H1", f"/competitions/{contest}/decision", reason="By merit.")
    path = f"/competitions/{contest}/call-up"
    assert calls.post("H1", path, status=422, reason="Early.")["facts"]["reason"] == "no_free_seat"
    withdraw(company, made[0])
    calls.post("L1", path, status=403, reason="A friend.")
    calls.post("H1", path, reason="The first has withdrawn.")
    assert calls.get("N1", f"/cases/{made[1]}")["stage"] == "committee"
    company.later(days=367)
    sweeps.run(company.door, now=company.now)
    calls.clients.clear()
    task = next(task for task in calls.inbox("H1", "write_decision") if task["case"] == made[2])
    assert task["detail"] == "reserve_expired"
    assert "run_competition" in calls.get("H1", f"/cases/{made[2]}")["acts"]
    path = f"/cases/{made[2]}/reserve-expiry"
    calls.post("N2", path, status=403, text="Over.")
    calls.post("T1", path, status=404, text="Over.")
    assert calls.post("H1", path, text="No seat has become free.")["stage"] == "declined"
    assert calls.get("N2", f"/cases/{made[2]}")["outcome"]["text"] == "No seat has become free."


def test_an_entrant_of_hr_runs_nothing(company: Company, calls: Calls) -> None:
    contest, _ = judged(company, 5, 4)
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["N0"], role=Role.HR))
    for noun in ("decision", "shortlist", "call-up", "cancellation"):
        refused = calls.post("N0", f"/competitions/{contest}/{noun}", status=403, reason="Mine.")
        assert refused["code"] == "own_case"
