"""Statement and evidence stay their author's until the first approver has signed."""

import pytest
from sqlalchemy import select

from tests.builders import a_case, approve_all
from tests.company import Company
from tests.workflow.seasons import a_begun_cycle, draft_of
from workflow import nominations
from workflow.errors import NominationSigned, StageMoved
from workflow.models import JournalEntry, JournalText
from workflow.vocabulary import Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

BETTER = "Keeps promises, and the figures show it."


def write(
    company: Company, case_id: int, by: str, text: str = BETTER, evidence: dict[str, str] | None = None
) -> None:
    company.do(nominations.write, case_id, by, statement=text, evidence=evidence or {})


def writings(company: Company, case_id: int) -> list[tuple[list[str], str]]:
    """What was changed each time, with the statement as it was then."""
    entries = (
        select(JournalEntry.facts, JournalText.text)
        .join(JournalText, JournalText.entry_id == JournalEntry.id)
        .where(JournalEntry.case_id == case_id, JournalEntry.action == "nomination_written")
        .order_by(JournalEntry.sequence)
    )
    with company.reading() as db:
        return [(facts["changed"], text) for facts, text in db.execute(entries)]


def test_the_author_changes_a_submitted_nomination_until_the_first_signature(company: Company) -> None:
    # The line manager has signed by nominating, which is no verdict of another's.
    case_id = a_case(company, at=Stage.NOMINATED)
    write(company, case_id, "L1", evidence={"skill": "Repaired the press."})
    case = company.case(case_id)
    assert (case.statement, case.evidence) == (BETTER, {"skill": "Repaired the press."})
    company.do(nominations.approve, case_id, "D1")
    with pytest.raises(NominationSigned) as refused:
        write(company, case_id, "L1", "Better still.")
    assert refused.value.facts == {"signed_by": "Person D1 (D1)", "signed_at": company.now.isoformat()}
    assert company.case(case_id).statement == BETTER


def test_approvers_see_in_the_journal_that_and_what_was_changed(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    before = company.case(case_id).version
    write(company, case_id, "L1")
    write(company, case_id, "L1", evidence={"skill": "Repaired the press."})
    assert writings(company, case_id) == [(["statement"], BETTER), (["evidence"], BETTER)]
    assert company.case(case_id).version == before + 2


def test_writing_the_same_again_changes_nothing(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    case = company.case(case_id)
    write(company, case_id, "L1", case.statement)
    assert company.case(case_id).version == case.version
    assert writings(company, case_id) == []


def test_advice_against_a_self_nomination_is_a_verdict_on_its_text_too(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED, by="C")
    write(company, case_id, "C")
    company.do(nominations.decline, case_id, "L1", reason="Too early.")
    with pytest.raises(NominationSigned):
        write(company, case_id, "C", "Better still.")


def test_a_returned_nomination_is_open_whoever_has_signed_it_before(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED, by="C")
    company.do(nominations.approve, case_id, "L1")
    company.do(nominations.send_back, case_id, "D1", reason="Which customers?")
    write(company, case_id, "C")
    company.do(nominations.submit, case_id, "C")
    write(company, case_id, "C", "Better still.")
    company.do(nominations.approve, case_id, "L1")
    with pytest.raises(NominationSigned):
        write(company, case_id, "C")


def test_the_candidate_of_a_cycle_changes_his_statement_after_silence_has_sent_it(company: Company) -> None:
    a_begun_cycle(company)
    case_id = draft_of(company, "C").id
    company.later(days=8)
    company.do(nominations.settle_draft, case_id)
    write(company, case_id, "C")
    assert company.case(case_id).statement == BETTER


def test_nothing_is_changed_once_the_nomination_is_approved(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    approve_all(company, case_id)
    with pytest.raises(StageMoved):
        write(company, case_id, "L1")
