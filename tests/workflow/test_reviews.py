"""The 360-degree review while it is open: who is drawn, who declines, what a form must hold."""

import pytest
from sqlalchemy import select, update

from tests.builders import (
    a_case,
    a_contested_case,
    answers,
    evidence,
    fill_in_all,
    let_time_run_out,
    raters,
)
from tests.company import PEERS, Company
from workflow import criteria, reviews
from workflow.editions.library import step_of
from workflow.errors import FormIncomplete, NotYourTask, ReasonMissing, ReviewClosed
from workflow.models import Employee, JournalEntry, ReviewRequest, SealedForm
from workflow.pools import pools_for
from workflow.rules.draws import draw_raters
from workflow.vocabulary import Level, RequestState, Role, Source, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ONE_FORM_EACH = """
extends: default
key: one-form-each
version: "1"
defaults: {review: {forms_per_rater: 1}}
"""


def asked(company: Company, case_id: int, source: Source | None = None) -> set[str]:
    """Numbers of everybody who was ever asked in the present round, from one source or all."""
    query = select(ReviewRequest.rater_id).where(ReviewRequest.round_id == company.case(case_id).round_id)
    with company.reading() as db:
        people = db.scalars(query if source is None else query.where(ReviewRequest.source == source))
        return {company.number(person) for person in people}


def hand_in(company: Company, case_id: int, by: str, value: int = 4) -> None:
    company.do(reviews.submit_form, case_id, by, answers=answers(value), evidence=evidence(value))


def decline(company: Company, case_id: int, by: str, reason: str = "Never worked together.") -> None:
    company.do(reviews.decline_request, case_id, by, reason=reason)


def changed(company: Company, *numbers: str, **fields: object) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number.in_(numbers)).values(**fields))


def test_the_manager_five_peers_and_the_candidate_are_asked(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    assert asked(company, case_id, Source.SUPERIOR) == {"L1"}
    assert asked(company, case_id, Source.SELF) == {"C"}
    assert len(asked(company, case_id, Source.PEER)) == 5
    assert asked(company, case_id, Source.PEER) <= set(PEERS)


def test_at_least_one_peer_comes_from_another_team(company: Company) -> None:
    changed(company, "P6", "P7", manager_id=company.ids["L1"])
    case_id = a_case(company, at=Stage.REVIEW)
    assert "P8" in asked(company, case_id)


def test_a_source_whose_pool_is_too_small_does_not_exist(company: Company) -> None:
    for number in ("P1", "P2", "P3", "P4"):
        company.leaves(number)
    case_id = a_case(company)
    with company.on(case_id) as (act, case):
        drawn = draw_raters(pools_for(act, case), rules=step_of(act.db, case).review, seed="seed")
    assert {company.number(int(one.person)) for one in drawn} == {"L1", "C"}


def test_where_no_score_could_stand_nobody_is_asked_and_hr_has_the_case_at_once(company: Company) -> None:
    for number in ("P1", "P2", "P3", "P4"):
        company.leaves(number)
    case_id = a_case(company, at=Stage.REVIEW)
    assert asked(company, case_id) == set()
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.role, task.detail) == (TaskKind.RESCUE_REVIEW, Role.HR, "too_few_to_ask")


def test_whoever_has_left_is_never_drawn(company: Company) -> None:
    for number in ("P1", "P2", "P3", "L1"):
        company.leaves(number)
    case_id = a_case(company, at=Stage.REVIEW, by="C")
    assert asked(company, case_id) == {"P4", "P5", "P6", "P7", "P8", "D1", "C"}


def test_peers_stand_at_most_one_level_apart(company: Company) -> None:
    changed(company, "P1", level=Level.SENIOR)
    changed(company, "P2", level=Level.JUNIOR)
    changed(company, "P3", level=Level.PRINCIPAL)
    case_id = a_case(company)
    with company.on(case_id) as (act, case):
        peers = {company.number(int(peer.person)) for peer in pools_for(act, case)[Source.PEER]}
    assert peers == set(PEERS) - {"P3"}


def test_reports_review_from_below_and_not_as_peers(company: Company) -> None:
    changed(company, "P1", "P2", "P3", manager_id=company.ids["C"])
    changed(company, "P4", "P5", manager_id=company.ids["P1"])
    case_id = a_case(company, at=Stage.REVIEW)
    assert asked(company, case_id, Source.SUBORDINATE) == {"P1", "P2", "P3", "P4", "P5"}
    assert asked(company, case_id, Source.PEER) == set()


def test_rivals_for_the_same_post_do_not_review_each_other(company: Company) -> None:
    for number in ("P1", "P2", "P3"):
        a_contested_case(company, at=Stage.NOMINATED, candidate=number)
    case_id = a_contested_case(company, at=Stage.REVIEW)
    assert asked(company, case_id, Source.PEER) == {"P4", "P5", "P6", "P7", "P8"}


def test_nobody_is_drawn_for_more_forms_than_the_edition_allows(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        company.edition_id = criteria.publish(act, ONE_FORM_EACH).id
    first = asked(company, a_case(company, at=Stage.REVIEW), Source.PEER)
    outsider = min(set(PEERS) - first)
    second = a_case(company, at=Stage.REVIEW, candidate=outsider, by="L1" if outsider < "P6" else "L2")
    assert len(first) == 5
    assert asked(company, second, Source.PEER) == set()


def test_the_draw_can_be_repeated_from_the_seed_on_the_journal(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    opened = select(JournalEntry).where(JournalEntry.action == "review_opened")
    with company.on(case_id) as (act, case):
        entry = act.db.scalars(opened).one()
        rules = step_of(act.db, case).review
        again = draw_raters(pools_for(act, case), rules=rules, seed=entry.facts["seed"])
        assert entry.case_id == case_id
    assert {company.number(int(one.person)) for one in again} == asked(company, case_id)


def test_who_declines_is_replaced_from_the_same_pool(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    before = asked(company, case_id, Source.PEER)
    decline(company, case_id, min(before))
    (new,) = asked(company, case_id, Source.PEER) - before
    assert set(raters(company, case_id)) == {"L1", "C", new} | before - {min(before)}
    assert {task.assignee_id for task in company.open_tasks(case_id, TaskKind.REVIEW)} == {
        company.ids[number] for number in raters(company, case_id)
    }


def test_when_the_pool_is_used_up_nobody_replaces(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    while left := [rater for rater in raters(company, case_id) if rater in PEERS]:
        decline(company, case_id, left[0])
    assert asked(company, case_id, Source.PEER) == set(PEERS)
    assert set(raters(company, case_id)) == {"L1", "C"}


def test_declining_needs_a_reason(company: Company) -> None:
    with pytest.raises(ReasonMissing):
        decline(company, a_case(company, at=Stage.REVIEW), "L1", reason="")


def test_the_candidate_cannot_decline_to_look_at_himself(company: Company) -> None:
    with pytest.raises(NotYourTask):
        decline(company, a_case(company, at=Stage.REVIEW), "C")


def test_whoever_has_handed_in_or_declined_declines_no_more(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    hand_in(company, case_id, "L1")
    peer = min(asked(company, case_id, Source.PEER))
    decline(company, case_id, peer)
    for rater in ("L1", peer):
        with pytest.raises(NotYourTask):
            decline(company, case_id, rater)
    with pytest.raises(NotYourTask):
        hand_in(company, case_id, peer)


def test_nobody_who_was_not_asked_hands_in_a_form(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    with pytest.raises(NotYourTask):
        hand_in(company, case_id, "D1")


def test_a_form_with_faults_is_refused_and_names_each(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    given = {**answers(), "learns": 6, "plans_work": 1, "height": 3}
    with pytest.raises(FormIncomplete) as refused:
        company.do(reviews.submit_form, case_id, "L1", answers=given, evidence={})
    assert refused.value.facts["faults"] == [
        {"item": "height", "reason": "unknown_item"},
        {"item": "learns", "reason": "not_one_to_five"},
        {"item": "plans_work", "reason": "evidence_missing"},
    ]
    assert "L1" in raters(company, case_id)


def test_a_form_before_the_close_is_unreadable_in_the_database(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    hand_in(company, case_id, "L1", value=5)
    with company.reading() as db:
        sealed = db.scalars(select(SealedForm.sealed)).one()
    assert b"Seen on site." not in sealed
    assert b"learns" not in sealed


def test_the_last_form_closes_the_review(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    *first, last = raters(company, case_id)
    for rater in first:
        hand_in(company, case_id, rater)
        assert company.case(case_id).stage is Stage.REVIEW
    hand_in(company, case_id, last)
    assert company.case(case_id).stage is Stage.COMMITTEE


def test_the_last_missing_rater_who_declines_closes_the_review(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    for rater in set(raters(company, case_id)) - {"L1"}:
        hand_in(company, case_id, rater)
    decline(company, case_id, "L1")
    assert company.open_tasks(case_id, TaskKind.REVIEW) == []
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.role, task.detail) == (TaskKind.RESCUE_REVIEW, Role.HR, "too_few_sources")


def test_the_review_closes_at_its_time_and_not_before(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    for rater in set(raters(company, case_id)) - {"C"}:
        hand_in(company, case_id, rater)
    company.do(reviews.close_due, case_id)
    assert company.case(case_id).stage is Stage.REVIEW
    company.later(days=30)
    company.do(reviews.close_due, case_id)
    assert company.case(case_id).stage is Stage.COMMITTEE


def test_after_the_close_no_form_is_taken(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    let_time_run_out(company, case_id)
    with pytest.raises(ReviewClosed):
        hand_in(company, case_id, "L1")
    with company.reading() as db:
        states = set(db.scalars(select(ReviewRequest.state)))
    assert states == {RequestState.MISSED, RequestState.REPLACED}


def test_a_form_is_not_changed_once_the_case_has_moved_on(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    fill_in_all(company, case_id)
    with pytest.raises(ReviewClosed):
        hand_in(company, case_id, "L1", value=2)
