"""What is on file about a candidate, put against the rules of the step, and HR's exceptions."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select

from workflow import journal
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.errors import AlreadyExists, NotFound, OwnNominee
from workflow.models import (
    AssignmentRecord,
    CertificateRecord,
    EligibilityFinding,
    Employee,
    PerformanceRecord,
    PromotionCase,
    TrainingRecord,
    Waiver,
)
from workflow.rules import eligibility as rules
from workflow.rules.verdict import Verdict
from workflow.vocabulary import Answer, AssignmentKind


def examine(act: Act, case: PromotionCase) -> None:
    """Put today's facts against every rule and keep the answers with the values they saw."""
    facts = facts_about(act, [case.candidate])[case.candidate_id]
    found = rules.check(facts, step_of(act.db, case).eligibility, on=act.now.date())
    act.execute(delete(EligibilityFinding).where(EligibilityFinding.round_id == case.round_id))
    assert case.round_id is not None
    act.db.add_all(
        EligibilityFinding(
            round_id=case.round_id,
            rule=finding.rule,
            required=finding.required,
            value=finding.value,
            source=finding.source,
            answer=finding.answer,
        )
        for finding in found
    )
    act.db.flush()
    journal.record(
        act, "eligibility_examined", case=case, findings={finding.rule: finding.answer for finding in found}
    )


def overall(act: Act, case: PromotionCase) -> Verdict:
    """Whether every rule is met or waived, as far as the stored answers say."""
    stored = act.all(select(EligibilityFinding).where(EligibilityFinding.round_id == case.round_id))
    waived = act.all(select(Waiver.rule).where(Waiver.case_id == case.id))
    return rules.overall(
        [rules.Finding(row.rule, row.required, row.value, row.source, row.answer) for row in stored], waived
    )


def waive(act: Act, case: PromotionCase, rule: str, *, reason: str) -> None:
    """Record HR's exception from one rule that is not met; raises OwnNominee, NotFound, AlreadyExists."""
    if act.person.id in interested(case):
        raise OwnNominee()
    finding = select(EligibilityFinding).where(
        EligibilityFinding.round_id == case.round_id,
        EligibilityFinding.rule == rule,
        EligibilityFinding.answer != Answer.MET,
    )
    if act.first(finding) is None:
        raise NotFound(kind="open_rule", rule=rule)
    if act.first(select(Waiver).where(Waiver.case_id == case.id, Waiver.rule == rule)):
        raise AlreadyExists(kind="waiver", rule=rule)
    act.add(
        Waiver(case_id=case.id, rule=rule, reason=reason, granted_by_id=act.person.id, granted_at=act.now)
    )
    journal.record(act, "rule_waived", case=case, rule=rule, text=reason)


def interested(case: PromotionCase) -> set[int]:
    """Who makes no exception for the candidate though he be of HR: the nominator and the line manager."""
    return {key for key in (case.nominated_by_id, case.candidate.manager_id) if key is not None}


def facts_about(act: Act, people: Sequence[Employee]) -> dict[int, rules.Facts]:
    """Everything on file that eligibility rules may ask about, by person; four statements for all."""
    ratings: dict[int, list[tuple[str, float]]] = defaultdict(list)
    trainings: dict[int, dict[tuple[str, int], int]] = defaultdict(dict)
    certificates: dict[int, dict[str, rules.Certificate]] = defaultdict(dict)
    abroad: dict[int, dict[AssignmentKind, int]] = defaultdict(dict)
    for key, period, rating in act.execute(_of(people, PerformanceRecord.period, PerformanceRecord.overall)):
        ratings[key].append((period, rating))
    columns = (TrainingRecord.course, TrainingRecord.year, TrainingRecord.times)
    for key, course, year, times in act.execute(_of(people, *columns)):
        trainings[key][course, year] = times
    held = (CertificateRecord.certificate, CertificateRecord.obtained_on, CertificateRecord.valid_until)
    for key, certificate, obtained_on, valid_until in act.execute(_of(people, *held)):
        certificates[key][certificate] = rules.Certificate(obtained_on, valid_until)
    for key, kind, months, times in act.execute(_assignments(people)):
        abroad[key][kind] = months if kind is AssignmentKind.ROTATION else times
    return {
        person.id: rules.Facts(
            level_since=person.level_since,
            ratings=tuple(sorted(ratings[person.id])),
            trainings=trainings[person.id],
            certificates=certificates[person.id],
            under_sanction=person.under_sanction,
            rotation_months=abroad[person.id].get(AssignmentKind.ROTATION),
            projects=abroad[person.id].get(AssignmentKind.PROJECT),
        )
        for person in people
    }


def ratings_of(act: Act, person: Employee, periods: int) -> list[float]:
    """The person's last periodic ratings, oldest first, at most `periods` of them."""
    rows = act.all(
        select(PerformanceRecord.overall)
        .where(PerformanceRecord.employee_id == person.id)
        .order_by(PerformanceRecord.period.desc())
        .limit(periods)
    )
    return list(reversed(rows))


def _of(people: Sequence[Employee], *columns: Any) -> Select[*tuple[Any, ...]]:
    """Columns of the records of these people, the person's key first."""
    owner = columns[0].class_.employee_id
    return select(owner, *columns).where(owner.in_([person.id for person in people]))


def _assignments(people: Sequence[Employee]) -> Select[*tuple[Any, ...]]:
    """Person and kind with the longest stay in months and the number of times."""
    longest, times = func.max(AssignmentRecord.months), func.sum(AssignmentRecord.times)
    rows = _of(people, AssignmentRecord.kind).add_columns(longest, times)
    return rows.group_by(AssignmentRecord.employee_id, AssignmentRecord.kind)
