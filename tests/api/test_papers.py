"""Letters as PDF: drawn in the person's language, from text alone, with nothing fetched."""

import socket
import sys
from importlib.util import find_spec

import pytest
from sqlalchemy import update

from api import paper
from api.refusals import PdfNotInstalled
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case
from tests.company import Company
from workflow.models import Letter
from workflow.vocabulary import Stage

CANARY = '<script>alert(1)</script><img src="file:///etc/hostname">'
# A machine may lack the extra, or the libraries it draws with: then people are told to print.
CAN_DRAW = find_spec("weasyprint") is not None


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def a_letter(company: Company, calls: Calls, text: str | None = None) -> str:
    """The path of the PDF of a letter, which says what the test wants."""
    case = a_case(company, at=Stage.NOTICE)
    (letter,) = calls.get("C", f"/cases/{case}/letters")["items"]
    if text is not None:
        with company.door.acting(now=company.now) as act:
            act.execute(update(Letter).where(Letter.id == letter["id"]).values(text=text))
    return f"/cases/{case}/letters/{letter['id']}.pdf"


def html_of(locale: str, text: str) -> str:
    letter = Letter(case_id=7, round_id=1, kind="promoted", locale=locale, text=text, written_at=None)
    return paper.page("letter.html", locale, zone="Asia/Shanghai", letter=letter, kind="晋升")


def test_a_letter_is_a_file_of_pages_or_people_are_told_to_print(company: Company, calls: Calls) -> None:
    answer = calls.raw("C", "GET", a_letter(company, calls))
    if CAN_DRAW:
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith('inline; filename="letter-')
    else:
        assert (answer.status_code, answer.get_json()["code"]) == (404, "pdf_not_installed")


def test_without_the_library_it_says_so_in_both_languages(
    company: Company, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_letter(company, calls)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    told = calls.get("C", path, status=404)
    assert told["code"] == "pdf_not_installed"
    assert "Print the page" in told["messages"]["en"]
    assert "打印" in told["messages"]["zh_Hans"]


def test_a_missing_system_library_counts_as_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(paper, "import_module", fail)
    with pytest.raises(PdfNotInstalled):
        paper.drawn("<p>")


@pytest.mark.parametrize(("reader", "status"), [("L1", 403), ("P1", 404), ("M1", 404)])
def test_a_letter_is_for_the_candidate_hr_and_auditors(
    company: Company, calls: Calls, reader: str, status: int
) -> None:
    refused = calls.get(reader, a_letter(company, calls), status=status)
    assert refused["code"] != "pdf_not_installed"


def test_a_letter_of_another_case_is_not_found(company: Company, calls: Calls) -> None:
    path = a_letter(company, calls)
    other = a_case(company, candidate="P1")
    assert calls.get("H1", path.replace("/cases/1/", f"/cases/{other}/"), status=404)["code"] == "not_found"


def test_whatever_is_written_stays_text() -> None:
    html = html_of("en", CANARY)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_letter_is_in_its_own_language_paragraph_by_paragraph() -> None:
    html = html_of("zh_Hans", "李娜，您好：\n\n您已获准晋升。")
    assert '<html lang="zh-Hans">' in html
    assert "<h1>关于您的晋升事项：晋升</h1>" in html
    assert "<p>李娜，您好：</p>\n<p>您已获准晋升。</p>" in html
    assert "尚未签收" in html


def test_nothing_is_fetched_even_where_a_paper_names_an_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/x.png"
        if CAN_DRAW:
            assert paper.drawn(f'<p>Hello<img src="{address}"><link rel="stylesheet" href="{address}">')
        with pytest.raises(TimeoutError):
            listening.accept()
