"""The dossier of a case: what is in it, what is not, and for whom."""

import re
from collections.abc import Callable

import pytest

from api import paper
from notifications import dates
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.api.test_papers import CAN_DRAW, CANARY
from tests.builders import a_case
from tests.company import Company
from tests.workflow.cycles import a_cycle, decide, join, release
from workflow.models import Employee
from workflow.vocabulary import Choice, Stage

Read = Callable[..., str]


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


@pytest.fixture
def read(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Read:
    """What stands in the dossier that somebody asks for."""
    drawn: list[str] = []

    def note(html: str) -> bytes:
        drawn.append(html)
        return b"%PDF-"

    def ask(by: str, case: int, search: str = "") -> str:
        assert calls.raw(by, "GET", f"/cases/{case}/dossier{search}").status_code == 200
        return drawn[-1]

    monkeypatch.setattr(paper, "drawn", note)
    return ask


def speaks(company: Company, number: str, locale: str) -> None:
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids[number]).locale = locale


def test_a_dossier_is_a_file_of_pages_or_people_are_told_to_print(company: Company, calls: Calls) -> None:
    answer = calls.raw("H1", "GET", f"/cases/{a_case(company, at=Stage.NOTICE)}/dossier")
    if CAN_DRAW:
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    else:
        assert (answer.status_code, answer.get_json()["code"]) == (404, "pdf_not_installed")


@pytest.mark.parametrize(("reader", "status"), [("C", 403), ("L1", 403), ("P1", 404), ("X1", 404)])
def test_a_dossier_is_for_hr_and_auditors(company: Company, calls: Calls, reader: str, status: int) -> None:
    calls.get(reader, f"/cases/{a_case(company, at=Stage.NOTICE)}/dossier", status=status)


def test_it_holds_the_way_of_the_case_from_nomination_to_decision(company: Company, read: Read) -> None:
    speaks(company, "H1", "en")
    case = a_case(company, at=Stage.NOTICE)
    html = read("H1", case)
    for words in (
        "Dossier of promotion case",
        "Senior service engineer",
        "Keeps promises to customers.",
        "Months at the present level: at least 18",
        "Composite: 75 of 100",
        "Carried by the committee.",
        "Signed by Person M1",
        company.case(case).journal_head,
    ):
        assert words in html, words
    assert "happening." not in html
    assert "paper." not in html


def test_it_is_in_the_language_of_its_reader(company: Company, read: Read) -> None:
    speaks(company, "A1", "zh_Hans")
    html = read("A1", a_case(company, at=Stage.NOTICE))
    assert '<html lang="zh-Hans">' in html
    assert "高级服务工程师" in html
    assert "综合得分：75（满分100）" in html
    assert "happening." not in html


def test_it_is_in_the_language_that_is_asked_for(company: Company, calls: Calls, read: Read) -> None:
    speaks(company, "A1", "zh_Hans")
    case = a_case(company, at=Stage.NOTICE)
    assert '<html lang="en">' in read("A1", case, "?locale=en")
    calls.get("A1", f"/cases/{case}/dossier?locale=fr", status=422)


def test_its_days_and_times_are_written_out_as_they_were_where_the_candidate_lives(
    company: Company, read: Read
) -> None:
    speaks(company, "A1", "zh_Hans")
    case = a_case(company, at=Stage.NOTICE)
    html = read("A1", case)
    stored = company.case(case).decided_at
    assert stored is not None
    assert f"签署：Person M1，{dates.day(stored, 'Asia/Shanghai', 'zh_Hans')}。" in html
    assert "经过（时区：Asia/Shanghai）" in html
    assert not re.search(r"\d{4}-\d\d-\d\d", html)
    assert not re.search(r"[\u4e00-\u9fff], ", html)


def test_what_waits_for_its_release_is_not_told_as_the_decision(company: Company, read: Read) -> None:
    speaks(company, "H1", "en")
    case, cycle = a_case(company, at=Stage.COMMITTEE), a_cycle(company)
    join(company, cycle, case)
    decide(company, case, Choice.NO)
    before = read("H1", case)
    release(company, cycle)
    after = read("H1", case)
    for words in ("<h2>Decision</h2>", "Composite: "):
        assert words not in before
        assert words in after


def test_whatever_is_written_stays_text(company: Company, read: Read) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    with company.on(case) as (_, found):
        found.statement, found.evidence = CANARY, {CANARY: CANARY}
    html = read("H1", case)
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.REVIEW, Stage.COMMITTEE, Stage.MENTORING])
def test_every_stage_has_its_dossier(company: Company, read: Read, stage: Stage) -> None:
    assert "</html>" in read("A1", a_case(company, at=stage))
