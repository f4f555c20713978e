"""What the letters say, to whom, and what they keep to themselves."""

from datetime import timedelta

import pytest
from office import Office
from sqlalchemy.orm import Session

from notifications import templates
from notifications.audience import AUDIENCE, Seat
from notifications.letters import Letter, write
from notifications.models import Receiver
from notifications.subscriptions import note_failure
from translations import LOCALES, both, say
from workflow.database import writing
from workflow.models import Escalation
from workflow.vocabulary import CONFIDENTIAL_TASKS, ReminderTarget, Role, Stage, TaskKind

BASE = "https://p.example.com"


def _letter(office: Office, person: int | None = None) -> Letter:
    delivery = [row for row in office.deliveries() if person in (None, row.person_id)][-1]
    with Session(office.engine) as db:
        return write(db, delivery, base_url=BASE, now=office.now)


def test_a_digest_lists_what_waits_with_its_day_and_a_link(office: Office) -> None:
    case = office.a_case(office.a_person("Li Na"))
    task = office.a_task(office.a_person("Wang Wei"), case=case)
    office.sweeps()
    letter = _letter(office)
    assert letter.subject == "Promotion tasks waiting for you: 1"
    assert letter.text.startswith("Hello Wang Wei,")
    assert "- Approve the nomination (due 27 Nov 2026)" in letter.text
    assert f"  Li Na · case {case}\n  {BASE}/tasks/{task}" in letter.text
    assert f'href="{BASE}/tasks/{task}"' in letter.html


def test_a_digest_speaks_the_language_of_its_reader(office: Office) -> None:
    office.a_task(office.a_person("王伟", locale="zh_Hans"), due_in=-timedelta(days=2))
    office.sweeps()
    letter = _letter(office)
    assert letter.subject == "晋升待办：1项，其中逾期1项"
    assert "王伟，您好：" in letter.text
    assert "- 审批提名（已逾期，原定2026年11月22日）" in letter.text
    assert 'lang="zh-Hans"' in letter.html


def test_no_line_of_a_digest_is_empty_where_nothing_is_said_of_a_case(office: Office) -> None:
    task = office.a_task(office.a_person())
    office.sweeps()
    text = _letter(office).text
    assert f"(due 27 Nov 2026)\n  {BASE}/tasks/{task}\n" in text
    assert "\n\n\n" not in text


def test_whose_webhook_fails_is_led_to_it(office: Office) -> None:
    maker = office.a_person(role=Role.HR)
    for receiver, path in ((Receiver.PROGRAM, "/webhooks/1"), (Receiver.SLACK, "/administration")):
        subscription = office.a_subscription(maker, receiver=receiver)
        with writing(office.engine) as db:
            for days in (0, 1):
                note_failure(db, subscription, office.now + timedelta(days=days))
        assert f"{BASE}{path}\n" in _letter(office).text


def test_whoever_would_rather_have_fewer_mails_is_led_to_where_he_says_so(office: Office) -> None:
    person = office.a_person()
    office.a_task(person)
    office.sweeps()
    office.happens("effect_taken", office.a_case(person))
    for delivery in office.deliveries(person_id=person):
        with Session(office.engine) as db:
            letter = write(db, delivery, base_url=BASE, now=office.now)
        assert letter.text.endswith(f"Choose which mails come\n{BASE}/preferences\n")
        assert f'<a href="{BASE}/preferences"' in letter.html


def test_an_unknown_language_is_answered_in_english(office: Office) -> None:
    office.a_task(office.a_person(locale="fr"))
    office.sweeps()
    assert _letter(office).locale == "en"


def test_what_is_due_today_says_so(office: Office) -> None:
    office.a_task(office.a_person(), due_in=timedelta(hours=8))
    office.sweeps()
    assert "(due today)" in _letter(office).text


@pytest.mark.parametrize("kind", sorted(CONFIDENTIAL_TASKS))
def test_a_confidential_task_names_nobody_in_a_mail(office: Office, kind: TaskKind) -> None:
    case = office.a_case(office.a_person("Li Na"))
    office.a_task(office.a_person(), kind=kind, case=case)
    office.sweeps()
    letter = _letter(office)
    assert say(f"task.{kind}", "en") in letter.text
    assert "Li Na" not in letter.text + letter.html
    assert f"case {case}" not in letter.text


def test_a_manager_reads_what_is_overdue_and_with_whom(office: Office) -> None:
    manager = office.a_person()
    holder = office.a_person("Wang Wei", manager_id=manager)
    rungs = {ReminderTarget.MANAGER: office.now}
    task = office.a_task(holder, rungs=rungs, due_in=-timedelta(days=8))
    office.sweeps()
    letter = _letter(office)
    assert letter.subject == "Overdue promotion tasks you should know of: 1"
    assert "Overdue with others" in letter.text
    assert "waits for Wang Wei" in letter.text
    office.done(task)
    with pytest.raises(Exception, match="nothing_open"):
        _letter(office)


def test_what_is_mine_is_not_listed_again_as_overdue_with_others(office: Office) -> None:
    officer = office.a_person(role=Role.HR)
    rungs = dict.fromkeys((ReminderTarget.OWNER, ReminderTarget.HR), office.now)
    task = office.a_task(None, kind=TaskKind.SEAT_PANEL, holders=(officer,), rungs=rungs)
    office.sweeps()
    with Session(office.engine) as db:
        assert db.get(Escalation, (officer, task)) is not None
    assert _letter(office).text.count(f"/tasks/{task}\n") == 1


def test_a_long_list_ends_with_how_much_more_there_is(office: Office) -> None:
    person = office.a_person()
    for _ in range(23):
        office.a_task(person)
    office.sweeps()
    letter = _letter(office)
    assert letter.text.count("- Approve") == 20
    assert "… and 3 more in your inbox" in letter.text


def test_a_name_stays_a_name(office: Office) -> None:
    """Notification texts that ran as templates (CVE-2026-72911 of another product)."""
    case = office.a_case(office.a_person("<script>alert(1)</script> $link {case}"))
    office.a_task(office.a_person("$base {0} %s\nBcc: a@b.example"), case=case)
    office.sweeps()
    letter = _letter(office)
    assert "<script>" not in letter.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $link {case}" in letter.html
    assert "Hello $base {0} %s Bcc: a@b.example," in letter.text


@pytest.mark.parametrize("action", sorted(action for action, seats in AUDIENCE.items() if seats))
def test_every_immediate_mail_has_its_words_for_both_readers(office: Office, action: str) -> None:
    other = office.a_person("Li Na", role=Role.HR)
    candidate = office.a_person("王伟", locale="zh_Hans", role=Role.HR, manager_id=other)
    case = office.a_case(candidate, other)
    office.a_mentorship(case, candidate, other)
    office.a_task(other, kind=TaskKind.REVISE_NOMINATION, case=case)
    office.is_stuck(case)
    office.happens(action, case)
    is_for_candidate_alone = AUDIENCE[action] == (Seat.CANDIDATE,)
    letter = _letter(office, candidate if is_for_candidate_alone else other)
    about = f"晋升事项{case}" if is_for_candidate_alone else f"Promotion case {case}"
    assert letter.subject.startswith(about)
    assert f"{BASE}/cases/{case}" in letter.text
    own = () if AUDIENCE[action] == (Seat.HR,) else ("own",)
    for form in ("subject", "other", *own):
        code = f"mail.{action}.{form}"
        assert code not in both(code, case=case, candidate="王伟").values()


def test_the_candidate_is_spoken_to_and_others_are_told_about_him(office: Office) -> None:
    candidate, nominator = office.a_person("Wang Wei"), office.a_person()
    office.happens("effect_taken", office.a_case(candidate, nominator))
    assert "Your promotion is in force" in _letter(office, candidate).text
    assert "The promotion of Wang Wei is in force" in _letter(office, nominator).text


def test_tasks_stages_and_reminders_have_names_in_both_languages() -> None:
    words = [f"task.{kind}" for kind in TaskKind] + [f"stage.{stage}" for stage in Stage]
    for code in words + [f"reminder.{target}" for target in ReminderTarget]:
        assert code not in both(code).values()


@pytest.mark.parametrize("name", ["digest", "news", "access"])
@pytest.mark.parametrize("locale", LOCALES)
def test_every_letter_has_the_words_of_its_frame(name: str, locale: str) -> None:
    facts = {"name": "Li & Na", "sentence": "1 < 2", "link": f"{BASE}/tasks"}
    text, html = templates.fill(name, locale, facts)
    for word in (f"mail.{name}.button", f"mail.{name}.note"):
        assert say(word, locale) != word
        assert say(word, locale) in text
        assert say(word, locale) in html
    assert f'lang="{locale.replace("_", "-")}"' in html
    assert (text.count("Li & Na"), html.count("Li &amp; Na"), html.count("1 &lt; 2")) == (1, 1, 1)


def test_a_code_without_a_sentence_speaks_for_itself() -> None:
    assert both("no.such.code") == dict.fromkeys(LOCALES, "no.such.code")
