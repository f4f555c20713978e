"""The words of mails as HR puts them: checked when written, filled when sent, in no mail's way."""

from datetime import UTC, datetime

import pytest
from office import Office
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from notifications import letters, texts
from notifications.letters import Letter
from notifications.models import MailText
from notifications.texts import Place
from translations import LOCALES
from workflow.errors import Invalid, NotFound
from workflow.vocabulary import Role

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
SUBJECT, OWN = Place("case_declined", "subject", "en"), Place("case_declined", "other", "en")


def put(office: Office, place: Place, text: str | None) -> None:
    with office.acting(office.a_person("Hu", role=Role.HR)) as act:
        texts.write(act, place, text)


def declined(office: Office, candidate: str = "Wang Wei") -> Letter:
    nominator = office.a_person("Li Na")
    entry = office.happens("case_declined", office.a_case(office.a_person(candidate), nominator))
    (delivery,) = office.deliveries(entry_id=entry, person_id=nominator)
    with Session(office.engine) as db:
        return letters.write(db, delivery, base_url="https://p.example.com", now=NOW)


def test_what_hr_writes_is_what_is_sent_with_the_facts_filled_in(office: Office) -> None:
    put(office, SUBJECT, "News of case {case}")
    put(office, OWN, "{candidate} was declined. Please read why, {candidate} has as well.")
    letter = declined(office)
    assert letter.subject == "News of case 1"
    assert "Wang Wei was declined. Please read why, Wang Wei has as well." in letter.text
    assert not letter.is_unfilled


def test_going_back_to_the_product_keeps_what_was_before(office: Office) -> None:
    put(office, SUBJECT, "News of case {case}")
    put(office, SUBJECT, None)
    assert declined(office).subject == "Promotion case 1: the decision is recorded"
    with Session(office.engine) as db:
        line = next(line for line in texts.lines(db, "case_declined") if line.place == SUBJECT)
    assert [version.text for version in line.versions] == [None, "News of case {case}"]
    assert (line.is_own, line.text) == (False, line.place.shipped)


@pytest.mark.parametrize("change", ["UPDATE mail_text SET text = 'x'", "DELETE FROM mail_text"])
def test_the_database_refuses_to_change_what_was_written(office: Office, change: str) -> None:
    put(office, SUBJECT, "News of case {case}")
    with pytest.raises(DBAPIError, match="mail_text is append-only"), office.engine.begin() as connection:
        connection.execute(text(change))


def test_neither_a_wording_nor_a_fact_becomes_markup(office: Office) -> None:
    put(office, OWN, "<b>{candidate}</b> & others")
    letter = declined(office, "<script>x</script>{case}")
    assert "&lt;b&gt;&lt;script&gt;x&lt;/script&gt;{case}&lt;/b&gt; &amp; others" in letter.html
    assert "<script>" not in letter.html


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        (SUBJECT, "  ", "text_empty"),
        (SUBJECT, "Case {case}\nBcc: everybody@example.com", "text_lines"),
        (OWN, "Case \u202e{candidate}", "text_lines"),
        (OWN, "{candidate} {salary}", "text_placeholder"),
        (OWN, "{candidate.__class__}", "text_placeholder"),
        (OWN, "{candidate!r} {0}", "text_placeholder"),
        (OWN, "{{7*7}} {candidate}", "text_placeholder"),
        (OWN, "{candidate", "text_placeholder"),
        (SUBJECT, "x" * 151, "text_too_long"),
        (OWN, "{candidate}" * 180, "text_too_long"),
        (Place("objection_dismissed", "other", "en"), "It was dismissed.", "text_incomplete"),
        (Place("case_nudged", "secret", "en"), "{tasks} of {candidate}, {by}", "text_placeholder"),
    ],
)
def test_a_wording_that_cannot_be_sent_is_refused(
    office: Office, place: Place, text: str, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason):
        put(office, place, text)


@pytest.mark.parametrize(
    "place",
    [
        Place("password_changed", "subject", "en"),
        Place("emergency_granted", "own", "en"),
        Place("case_declined", "note", "en"),
        Place("case_declined", "own", "fr"),
        Place("nothing", "own", "en"),
    ],
)
def test_warnings_and_what_does_not_exist_cannot_be_put_otherwise(office: Office, place: Place) -> None:
    with pytest.raises(NotFound):
        put(office, place, "Nothing to see here.")


def test_a_wording_that_cannot_be_filled_gives_way_and_says_so(office: Office) -> None:
    someone = office.a_person()
    with office.acting() as act:  # as a version of the product wrote it that knew more
        where = {"kind": "case_declined", "part": "subject", "locale": "en"}
        act.add(MailText(**where, text="For {salary}", by_id=someone, at=NOW))
    letter = declined(office)
    assert letter.subject == "Promotion case 1: the decision is recorded"
    assert letter.is_unfilled
    with Session(office.engine) as db:
        line = next(line for line in texts.lines(db, "case_declined") if line.place == SUBJECT)
    assert line.sample == "For {salary}"


def test_every_wording_of_the_product_would_pass_its_own_check(office: Office) -> None:
    for kind in texts.kinds():
        for place in texts.places(kind):
            texts._check(place, place.shipped)
            assert "{" not in texts.filled(place.shipped, texts.sample(place))
            assert all("…" not in name for name in texts.sample(place).values())


def test_both_languages_have_the_same_parts() -> None:
    for kind in texts.kinds():
        parts = {locale: [p.part for p in texts.places(kind) if p.locale == locale] for locale in LOCALES}
        assert len({tuple(found) for found in parts.values()}) == 1


def test_the_database_keeps_no_empty_wording(office: Office) -> None:
    someone = office.a_person()
    where = {"kind": "case_declined", "part": "own", "locale": "en"}
    with pytest.raises(IntegrityError, match="a_wording_says_something"), office.acting() as act:
        act.add(MailText(**where, text="", by_id=someone, at=NOW))
