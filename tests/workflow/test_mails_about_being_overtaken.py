"""The mail by which somebody hears that another person has ended what he held."""

import pytest
from sqlalchemy import select, update

from notifications.letters import Dropped, Letter
from notifications.messages import announce
from notifications.models import Channel, Delivery, DeliveryState
from notifications.overtaken import OVERTAKEN, facts
from notifications.reminders import sweep
from tests.builders import a_case
from tests.company import Company
from tests.workflow.absent import away
from tests.workflow.test_approval_groups import ANY_THEN_HR, approve, nominated
from tests.workflow.test_approvals import changed
from tests.workflow.test_approvals import nominated as nominated_in_order
from tests.workflow.test_mails_about_asking import mail
from tests.workflow.test_plans import agree, name
from workflow import approvals, cases, journal, mentoring, nominations, stand_ins, substitutes
from workflow.models import Employee, JournalEntry, Task
from workflow.store import Door
from workflow.vocabulary import Stage, TaskKind, TaskState


def reminded(company: Company) -> None:
    """Everybody has had a digest of what waits for him."""
    company.door = Door(company.door.engine, announce=announce)
    company.later(days=5)
    with company.door.acting(now=company.now) as act:
        sweep(act)
        sent = {"state": DeliveryState.SENT, "sent_at": company.now}
        act.execute(update(Delivery).where(Delivery.kind == "digest").values(sent))
    company.later(hours=1)


def told(company: Company) -> set[str]:
    with company.reading() as db:
        people = db.scalars(select(Delivery.person_id).where(Delivery.kind == OVERTAKEN))
        return {company.number(person) for person in people}


def letter(company: Company, number: str) -> Letter:
    changed(company, number, locale="en")
    return mail(company, number, OVERTAKEN)


def test_whoever_need_not_sign_any_more_hears_who_has_signed(company: Company) -> None:
    case_id = nominated(company, ANY_THEN_HR)
    reminded(company)
    approve(company, case_id, "D1")
    assert told(company) == {"L1"}
    assert letter(company, "L1").subject == f"Promotion case {case_id}: you no longer need to act"
    assert "Person D1 has acted on the promotion case of Person C." in letter(company, "L1").text
    assert "“Approve the nomination”" in letter(company, "L1").text
    assert "https://x.example/tasks/" in letter(company, "L1").text


def test_whoever_had_not_been_told_of_it_hears_nothing(company: Company) -> None:
    case_id = nominated(company, ANY_THEN_HR)
    company.door = Door(company.door.engine, announce=announce)
    approve(company, case_id, "D1")
    assert told(company) == set()


def test_whoever_is_away_hears_that_his_substitute_has_acted(company: Company) -> None:
    case_id = nominated_in_order(company)
    away(company, "L1", "L2")
    reminded(company)
    approve(company, case_id, "L2")
    assert told(company) == {"L1"}
    assert "Person L2, your substitute, has acted in your place" in letter(company, "L1").text


def test_a_substitute_who_was_told_hears_that_whoever_is_away_has_acted_himself(company: Company) -> None:
    case_id = nominated_in_order(company)
    away(company, "L1", "L2")
    reminded(company)
    approve(company, case_id, "L1")
    assert told(company) == {"L2"}
    text = letter(company, "L2").text
    assert "was waiting for you as a substitute" in text
    assert "https://x.example/inbox\n" in text  # he sees the case no more


def test_a_substitute_hears_like_the_absent_that_the_case_is_over(company: Company) -> None:
    case_id = nominated_in_order(company)
    away(company, "L1", "L2")
    reminded(company)
    company.do(cases.withdraw, case_id, "H1", reason="The post is gone.")
    assert told(company) == {"L1", "L2"}


def test_a_substitute_hears_nothing_of_what_he_had_not_been_told_or_may_not_do(company: Company) -> None:
    case_id = nominated_in_order(company)
    reminded(company)
    away(company, "L1", "L2")
    approve(company, case_id, "L1")
    away(company, "D1", "T1", kind=TaskKind.CONFIRM)
    reminded(company)
    approve(company, case_id, "D1")
    assert told(company) == set()


def test_a_digest_from_before_the_absence_had_not_told_the_substitute(company: Company) -> None:
    case_id = nominated_in_order(company)
    away(company, "L1", "L2", begins=2)
    with company.door.acting(now=company.now) as act:
        of_mail = {"key": "digest/of/L2", "channel": Channel.MAIL, "kind": "digest"}
        times = dict.fromkeys(("created_at", "next_at", "sent_at"), act.now)
        act.add(Delivery(**of_mail, **times, state=DeliveryState.SENT, person_id=company.ids["L2"]))
    company.door = Door(company.door.engine, announce=announce)
    company.later(days=3)
    with company.door.acting(now=company.now) as act:
        assert substitutes.share(act)
    approve(company, case_id, "L1")
    assert told(company) == set()


def test_ones_own_act_overtakes_nobody_and_colleagues_of_a_role_share_without_mails(company: Company) -> None:
    case_id = nominated_in_order(company, by="L1")
    reminded(company)
    approve(company, case_id, "D1")
    reminded(company)
    approve(company, case_id, "H1")
    assert told(company) == set()


def test_what_is_taken_back_is_told(company: Company) -> None:
    case_id = nominated_in_order(company)
    with company.on(case_id, "L1") as (act, case):
        stand_ins.add_signer(act, case, act.db.get_one(Employee, company.ids["T1"]), reason="You know him.")
    reminded(company)
    with company.on(case_id, "L1") as (act, case):
        approvals.spare_signer(act, case, act.db.get_one(Employee, company.ids["T1"]))
    assert told(company) == {"T1"}


def test_one_mail_tells_a_candidate_what_has_become_of_his_case(company: Company) -> None:
    case_id = a_case(company, by="C", at=Stage.NOMINATED)
    company.do(nominations.send_back, case_id, "L1", reason="Say more.")
    reminded(company)
    company.do(cases.withdraw, case_id, "H1", reason="The post is gone.")
    with company.reading() as db:
        news = select(Delivery.kind).where(Delivery.person_id == company.ids["C"], Delivery.kind != "digest")
        assert list(db.scalars(news)) == ["case_withdrawn"]


def test_the_clock_overtakes_nobody(company: Company) -> None:
    case_id = nominated_in_order(company)
    reminded(company)
    with company.on(case_id) as (act, case):
        approvals.resume(act, case)
    assert told(company) == set()


def test_whoever_is_asked_again_by_the_time_it_is_sent_is_not_told_that_it_is_over(company: Company) -> None:
    case_id = nominated(company, ANY_THEN_HR)
    reminded(company)
    approve(company, case_id, "D1")
    with company.door.acting(now=company.now) as act:
        mine = Task.case_id == case_id, Task.assignee_id == company.ids["L1"]
        act.execute(update(Task).where(*mine).values(state=TaskState.OPEN))
    with pytest.raises(Dropped, match="asked_again"):
        letter(company, "L1")


def test_of_consent_nobody_hears(company: Company) -> None:
    case_id = a_case(company, by="P1")
    assert company.open_tasks(case_id, TaskKind.CONSENT)
    reminded(company)
    company.do(cases.withdraw, case_id, "H1", reason="The post is gone.")
    assert told(company) == set()


@pytest.mark.parametrize(("asked_of", "heard"), [(1, {"L1"}), (0, set())], ids=["this", "another"])
def test_a_request_counts_for_the_case_it_was_about(company: Company, asked_of: int, heard: set[str]) -> None:
    other = a_case(company, candidate="P1", at=Stage.NOMINATED)
    case_id = nominated(company, ANY_THEN_HR)
    with company.door.acting(now=company.now) as act:
        of_case = JournalEntry.case_id == (other, case_id)[asked_of]
        request = Delivery(
            key="test/nudge",
            channel=Channel.MAIL,
            kind="case_nudged",
            created_at=act.now,
            next_at=act.now,
            state=DeliveryState.SENT,
            sent_at=act.now,
            person_id=company.ids["L1"],
            entry_id=act.first(select(JournalEntry.id).where(of_case).limit(1)),
        )
        act.add(request)
    company.door = Door(company.door.engine, announce=announce)
    approve(company, case_id, "D1")
    assert told(company) == heard


def test_of_an_act_on_several_cases_each_mail_tells_the_tasks_of_its_own(company: Company) -> None:
    other = a_case(company, candidate="P1", by="P1", at=Stage.NOMINATED)
    case_id = nominated(company, ANY_THEN_HR)
    reminded(company)
    approve(company, case_id, "D1")
    with company.door.acting(now=company.now) as act:
        theirs = act.first(select(Task).where(Task.case_id == other, Task.assignee_id == company.ids["L1"]))
        news = act.first(select(Delivery).where(Delivery.kind == OVERTAKEN))
        assert theirs is not None
        assert news is not None
        theirs.state = TaskState.DONE
        news.payload = {"tasks": [*news.payload["tasks"], theirs.id]}
    with company.reading() as db:
        news = db.scalars(select(Delivery).where(Delivery.kind == OVERTAKEN)).one()
        found = facts(db, news, db.get_one(JournalEntry, news.entry_id), "en")
        assert found is not None
        assert db.get_one(Task, int(found[2].removeprefix("/tasks/"))).case_id == case_id


def agreed(company: Company) -> int:
    """A case whose mentor T1 has had the days of his talks by mail."""
    case_id = a_case(company, at=Stage.MENTORING)
    name(company, case_id)
    company.door = Door(company.door.engine, announce=announce)
    for person in ("T1", "C"):
        agree(company, case_id, person)
    with company.door.acting(now=company.now) as act:
        act.execute(update(Delivery).values(state=DeliveryState.SENT, sent_at=act.now))
    return case_id


def test_a_mentor_whom_hr_replaces_is_sent_what_takes_his_talks_out_and_not_by_whom(company: Company) -> None:
    case_id = agreed(company)
    with company.on(case_id, "H1") as (act, case):
        mentoring.replace_mentor(act, case)
        journal.record(act, "case_retried", case=case)
    changed(company, "T1", locale="en")
    news = mail(company, "T1", "mentor_replaced")
    assert "no longer the mentor" in news.subject
    assert "H1" not in news.text
    assert told(company) == set()


def test_a_mentor_who_hands_back_is_sent_what_takes_his_talks_out_and_is_not_overtaken(
    company: Company,
) -> None:
    case_id = agreed(company)
    company.do(mentoring.refuse, case_id, "T1", reason="I am moving.")
    changed(company, "T1", locale="en")
    assert "no longer the mentor" in mail(company, "T1", "mentorship_refused").subject
    assert told(company) == set()
