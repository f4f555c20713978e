"""A colleague nominates: the candidate is asked first, and nobody else hears of it before."""

import pytest
from sqlalchemy import select

from notifications.messages import announce
from notifications.models import Delivery, WebhookSubscription
from tests.company import Company
from tests.workflow.seasons import changed, tick
from tests.workflow.test_approvals import asked, headed_by, signing_order
from tests.workflow.test_nominations import nominate
from workflow import cases, nominations
from workflow import relations as rights
from workflow.errors import CaseAlreadyOpen, GuardsNotMet, NotFound, NotYourTask, TaskClosed
from workflow.models import Employee, PromotionCase
from workflow.process import Guard, Trigger
from workflow.relations import Relation
from workflow.rules.verdict import Verdict
from workflow.store import Door
from workflow.vocabulary import Nominator, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def agreed(company: Company, by: str = "P1") -> int:
    case_id = nominate(company, by)
    company.do(nominations.answer, case_id, "C", agrees=True)
    return case_id


def readers(company: Company, case_id: int) -> set[str]:
    """Everybody who may see where the case stands."""
    with company.reading() as db:
        return {
            number
            for number, key in company.ids.items()
            if db.scalar(
                select(PromotionCase.id).where(PromotionCase.id == case_id, rights.visible_cases(key))
            )
        }


def relations(company: Company, case_id: int, number: str) -> set[Relation]:
    with company.reading() as db:
        person = db.get_one(Employee, company.ids[number])
        return set(rights.relations(db, person, db.get_one(PromotionCase, case_id)))


def test_the_candidate_alone_is_asked(company: Company) -> None:
    case_id = nominate(company, "P1")
    assert company.case(case_id).nominated_as is Nominator.PEER
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.assignee_id) == (TaskKind.CONSENT, company.ids["C"])


def test_until_then_only_the_two_of_them_can_see_the_case(company: Company) -> None:
    case_id = nominate(company, "P1")
    assert readers(company, case_id) == {"C", "P1"}
    for number in ("L1", "D1", "H1", "A1"):
        assert relations(company, case_id, number) == {Relation.EVERYBODY, Relation.ANYBODY}
    assert Relation.NOMINATOR in relations(company, case_id, "P1")
    company.do(nominations.answer, case_id, "C", agrees=True)
    assert {"L1", "D1", "H1", "A1"} <= readers(company, case_id)


def test_the_nominator_cannot_submit_without_consent(company: Company) -> None:
    case_id = nominate(company, "P1")
    with pytest.raises(NotFound):
        company.do(nominations.submit, case_id, "P1")


def test_the_checklist_says_that_the_consent_is_missing(company: Company) -> None:
    case_id = nominate(company, "P1")
    with pytest.raises(GuardsNotMet) as refused, company.on(case_id, "P1") as (act, case):
        cases.advance(act, case, Trigger.SUBMIT)
    checked: dict[Guard, Verdict] = refused.value.facts["checklist"]
    assert checked[Guard.CONSENT_IS_GIVEN].reason == "consent_missing"


def test_after_the_consent_the_nominator_submits(company: Company) -> None:
    case_id = agreed(company)
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.assignee_id) == (TaskKind.SUBMIT_NOMINATION, company.ids["P1"])
    company.do(nominations.submit, case_id, "P1")
    assert company.case(case_id).stage is Stage.NOMINATED
    assert asked(company, case_id) == {"L1"}


def test_a_refusal_ends_the_draft_and_stays_between_the_two(company: Company) -> None:
    case_id = nominate(company, "P1")
    company.do(nominations.answer, case_id, "C", agrees=False, reason="I like my post.")
    assert company.case(case_id).stage is Stage.WITHDRAWN
    assert readers(company, case_id) == {"C", "P1"}
    assert nominate(company, "L1")


def test_only_the_candidate_answers_and_once(company: Company) -> None:
    case_id = nominate(company, "P1")
    with pytest.raises(NotYourTask):
        company.do(nominations.answer, case_id, "P1", agrees=True)
    company.do(nominations.answer, case_id, "C", agrees=True)
    with pytest.raises(TaskClosed):
        company.do(nominations.answer, case_id, "C", agrees=True)


def test_silence_is_no_consent(company: Company) -> None:
    case_id = nominate(company, "P1")
    company.later(days=20)
    tick(company)
    assert company.case(case_id).stage is Stage.WITHDRAWN


def test_a_draft_agreed_to_does_not_lapse(company: Company) -> None:
    case_id = agreed(company)
    company.later(days=20)
    tick(company)
    assert company.case(case_id).stage is Stage.DRAFT


def test_somebody_else_who_nominates_is_not_told_of_whose_case_it_is(company: Company) -> None:
    case_id = nominate(company, "P1")
    with pytest.raises(CaseAlreadyOpen) as refused:
        nominate(company, "L1")
    assert refused.value.facts == {}
    with pytest.raises(CaseAlreadyOpen) as known:
        nominate(company, "C")
    assert known.value.facts == {"case": case_id}


def test_the_words_leave_the_house_only_after_the_consent(company: Company) -> None:
    company.door = Door(company.door.engine, announce=announce)
    with company.door.acting(now=company.now) as act:
        act.add(
            WebhookSubscription(
                owner_id=company.ids["H1"], url="https://a.example", secret="s", created_at=company.now
            )
        )
    case_id = nominate(company, "P1")
    with company.reading() as db:
        assert db.scalars(select(Delivery.kind)).all() == []
    company.do(nominations.answer, case_id, "C", agrees=True)
    with company.reading() as db:
        assert set(db.scalars(select(Delivery.kind))) == {"case.consent_given", "consent_given"}


def test_a_peer_who_heads_the_department_has_signed_by_nominating(company: Company) -> None:
    case_id = agreed(company, by="D1")
    company.do(nominations.submit, case_id, "D1")
    assert signing_order(company, case_id) == [{"L1"}, {"H1", "H2"}]


def test_a_peer_is_never_the_last_to_sign(company: Company) -> None:
    headed_by(company, "H1")
    case_id = agreed(company, by="P1")
    company.do(nominations.submit, case_id, "P1")
    changed(company, "H2", is_active=False)
    assert "P1" not in set().union(*signing_order(company, case_id))


@pytest.mark.parametrize("is_agreed", [False, True])
def test_where_the_nominator_leaves_the_candidate_writes_on(company: Company, is_agreed: bool) -> None:
    case_id = agreed(company) if is_agreed else nominate(company, "P1")
    company.leaves("P1")
    tick(company)
    if not is_agreed:
        company.do(nominations.answer, case_id, "C", agrees=True)
        tick(company)
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.assignee_id) == (TaskKind.SUBMIT_NOMINATION, company.ids["C"])
    company.do(nominations.submit, case_id, "C")
    assert company.case(case_id).stage is Stage.NOMINATED


def test_where_the_author_of_a_returned_nomination_has_left_the_candidate_revises_it(
    company: Company,
) -> None:
    case_id = nominate(company, "L1")
    company.do(nominations.submit, case_id, "L1")
    company.do(nominations.send_back, case_id, "D1", reason="Which customers?")
    company.leaves("L1")
    tick(company)
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.assignee_id) == (TaskKind.REVISE_NOMINATION, company.ids["C"])
    assert company.case(case_id).stuck_reason is None
    company.do(nominations.submit, case_id, "C")
    assert asked(company, case_id) == {"D1"}
