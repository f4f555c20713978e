"""What people would rather not have by mail, and what comes all the same."""

from datetime import UTC, datetime, timedelta

import pytest
from office import Office
from receivers import as_read
from sqlalchemy.orm import Session

from notifications import preferences
from notifications.audience import AUDIENCE, PERSONAL
from notifications.channels.email import build
from notifications.letters import Dropped, Letter
from notifications.models import Channel, Delivery
from notifications.preferences import FIXED, Topic
from workflow.errors import Invalid
from workflow.models import CaseCopy

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def wish(office: Office, person: int, **wanted: bool) -> None:
    with office.acting() as act:
        preferences.wish(act, person, {Topic(name): value for name, value in wanted.items()})


def happened(office: Office, case: int, action: str) -> list[Delivery]:
    entry = office.happens(action, case)
    return office.deliveries(entry_id=entry)


def is_refused(office: Office, delivery: Delivery) -> bool:
    with Session(office.engine) as db:
        try:
            topics = preferences.wishes(db, delivery.person_id or 0)
            preferences.refuse_unwanted(db, delivery, [one for one in topics if not topics[one]])
        except Dropped as drop:
            return drop.reason == "not_wanted"
    return False


def test_whoever_wants_no_digest_gets_none_and_escalates_to_others_all_the_same(office: Office) -> None:
    person, other = office.a_person(), office.a_person()
    wish(office, person, digest=False)
    for one in (person, other):
        office.a_task(one)
    office.sweeps()
    assert [one.person_id for one in office.deliveries()] == [other]
    wish(office, person, digest=True)
    office.a_task(person)
    office.sweeps()
    assert {one.person_id for one in office.deliveries()} == {other, person}


def test_switching_off_twice_is_the_same_as_once(office: Office) -> None:
    person = office.a_person()
    for _ in range(2):
        wish(office, person, copies=False)
    with Session(office.engine) as db:
        wanted = preferences.wishes(db, person)
    assert [topic for topic, is_wanted in wanted.items() if not is_wanted] == [Topic.COPIES]


def test_what_concerns_rights_cannot_be_switched_off(office: Office) -> None:
    with pytest.raises(Invalid, match="always_sent"):
        wish(office, office.a_person(), rights=False, digest=False)


@pytest.mark.parametrize("action", sorted(set(AUDIENCE) - preferences._NEWS - PERSONAL))
def test_a_candidate_hears_of_every_decision_whatever_he_has_switched_off(
    office: Office, action: str
) -> None:
    candidate, nominator = office.a_person(), office.a_person()
    case = office.a_case(candidate, nominator)
    everything = {topic.value: False for topic in Topic if topic is not FIXED}
    for person in (candidate, nominator):
        wish(office, person, **everything)
    told = {one.person_id: is_refused(office, one) for one in happened(office, case, action)}
    assert told.get(candidate, False) is False
    assert told.get(nominator, True) is True


def test_each_topic_is_switched_off_by_itself(office: Office) -> None:
    candidate, copied = office.a_person(), office.a_person()
    case = office.a_case(candidate)
    with office.acting() as act:
        act.add(CaseCopy(case_id=case, person_id=copied, by_id=candidate, at=NOW))
    wish(office, copied, other_cases=False)
    (mine,) = (one for one in happened(office, case, "case_declined") if one.person_id == copied)
    assert not is_refused(office, mine)
    wish(office, copied, copies=False)
    assert is_refused(office, mine)


def test_a_mail_that_was_queued_before_is_not_sent_any_more(office: Office) -> None:
    person = office.a_person()
    office.a_task(person)
    office.sweeps()
    (digest,) = office.deliveries()
    wish(office, person, digest=False)
    assert is_refused(office, digest)


def test_a_digest_says_how_to_end_digests_by_one_click() -> None:
    letter = Letter("li@example.com", "en", "Tasks", "text", "<p>text</p>")
    link = "https://p.example.com/unsubscribe/" + "0f" * 40
    mail = build(letter, key="digest/1", sender="hr@example.com", now=NOW, end_link=link)
    assert as_read(mail)["List-Unsubscribe"] == f"<{link}>"
    assert as_read(mail)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    other = build(letter, key="entry/1", sender="hr@example.com", now=NOW + timedelta(1))
    assert as_read(other)["List-Unsubscribe"] is None


def test_a_task_handed_over_is_a_request_of_a_colleague() -> None:
    asked = Delivery(
        key="k", channel=Channel.MAIL, kind="task_handed_over", created_at=NOW, next_at=NOW, person_id=1
    )
    assert preferences.topic_of(Session(), asked) is Topic.REQUESTS
