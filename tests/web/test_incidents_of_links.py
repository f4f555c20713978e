"""What has gone wrong with links in systems like this one; each number is that of another product."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from api.signing import signed
from tests.builders import a_case
from tests.company import Company
from tests.customers import begin_all, customer_answers, customers, links, list_contacts
from tests.web.conftest import SECRET
from workflow import customers as customer_verbs
from workflow.models import Employee, ReviewRequest
from workflow.vocabulary import RequestState, Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HOSTILE = '<img src=x onerror=alert(1)>"><script>alert(2)</script>{{ 7 * 7 }}'


def reviewed(company: Company, *, name: str = "Person C") -> list[str]:
    """Links to a case in review whose candidate has such a name."""
    list_contacts(company, *customers(9))
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "C").values(name=name))
    case_id = a_case(company, at=Stage.REVIEW)
    begin_all(company, case_id)
    return [f"/r/{signed(SECRET, link)}" for link in links(company, case_id)]


def form(**more: str) -> dict[str, str]:
    return {**{f"answer-{item}": "4" for item in customer_answers()}, **more}


def handed_in(company: Company) -> int:
    with company.reading() as db:
        submitted = ReviewRequest.state == RequestState.SUBMITTED
        return len(db.scalars(select(ReviewRequest).where(submitted)).all())


def test_a_script_is_stored_and_shown_to_the_next_reader(company: Company, client: FlaskClient) -> None:
    # Horilla CVE-2025-59832
    path = reviewed(company, name=HOSTILE)[0]
    shown = client.get(path).get_data(as_text=True)
    unfit = dict.fromkeys(form(), "9") | {"comment": HOSTILE}
    again = client.post(path, data=unfit).get_data(as_text=True)
    for page in (shown, again):
        assert not re.search(r"<(script|img)\b", page)
        assert "{{ 7 * 7 }}" in page
    assert "&lt;script&gt;" in shown


def test_an_invitation_is_used_twice(company: Company, client: FlaskClient) -> None:
    # Sentry CVE-2022-23485
    path, other = reviewed(company)[:2]
    assert client.post(path, data=form(), follow_redirects=True).status_code == 200
    for again in (form(), form(comment="Once more.")):
        assert "<form" not in client.post(path, data=again, follow_redirects=True).get_data(as_text=True)
    client.post(f"{path}/refusal", data={"reason": "Not me."})
    assert handed_in(company) == 1
    assert "<fieldset" in client.get(other).get_data(as_text=True)


def test_a_link_opens_what_it_was_not_made_for(company: Company, client: FlaskClient) -> None:
    # Sentry CVE-2022-23485: a seal fits one handle and no other
    mine, other = reviewed(company)[:2]
    handle, seal = mine[3:35], other[35:]
    assert client.get(mine).status_code == client.get(other).status_code == 200
    for path in (f"/r/{handle}{seal}", f"/r/{handle}", mine[:-1], f"{mine}x", mine.upper()):
        assert client.get(path).status_code == 404, path
    with company.on(1) as (act, case):
        customer_verbs.decline(act, case, link=handle, reason="")
    assert "<form" not in client.get(mine).get_data(as_text=True)


def test_a_page_is_framed_by_another_site_or_read_from_a_cache(company: Company, client: FlaskClient) -> None:
    """A link in a frame, in a cache or in a referrer would be somebody else's."""
    answer = client.get(reviewed(company)[0])
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
