"""Which event concerns whom."""

from typing import Any

import pytest
from office import Office

from notifications.audience import AUDIENCE, EVENTS
from notifications.messages import announce
from workflow.models import KeptApart, PromotionCase
from workflow.vocabulary import ApartBecause, Role


def _readers(office: Office) -> list[int]:
    return sorted(delivery.person_id or 0 for delivery in office.deliveries(channel="mail"))


def test_a_decision_tells_candidate_and_nominator(office: Office) -> None:
    candidate, nominator, chair = office.a_person(), office.a_person(), office.a_person()
    entry = office.happens("decision_recorded", office.a_case(candidate, nominator), by=chair)
    assert _readers(office) == [candidate, nominator]
    assert office.deliveries()[0].key == f"entry/{entry}/person/{candidate}"


def test_the_person_who_acts_gets_no_mail_about_it(office: Office) -> None:
    candidate, nominator = office.a_person(), office.a_person()
    office.happens("case_withdrawn", office.a_case(candidate, nominator), by=candidate)
    assert _readers(office) == [nominator]


def test_the_clock_tells_everybody_concerned(office: Office) -> None:
    candidate, nominator = office.a_person(), office.a_person()
    office.happens("effect_taken", office.a_case(candidate, nominator))
    assert _readers(office) == [candidate, nominator]


def test_who_nominated_himself_gets_one_mail(office: Office) -> None:
    candidate = office.a_person()
    office.happens("case_declined", office.a_case(candidate), by=office.a_person())
    assert _readers(office) == [candidate]


def test_the_mentor_hears_how_mentoring_ends(office: Office) -> None:
    candidate, mentor, head = office.a_person(), office.a_person(), office.a_person()
    case = office.a_case(candidate)
    office.a_mentorship(case, candidate, mentor)
    office.happens("mentoring_confirmed", case, by=head)
    assert _readers(office) == [candidate, mentor]


def test_where_the_mentor_is_gone_a_plan_that_is_agreed_is_told_to_the_mentee_alone(office: Office) -> None:
    candidate = office.a_person()
    case = office.a_case(candidate)
    office.a_mentorship(case, candidate, None)
    office.happens("plan_agreed", case, by=candidate)
    assert _readers(office) == [candidate]


def test_a_stuck_case_tells_hr_but_never_the_candidate_himself(office: Office) -> None:
    candidate, officer = office.a_person(role=Role.HR), office.a_person(role=Role.HR)
    office.a_person(role=Role.AUDITOR)
    office.happens("case_stuck", office.a_case(candidate))
    assert _readers(office) == [officer]


def test_an_hr_person_hears_nothing_of_a_rival(office: Office) -> None:
    rival, officer = office.a_person(role=Role.HR), office.a_person(role=Role.HR)
    office.a_subscription(rival)
    case, _ = office.rivals(office.a_person(), rival)
    office.happens("case_stuck", case)
    assert _readers(office) == [officer]


def test_a_nominator_who_wants_the_same_post_by_now_hears_nothing_of_his_nominee(office: Office) -> None:
    candidate, nominator = office.a_person(), office.a_person()
    case, _ = office.rivals(candidate, nominator)
    with office.acting() as act:
        act.db.get_one(PromotionCase, case).nominated_by_id = nominator
    office.happens("decision_recorded", case)
    assert _readers(office) == [candidate]


def test_an_hr_person_hears_nothing_of_whom_he_is_kept_apart_from(office: Office) -> None:
    candidate, relative, officer = (
        office.a_person(),
        office.a_person(role=Role.HR),
        office.a_person(role=Role.HR),
    )
    office.a_subscription(relative)
    with office.acting() as act:
        pair = {"one_id": candidate, "other_id": relative, "because": ApartBecause.RELATIVE}
        act.add(KeptApart(**pair, declared_at=office.now))
    office.happens("case_stuck", office.a_case(candidate))
    assert _readers(office) == [officer]


@pytest.mark.parametrize("action", ["review_submitted", "review_declined", "score_entered", "ballot_cast"])
def test_no_single_review_score_or_ballot_leaves_the_house(
    office: Office, statements: list[str], action: str
) -> None:
    office.a_subscription(office.a_person(role=Role.HR))
    case = office.a_case(office.a_person())
    office.happens(action, case, during=statements.clear)
    assert office.deliveries() == []
    assert not [statement for statement in statements if statement.startswith("INSERT")]


def test_a_webhook_says_what_happened_and_no_word_more(office: Office) -> None:
    subscription = office.a_subscription(office.a_person(role=Role.HR))
    case = office.a_case(office.a_person())
    entry = office.happens("case_opened", case)
    (delivery,) = office.deliveries()
    assert delivery.key == f"entry/{entry}/subscription/{subscription}"
    assert delivery.payload == {
        "type": "case.opened",
        "timestamp": office.now.isoformat(),
        "data": {"case": case, "stage": "draft"},
    }


def test_a_subscription_hears_the_events_it_asked_for(office: Office) -> None:
    officer = office.a_person(role=Role.HR)
    asked = office.a_subscription(officer, events=["case.opened", "case.vote_closed"])
    office.a_subscription(officer, events=["case.review_opened"])
    office.happens("vote_closed", office.a_case(office.a_person()))
    assert [delivery.subscription_id for delivery in office.deliveries()] == [asked]


@pytest.mark.parametrize(
    ("owner", "subscription"),
    [
        ({"role": Role.HR, "is_active": False}, {}),
        ({"role": Role.HR}, {"is_active": False}),
        ({"role": Role.ADMIN}, {}),
        ({}, {}),
    ],
)
def test_a_webhook_goes_only_to_active_hr_people(
    office: Office, owner: dict[str, Any], subscription: dict[str, Any]
) -> None:
    office.a_subscription(office.a_person(**owner), **subscription)
    office.happens("case_opened", office.a_case(office.a_person()))
    assert office.deliveries() == []


def test_an_hr_person_hears_nothing_by_webhook_of_his_own_case(office: Office) -> None:
    candidate = office.a_person(role=Role.HR)
    office.a_subscription(candidate)
    office.happens("vote_closed", office.a_case(candidate))
    assert office.deliveries() == []


def test_an_act_is_announced_in_one_statement(office: Office, statements: list[str]) -> None:
    candidate = office.a_person()
    for _ in range(3):
        office.a_subscription(office.a_person(role=Role.HR))
    office.happens("case_stuck", office.a_case(candidate), during=statements.clear)
    assert len(statements) == 1
    assert len(office.deliveries()) == 6


def test_announcing_again_queues_nothing_twice(office: Office) -> None:
    case = office.a_case(office.a_person())
    with office.acting() as act:
        act.entries.append(office.an_entry(act, "effect_taken", case))
        announce(act)
        announce(act)
    assert len(office.deliveries()) == 1


def test_every_event_has_a_name_of_its_own() -> None:
    assert len(set(EVENTS)) == len(AUDIENCE)
