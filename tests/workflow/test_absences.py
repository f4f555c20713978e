"""Naming a substitute: who may, for whom, and from when until when; both are told."""

import pytest

from notifications import letters
from tests.builders import a_case
from tests.company import Company
from tests.workflow.absent import away, end
from tests.workflow.test_approvals import changed
from tests.workflow.test_mails_about_asking import mail, telling
from workflow.errors import AlreadyExists, Invalid, NotAllowed, NotTransferable, OwnCase, PersonUnfit
from workflow.vocabulary import TRANSFERABLE_TASKS, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.mark.parametrize("by", ["L1", "D1", "H1"])
def test_whoever_is_away_his_line_manager_and_hr_name_a_substitute(company: Company, by: str) -> None:
    assert away(company, "L1", "L2", by=by)


@pytest.mark.parametrize("by", ["C", "L2", "H0", "A1", "X1"])
def test_nobody_else_does(company: Company, by: str) -> None:
    with pytest.raises(NotAllowed, match="not_your_absence"):
        away(company, "L1", "L2", by=by)


def test_nobody_with_a_case_on_its_way_says_who_stands_in_for_others(company: Company) -> None:
    a_case(company, at=Stage.NOMINATED)
    changed(company, "L1", manager_id=company.ids["C"])
    with pytest.raises(OwnCase):
        away(company, "L1", "L2", by="C")
    assert away(company, "C", "L2")


def test_it_lasts_ninety_days_at_most_from_today_on(company: Company) -> None:
    assert away(company, "L1", "L2", begins=0, days=91)
    for begins, days in ((0, 92), (-1, 3), (90, 2), (5, 0)):
        with pytest.raises(Invalid, match="absence_out_of_bounds"):
            away(company, "L2", "L1", begins=begins, days=days)


@pytest.mark.parametrize(("substitute", "reason"), [("L1", "is_away"), ("X1", "administers")])
def test_whoever_cannot_stand_in_is_refused_with_the_reason(
    company: Company, substitute: str, reason: str
) -> None:
    with pytest.raises(PersonUnfit, match=reason):
        away(company, "L1", substitute)


def test_neither_somebody_who_has_left_stands_in_nor_anybody_for_him(company: Company) -> None:
    company.leaves("L2")
    with pytest.raises(PersonUnfit, match="left"):
        away(company, "L1", "L2")
    with pytest.raises(PersonUnfit, match="left"):
        away(company, "L2", "L1", by="D1")


@pytest.mark.parametrize("kind", sorted(set(TaskKind) - TRANSFERABLE_TASKS))
def test_what_is_personal_is_given_to_nobody(company: Company, kind: TaskKind) -> None:
    with pytest.raises(NotTransferable, match="personal"):
        away(company, "L1", "L2", kind=kind)


def test_two_stand_in_for_one_only_in_different_things_or_at_different_times(company: Company) -> None:
    key = away(company, "L1", "L2", kind=TaskKind.APPROVE)
    away(company, "L1", "T1", kind=TaskKind.CONFIRM)
    away(company, "L1", "T1", begins=14, days=3)
    for kind in (TaskKind.APPROVE, None):
        with pytest.raises(AlreadyExists):
            away(company, "L1", "J1", begins=13, days=1, kind=kind)
    end(company, key, "L1")
    assert away(company, "L1", "J1", kind=TaskKind.APPROVE)


def test_what_is_over_cannot_be_ended_again(company: Company) -> None:
    key = away(company, "L1", "L2", days=3)
    company.later(days=4)
    with pytest.raises(Invalid, match="absence_over"):
        end(company, key, "L1")


def test_both_are_told_by_mail_in_words_of_their_own(company: Company) -> None:
    telling(company)
    key = away(company, "L1", "L2", by="D1")
    named, ended = "substitute_named", "substitution_ended"
    assert all(name in mail(company, "L1", named).text for name in ("Person L2", "Person D1"))
    assert all(name in mail(company, "L2", named).text for name in ("Person L1", "Person D1"))
    end(company, key, "L2")
    assert "Person L2" in mail(company, "L1", ended).text
    assert "Person L1" in mail(company, "L2", ended).text
    for number in ("L1", "L2"):
        with pytest.raises(letters.Dropped, match="ended"):
            mail(company, number, named)
