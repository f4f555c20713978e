"""What is on file about a candidate, put against the rules of the step, and HR's exceptions."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Float,
    Integer,
    Select,
    String,
    cast,
    delete,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.types import TypeEngine

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
    is_waived = (Waiver.case_id == case.id) & (Waiver.rule == EligibilityFinding.rule)
    query = select(EligibilityFinding, Waiver.rule).outerjoin(Waiver, is_waived)
    rows = act.execute(query.where(EligibilityFinding.round_id == case.round_id)).all()
    return rules.overall(
        [rules.Finding(row.rule, row.required, row.value, row.source, row.answer) for row, _ in rows],
        [waived for _, waived in rows if waived is not None],
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
    """Everything on file that eligibility rules may ask about, by person; one statement for all."""
    ratings: dict[int, list[tuple[str, float]]] = defaultdict(list)
    trainings: dict[int, dict[tuple[str, int], int]] = defaultdict(dict)
    certificates: dict[int, dict[str, rules.Certificate]] = defaultdict(dict)
    abroad: dict[int, dict[AssignmentKind, int]] = defaultdict(dict)
    for row in act.execute(_records(people)):
        if row.kind == "rating":
            ratings[row.person].append((row.name, row.figure))
        elif row.kind == "training":
            trainings[row.person][row.name, row.number] = row.times
        elif row.kind == "certificate":
            certificates[row.person][row.name] = rules.Certificate(row.since, row.until)
        else:
            is_rotation = row.name == AssignmentKind.ROTATION
            abroad[row.person][AssignmentKind(row.name)] = row.number if is_rotation else row.times
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


def _records(people: Sequence[Employee]) -> CompoundSelect[Any]:
    """The records of these people, each as kind, name and whatever figures and days it has."""
    rating, training, certificate = PerformanceRecord, TrainingRecord, CertificateRecord
    stay = AssignmentRecord
    longest, times = func.max(stay.months), cast(func.sum(stay.times), Integer)
    stays = _record(people, "stay", stay, cast(stay.kind, String), number=longest, times=times)
    return union_all(
        _record(people, "rating", rating, rating.period, figure=rating.overall),
        _record(people, "training", training, training.course, number=training.year, times=training.times),
        _record(
            people,
            "certificate",
            certificate,
            certificate.certificate,
            since=certificate.obtained_on,
            until=certificate.valid_until,
        ),
        stays.group_by(stay.employee_id, stay.kind),
    )


_FIGURES: dict[str, TypeEngine[Any]] = {
    "figure": Float(),
    "number": Integer(),
    "times": Integer(),
    "since": Date(),
    "until": Date(),
}


def _record(people: Sequence[Employee], kind: str, table: Any, name: Any, **known: Any) -> Select[Any]:
    figures = (_or_nothing(known.get(one), of).label(one) for one, of in _FIGURES.items())
    columns = (table.employee_id.label("person"), literal(kind).label("kind"), name.label("name"), *figures)
    return select(*columns).where(table.employee_id.in_([person.id for person in people]))


def _or_nothing(column: Any, of: TypeEngine[Any]) -> ColumnElement[Any]:
    return literal(None, of) if column is None else column
