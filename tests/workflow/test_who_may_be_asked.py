"""Ways round the separation of duties by asking others, and what keeps each of them shut."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from tests.builders import (
    a_case,
    approve_all,
    fill_in_all,
    let_time_run_out,
)
from tests.company import Company
from tests.workflow.test_added_signers import add
from tests.workflow.test_approval_groups import ruled_by
from tests.workflow.test_approvals import asked, changed, headed_by, nominated
from tests.workflow.test_handing_over import hand_over, kept_apart
from tests.workflow.test_mentors_who_leave import name
from workflow import (
    mentoring,
    nominations,
    nudges,
    sweeps,
)
from workflow.errors import MentorUnfit, NotYourTask, PersonUnfit, TaskClosed
from workflow.models import (
    JournalEntry,
    Recusal,
)
from workflow.vocabulary import Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def decline(company: Company, case_id: int, by: str) -> None:
    company.do(nominations.decline, case_id, by, reason="No.")


@contextmanager
def unfit(reason: str) -> Iterator[None]:
    """Somebody is refused for this reason."""
    with pytest.raises(PersonUnfit) as refused:
        yield
    assert refused.value.facts == {"reason": reason}


def go_to_the_committee(company: Company, case_id: int) -> None:
    approve_all(company, case_id)
    fill_in_all(company, case_id)
    let_time_run_out(company, case_id)
    assert company.case(case_id).stage is Stage.COMMITTEE


def actions(company: Company, case_id: int) -> list[str]:
    with company.reading() as db:
        return list(db.scalars(select(JournalEntry.action).where(JournalEntry.case_id == case_id)))


def test_nobody_is_two_of_three_by_a_hand_over_to_somebody_of_hr(company: Company) -> None:
    """The task of HR is in his inbox already, and stays there when he gets the line manager's."""
    ruled_by(company, "chain: [{of: [line_manager, department_head, hr], need: 2}]")
    case_id = nominated(company)
    with unfit("works_in_hr"):
        hand_over(company, case_id, "L1", "H1")
    company.do(nominations.approve, case_id, "H1")
    with pytest.raises(TaskClosed):
        company.do(nominations.approve, case_id, "H1")
    assert company.case(case_id).stage is Stage.NOMINATED


def test_nobody_signs_as_added_and_for_hr(company: Company) -> None:
    ruled_by(company, "chain: [{all: [line_manager, hr]}]")
    case_id = nominated(company)
    with unfit("works_in_hr"):
        add(company, case_id, "L1", "H1")
    company.do(nominations.approve, case_id, "H1")
    with pytest.raises(TaskClosed):
        company.do(nominations.approve, case_id, "H1")


def test_a_line_manager_who_gave_his_seat_away_does_not_come_back_in_a_later_one(company: Company) -> None:
    """His no to a self-nomination is advice; by two hand-overs it would end the case."""
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    company.do(nominations.approve, case_id, "L2")
    with unfit("signs_already"):
        hand_over(company, case_id, "D1", "L1")
    with pytest.raises(NotYourTask):
        decline(company, case_id, "L1")
    assert company.case(case_id).stage is Stage.NOMINATED


def test_a_no_is_a_no_though_he_was_once_asked_to_sign_for_the_line_manager(company: Company) -> None:
    """A signer added for the line manager's seat and spared since, who then holds the last seat."""
    ruled_by(company, "chain: [{any: [line_manager, hr]}, department_head]")
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    company.do(nominations.approve, case_id, "H1")
    hand_over(company, case_id, "D1", "L2")
    decline(company, case_id, "L2")
    assert company.case(case_id).stage is Stage.DECLINED


def test_whoever_gave_his_seat_away_and_signed_as_added_does_not_sign_again(company: Company) -> None:
    ruled_by(company, "chain: [{all: [line_manager, department_head]}, hr]")
    case_id = nominated(company)
    hand_over(company, case_id, "D1", "L2")
    with unfit("signs_already"):
        add(company, case_id, "L1", "D1")
    company.leaves("L2")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L1", "D1"}


def test_the_mentor_does_not_decide_how_mentoring_ends(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "L2")
    hand_over(company, case_id, "D1", "T1", TaskKind.CONFIRM)
    company.do(mentoring.refuse, case_id, "L2", reason="No time.")
    with pytest.raises(MentorUnfit):
        name(company, case_id, "T1")
    holder = company.number(company.open_tasks(case_id, TaskKind.CONFIRM)[0].assignee_id)
    assert holder == "T1"


def test_the_nominator_gets_no_part_in_the_decision_at_the_end(company: Company) -> None:
    """ADR 20: nobody gets a part by any of these who has nominated the candidate."""
    case_id = a_case(company, at=Stage.MENTORING, by="L1")
    name(company, case_id, "L2")
    with pytest.raises(PersonUnfit):
        hand_over(company, case_id, "D1", "L1", TaskKind.CONFIRM)


def test_two_approvers_cannot_empty_the_committee(company: Company) -> None:
    case_id = nominated(company)
    for by, members in (("L1", ("M2", "M3", "M4")), ("D1", ("M5", "M6", "M7"))):
        for member in members:
            with unfit("sits_in_a_committee"):
                add(company, case_id, by, member)
        company.do(nominations.approve, case_id, by)
    go_to_the_committee(company, case_id)
    assert company.case(case_id).stuck_reason is None


def test_an_approver_does_not_choose_who_votes_by_asking_members_first(company: Company) -> None:
    """Whoever has signed is recused in the committee, so that L1 could choose who votes."""
    case_id = nominated(company)
    for member in ("M2", "M3", "M4"):
        with unfit("sits_in_a_committee"):
            add(company, case_id, "L1", member)
    go_to_the_committee(company, case_id)
    with company.reading() as db:
        out = db.scalars(select(Recusal.employee_id).where(Recusal.case_id == case_id)).all()
    assert {"M2", "M3", "M4"}.isdisjoint({company.number(one) for one in out})


def test_whoever_has_a_stake_does_not_choose_who_signs_for_him(company: Company) -> None:
    """Kept apart since the seat was opened, and the clock has not come by: his choice must not stand."""
    case_id = nominated(company, by="H1")
    kept_apart(company, "L1")
    with pytest.raises(NotYourTask):
        hand_over(company, case_id, "L1", "L2")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"D1"}


def test_whoever_comes_to_report_to_the_candidate_signs_no_more(company: Company) -> None:
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "P6")
    changed(company, "P6", manager_id=company.ids["C"])
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L1"}


def test_a_head_who_reports_to_the_candidate_is_passed_over_and_the_clock_leaves_it_at_that(
    company: Company,
) -> None:
    changed(company, "P6", manager_id=company.ids["C"])
    headed_by(company, "P6")
    case_id = nominated(company, by="H1")
    company.do(nominations.approve, case_id, "L1")  # next above the head, too: he signs once for both
    assert asked(company, case_id) == {"H2"}
    assert not any(sweeps.run(company.door, now=company.now).values())


def test_whoever_comes_to_report_to_the_mentee_decides_no_more_how_mentoring_ends(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "L2")
    hand_over(company, case_id, "D1", "T1", TaskKind.CONFIRM)
    changed(company, "T1", manager_id=company.ids["C"])
    sweeps.run(company.door, now=company.now)
    (task,) = company.open_tasks(case_id, TaskKind.CONFIRM)
    assert company.number(task.assignee_id) == "D1"
    assert not any(sweeps.run(company.door, now=company.now).values())


def test_whoever_rates_the_work_does_not_mentor_and_is_told_so(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "L2")
    hand_over(company, case_id, "L1", "T1", TaskKind.PERFORMANCE_CHECK)
    company.do(mentoring.refuse, case_id, "L2", reason="No time.")
    with pytest.raises(MentorUnfit) as refused:
        name(company, case_id, "T1")
    assert refused.value.facts["reason"] == "assessor"


def test_the_record_says_that_a_handed_over_seat_has_fallen_back(company: Company) -> None:
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    before = actions(company, case_id)
    company.leaves("L2")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L1"}
    assert actions(company, case_id) != before


def test_the_record_says_that_an_added_signer_was_left_out(company: Company) -> None:
    case_id = nominated(company)
    add(company, case_id, "L1", "L2")
    before = actions(company, case_id)
    company.leaves("L2")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L1"}
    assert actions(company, case_id) != before


def test_whoever_was_not_nudged_today_can_be(company: Company) -> None:
    """The candidate nudges L1, who signs; D1 has never been nudged, yet everybody 'has been nudged today'."""
    case_id = nominated(company)
    company.do(nudges.nudge, case_id, "C")
    company.do(nominations.approve, case_id, "L1")
    assert company.do(nudges.nudge, case_id, "H1") == [TaskKind.APPROVE]


def test_a_decision_stays_handed_over_though_an_assessor_comes_to_have_a_stake(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "L2")
    hand_over(company, case_id, "D1", "H0", TaskKind.CONFIRM)
    kept_apart(company, "L1")
    sweeps.run(company.door, now=company.now)
    (task,) = company.open_tasks(case_id, TaskKind.CONFIRM)
    assert company.number(task.assignee_id) == "H0"


def test_one_person_alone_is_not_all_of_a_group(company: Company) -> None:
    """L1 gives his seat to L2 and gets that of D1; L2 leaves; L1 alone was line manager and head."""
    ruled_by(company, "chain: [{all: [line_manager, department_head]}, hr]")
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    with unfit("signs_already"):
        hand_over(company, case_id, "D1", "L1")
    company.leaves("L2")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L1", "D1"}


def test_a_nudge_is_about_what_is_due(company: Company) -> None:
    """On the first day of mentoring nobody is asked for what is due in half a year."""
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id, "L2")
    kinds = company.do(nudges.nudge, case_id, "C")
    assert TaskKind.CONFIRM not in kinds, kinds


def test_a_copy_given_by_handing_over_is_on_record(company: Company) -> None:
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    assert "case_copied" in actions(company, case_id)
