"""What is on file about a candidate, put against the rules of the step, and HR's exceptions."""

from sqlalchemy import delete, select

from workflow import journal
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.errors import AlreadyExists, NotFound
from workflow.models import (
    EligibilityFinding,
    Employee,
    PerformanceRecord,
    PromotionCase,
    TrainingRecord,
    Waiver,
)
from workflow.rules import eligibility as rules
from workflow.rules.verdict import Verdict
from workflow.vocabulary import Answer


def examine(act: Act, case: PromotionCase) -> None:
    """Put today's facts against every rule and keep the answers with the values they saw."""
    found = rules.check(
        facts_about(act, case.candidate), step_of(act.db, case).eligibility, on=act.now.date()
    )
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
    """Record HR's exception from one rule that is not met; raises NotFound, AlreadyExists."""
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


def facts_about(act: Act, person: Employee) -> rules.Facts:
    """Everything on file that eligibility rules may ask about."""
    ratings = act.execute(
        select(PerformanceRecord.period, PerformanceRecord.overall)
        .where(PerformanceRecord.employee_id == person.id)
        .order_by(PerformanceRecord.period)
    ).all()
    trainings = act.execute(
        select(TrainingRecord.course, TrainingRecord.year, TrainingRecord.times).where(
            TrainingRecord.employee_id == person.id
        )
    ).all()
    return rules.Facts(
        level_since=person.level_since,
        ratings=tuple((period, overall) for period, overall in ratings),
        trainings={(course, year): times for course, year, times in trainings},
        under_sanction=person.under_sanction,
        rotation_months=None,
        projects=None,
    )


def ratings_of(act: Act, person: Employee, periods: int) -> list[float]:
    """The person's last periodic ratings, oldest first, at most `periods` of them."""
    rows = act.all(
        select(PerformanceRecord.overall)
        .where(PerformanceRecord.employee_id == person.id)
        .order_by(PerformanceRecord.period.desc())
        .limit(periods)
    )
    return list(reversed(rows))
