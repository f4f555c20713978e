from workflow.rules.verdict import Verdict, met, not_met, unknown
from workflow.vocabulary import Answer


def test_a_verdict_keeps_its_reason_and_the_facts_it_saw() -> None:
    verdict = not_met("approvals_missing", missing=2)
    assert verdict == Verdict(Answer.NOT_MET, "approvals_missing", {"missing": 2})


def test_only_met_is_met() -> None:
    assert met("approvals_complete").is_met
    assert not not_met("approvals_missing").is_met
    assert not unknown("facts_missing", reason="any fact may be named").is_met
