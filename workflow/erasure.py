"""Erase what is no longer needed of people: by the table of `retention`, or all of one who has left.

Words are emptied and people become nobody in particular; rows, days, outcomes and scores stay as they are.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from workflow import journal
from workflow.act import Act
from workflow.errors import NotErasable, NotFound
from workflow.models import (
    AssignmentRecord,
    AwaitedDraft,
    CaseCopy,
    CertificateRecord,
    Demographics,
    Departure,
    Employee,
    HrField,
    JournalEntry,
    JournalText,
    KeptApart,
    LegalHold,
    MissingFact,
    Objection,
    PerformanceRecord,
    PlanItem,
    PromotionCase,
    ReviewContact,
    ReviewOutcome,
    ReviewRequest,
    RoleHolding,
    RoleProposal,
    StageRound,
    Task,
    TrainingRecord,
)
from workflow.retention import (
    CONTESTABLE,
    KEPT_FOR,
    SPOKEN,
    WORDS,
    Column,
    DataClass,
    empty_of,
    is_of,
    is_written,
)
from workflow.vocabulary import ObjectionState, TaskKind

Counts = Counter[DataClass]

_NOBODY = "erased"
_PERSONAL_FILE = (PerformanceRecord, TrainingRecord, CertificateRecord, AssignmentRecord, Demographics)
_TIES = (RoleHolding, RoleProposal, HrField, AwaitedDraft, MissingFact)
_HELD = select(LegalHold.employee_id)


def hold(act: Act, person: Employee, *, because: str) -> None:
    """Let nothing about a person be erased until the hold is lifted."""
    act.db.merge(LegalHold(employee_id=person.id, because=because, placed_at=act.now))
    journal.record(act, "hold_placed", chain="erasure", person=person.id)


def lift_hold(act: Act, person: Employee) -> None:
    """Let the rules apply again; raises NotFound where there is no hold."""
    held = act.db.get(LegalHold, person.id)
    if held is None:
        raise NotFound(kind="legal_hold")
    act.db.delete(held)
    journal.record(act, "hold_lifted", chain="erasure", person=person.id)


def due_people(act: Act) -> Sequence[int]:
    """Whose time is over: he has left long ago, no case of his runs, nothing holds him."""
    _note_departures(act)
    left_long_ago = Departure.noticed_at <= act.now - KEPT_FOR[DataClass.PERSON]
    query = select(Employee.id).join(Departure, Departure.employee_id == Employee.id)
    own = Employee.id.expression
    return act.all(
        query.where(left_long_ago, _is_somebody(), ~_is_held(own), ~_runs(own)).order_by(Employee.id)
    )


def require_erasable(act: Act, person: Employee) -> None:
    """Refuse to erase whoever is still here, or of whom something may yet be decided (NotErasable)."""
    own = PromotionCase.candidate_id == person.id
    obstacles: dict[str, ColumnElement[bool]] = {
        "still_here": literal(person.is_active),
        "held_by_law": _is_held(literal(person.id)),
        "case_runs": _runs(literal(person.id)),
        "objection_undecided": exists().where(
            Objection.case_id == PromotionCase.id, own, Objection.state == ObjectionState.OPEN
        ),
        "contestable": exists().where(own, PromotionCase.ended_at > act.now - CONTESTABLE),
    }
    row = act.execute(select(*(test.label(name) for name, test in obstacles.items()))).mappings().one()
    for name in obstacles:
        if row[name]:
            raise NotErasable(reason=name, number=person.number)


def erase_words(act: Act, *, of: Employee | None = None) -> Counts:
    """Empty the words of cases whose time is over, or of all cases of one person; how many by kind."""
    counts: Counts = Counter()
    for kind in WORDS:
        cases = _ended(act, kind) if of is None else _own(of)
        act.all(cases.order_by(PromotionCase.id).with_for_update(key_share=True))
        counts[kind] = sum(_empty(act, column, cases) for column in WORDS[kind])
        counts[kind] += _forget_spoken(act, kind, cases)
        if kind is DataClass.REVIEW:
            counts[kind] += _empty_outcomes(act, cases)
        if kind is DataClass.MENTORING:
            counts[kind] += _empty_titles(act, cases)
    if of is None:
        counts[DataClass.REASONS] += _forget_office(act)
        counts[DataClass.REVIEW] += _forget_contacts(act, _is_off_the_lists(act))
    return counts


def erase_people(act: Act, people: Sequence[int]) -> int:
    """Make people nobody in particular, and empty their personal files; how many they were."""
    for table in (*_PERSONAL_FILE, *_TIES):
        act.execute(delete(table).where(table.employee_id.in_(people)))
    act.execute(delete(CaseCopy).where(CaseCopy.person_id.in_(people)))
    _forget_pairs(act, people)
    _forget_reports(act, Task.subject_id.in_(people))
    about = and_(JournalEntry.chain == "organisation", JournalEntry.facts["person"].as_integer().in_(people))
    _forget_texts(act, about)
    _forget_contacts(act, ReviewContact.employee_id.in_(people))
    nobody = literal(f"{_NOBODY}-") + cast(Employee.id, String)
    own = update(Employee).where(Employee.id.in_(people), _is_somebody())
    return act.count(own.values(number=nobody, name=_NOBODY, email=None, under_sanction=False))


def record(act: Act, counts: Counts, people: Sequence[int]) -> None:
    """Write down that something was erased, and how much of what; nothing where nothing was."""
    told = {kind.value: counts[kind] for kind in DataClass if counts[kind]}
    if told:
        journal.record(act, "data_erased", chain="erasure", counts=told, people=list(people))


def _note_departures(act: Act) -> None:
    """From here on the time of whoever has left is counted; that of whoever is back is not."""
    known = select(Departure.employee_id)
    back = select(Employee.id).where(Employee.is_active)
    act.execute(delete(Departure).where(Departure.employee_id.in_(back)))
    gone = select(Employee.id, literal(act.now, Departure.noticed_at.type))
    unnoticed = gone.where(~Employee.is_active, Employee.id.not_in(known))
    act.execute(insert(Departure).from_select(["employee_id", "noticed_at"], unnoticed))


def _is_somebody() -> ColumnElement[bool]:
    return Employee.number.not_like(f"{_NOBODY}-%")


def _is_held(person: Any) -> ColumnElement[bool]:
    return exists().where(LegalHold.employee_id == person)


def _runs(person: Any) -> ColumnElement[bool]:
    return exists().where(PromotionCase.candidate_id == person, PromotionCase.ended_at.is_(None))


def _own(person: Employee) -> Select[int]:
    return select(PromotionCase.id).where(PromotionCase.candidate_id == person.id)


def _ended(act: Act, kind: DataClass) -> Select[int]:
    """The cases that ended long enough ago, and in which nothing is to be decided any more."""
    objected = exists().where(Objection.case_id == PromotionCase.id, Objection.state == ObjectionState.OPEN)
    return select(PromotionCase.id).where(
        PromotionCase.ended_at <= act.now - KEPT_FOR[kind],
        ~_is_held(PromotionCase.candidate_id),
        ~objected,
    )


def _empty(act: Act, column: Column, cases: Select[int]) -> int:
    table = column.class_
    emptied = update(table).where(is_of(table, cases), is_written(column))
    values = {column.key: empty_of(column)}
    return act.count(emptied.values(values).execution_options(synchronize_session=False))


def _empty_titles(act: Act, cases: Select[int]) -> int:
    """The items of a plan stay different from each other, as the table asks."""
    titled = PlanItem.title.not_like(f"{_NOBODY}-%")
    title = literal(f"{_NOBODY}-") + cast(PlanItem.id, String)
    emptied = update(PlanItem).where(is_of(PlanItem, cases), titled).values(title=title)
    return act.count(emptied.execution_options(synchronize_session=False))


def _empty_outcomes(act: Act, cases: Select[int]) -> int:
    """Figures stay, comments go; so does what superiors have written beside their marks."""
    has_words = or_(
        cast(ReviewOutcome.shown, String).contains('"comments": {"'),
        cast(ReviewOutcome.named, String).contains('"evidence": {"'),
    )
    found = act.all(select(ReviewOutcome).where(is_of(ReviewOutcome, cases), has_words))
    for outcome in found:
        outcome.shown = {**outcome.shown, "comments": {}}
        outcome.named = [{**form, "evidence": {}} for form in outcome.named]
    act.db.flush()
    return len(found)


def _forget_spoken(act: Act, kind: DataClass, cases: Select[int]) -> int:
    """What was said with acts; their entries stay, bound to the words by a digest that tells nothing."""
    if kind is DataClass.LETTERS:
        return 0
    others = frozenset().union(*SPOKEN.values())
    action = JournalEntry.action
    is_kind = action.in_(SPOKEN[kind]) if kind in SPOKEN else action.not_in(others)
    return _forget_texts(act, and_(JournalEntry.case_id.in_(cases), is_kind))


def _forget_office(act: Act) -> int:
    """What was said about competitions, corrections and the like, once it is as old as reasons of cases."""
    over = act.now - KEPT_FOR[DataClass.REASONS]
    is_old = and_(JournalEntry.case_id.is_(None), JournalEntry.at <= over)
    reports = and_(Task.done_at <= over, ~_is_held(Task.subject_id))
    return _forget_texts(act, is_old) + _forget_reports(act, reports)


def _forget_texts(act: Act, of_entries: ColumnElement[bool]) -> int:
    said = select(JournalText.entry_id).join(JournalEntry).where(of_entries, ~_concerns_somebody_held())
    gone = delete(JournalText).where(JournalText.entry_id.in_(said))
    return act.count(gone.execution_options(synchronize_session=False))


def _concerns_somebody_held() -> ColumnElement[bool]:
    """Condition on an entry and its text: somebody held has said it, or it is about him."""
    about = JournalEntry.facts["person"].as_integer()
    is_theirs = or_(LegalHold.employee_id == JournalEntry.actor_id, LegalHold.employee_id == about)
    return or_(exists().where(is_theirs), _is_of_a_pair_with(_HELD))


def _is_of_a_pair_with(people: Select[int] | Sequence[int]) -> ColumnElement[bool]:
    words = literal(" ") + JournalText.text + " "
    is_named = func.replace(words, literal(" ") + Employee.number + " ", "") != words
    return and_(JournalEntry.chain == "kept_apart", exists().where(Employee.id.in_(people), is_named))


def _forget_pairs(act: Act, people: Sequence[int]) -> None:
    """Who of them was kept apart from whom, but for pairs whose other side is held."""
    is_theirs = or_(KeptApart.one_id.in_(people), KeptApart.other_id.in_(people))
    is_held = or_(KeptApart.one_id.in_(_HELD), KeptApart.other_id.in_(_HELD))
    act.execute(delete(KeptApart).where(is_theirs, ~is_held))
    _forget_texts(act, _is_of_a_pair_with(people))


def _forget_reports(act: Act, which: ColumnElement[bool]) -> int:
    """What people have reported as wrong of themselves; that they did, and when, stays on file."""
    reported = update(Task).where(Task.kind == TaskKind.CORRECT_DATA, Task.detail != "", which)
    return act.count(reported.values(detail="").execution_options(synchronize_session=False))


def _is_off_the_lists(act: Act) -> ColumnElement[bool]:
    """Condition on contacts: HR lists them no more, and no review that asked them is still needed."""
    needed = (
        select(ReviewRequest.contact_id)
        .join(StageRound, StageRound.id == ReviewRequest.round_id)
        .where(ReviewRequest.contact_id.is_not(None))
        .where(StageRound.case_id.not_in(_ended(act, DataClass.REVIEW)))
    )
    return and_(
        ~ReviewContact.is_listed, ~_is_held(ReviewContact.employee_id), ReviewContact.id.not_in(needed)
    )


def _forget_contacts(act: Act, which: ColumnElement[bool]) -> int:
    """Customers become nobody in particular; that somebody was asked stays on file."""
    nobody = literal(f"{_NOBODY}-") + cast(ReviewContact.id, String)
    known = update(ReviewContact).where(which, ReviewContact.email.not_like(f"{_NOBODY}-%"))
    forgotten = known.values(name=_NOBODY, email=nobody, is_listed=False, refused_because=None)
    return act.count(forgotten.execution_options(synchronize_session=False))
