"""Drafts of a cycle for everybody eligible, as soon as the facts are there; a thousand people at a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, insert, or_, select, update

from workflow import cases, data_gaps, eligibility, journal, tasks
from workflow.act import Act
from workflow.calendars import calendar_of
from workflow.data_gaps import Gap
from workflow.editions.library import edition_of
from workflow.models import AwaitedDraft, Cycle, Employee, JournalChain, PromotionCase, RoleHolding
from workflow.relations import is_open_to_others
from workflow.rules import deadlines
from workflow.rules import eligibility as rules
from workflow.rules.edition import NextStep
from workflow.rules.verdict import Verdict
from workflow.vocabulary import OPEN_STAGES, Answer, Nominator, Role, TaskKind

CHUNK = 1_000
_DAYS_TO_LOOK = 3
_NEVER = -1
# Whatever brings facts on file, a file or HR, adds an entry to the organisation's journal.
_LAST_ENTRY = select(func.coalesce(func.max(JournalChain.sequence), 0)).where(
    JournalChain.name == "organisation"
)


class Outcome(StrEnum):
    """What became of one person when the drafts of a cycle were opened."""

    OPENED = auto()
    NOT_ELIGIBLE = auto()
    FACTS_MISSING = auto()
    IN_A_CASE = auto()
    IN_ANOTHER_CYCLE = auto()
    NO_STEP = auto()


@dataclass(slots=True)
class _Found:
    """What was found about some people: who is eligible for what, which facts are missing, who waits."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    eligible: list[tuple[Employee, NextStep]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)


def open_some(act: Act, cycle: Cycle) -> bool:
    """Open the drafts of the next thousand people of a cycle that is locked; True while there are more.

    What is done stays done whatever happens afterwards: the next call goes on behind the last person.
    """
    if cycle.drafts_opened_at is not None or not cycle.opens_drafts or cycle.opens_on > act.now.date():
        return False
    if cycle.closes_on < act.now.date():
        _finish(act, cycle)
        return False
    people = _open_for(act, cycle, _next_people(cycle))
    if len(people) == CHUNK:
        cycle.drafts_reached_id = people[-1].id
        return True
    _finish(act, cycle)
    return False


def open_late(act: Act, cycle: Cycle) -> bool:
    """Open the drafts of the next thousand people who lacked a fact before; True while there are more.

    The cycle is locked. Each has his days to opt out from now on, as long as nominations are taken today.
    """
    if not cycle.opens_on <= act.now.date() <= cycle.closes_on:
        return False
    waiting = awaited(cycle.id).order_by(Employee.id).limit(CHUNK)
    return len(_open_for(act, cycle, waiting)) == CHUNK


def awaited(cycle_id: Any) -> Select[Employee]:
    """Query for those whose drafts in a cycle wait for facts, where something has come on file since."""
    return (
        select(Employee)
        .join(AwaitedDraft, AwaitedDraft.employee_id == Employee.id)
        .where(AwaitedDraft.cycle_id == cycle_id, Employee.is_active)
        .where(AwaitedDraft.seen_sequence < _LAST_ENTRY.scalar_subquery())
    )


def look_again(act: Act, person_id: int) -> None:
    """A colleague's nomination has come to nothing: the drafts that waited for it need not wait any more."""
    waiting = update(AwaitedDraft).where(AwaitedDraft.employee_id == person_id)
    act.execute(waiting.values(seen_sequence=_NEVER))


def acknowledge(act: Act, cycle: Cycle) -> None:
    """HR has looked at a cycle that opened no draft; raises NotFound, TaskClosed."""
    task = tasks.latest_about(act, TaskKind.CHECK_CYCLE, cycle.id)
    tasks.complete(act, tasks.require_open(act, task))
    journal.record(act, "cycle_checked", chain="cycles", cycle=cycle.id)


def _next_people(cycle: Cycle) -> Select[Employee]:
    behind = Employee.id > cycle.drafts_reached_id
    return select(Employee).where(Employee.is_active, behind).order_by(Employee.id).limit(CHUNK)


def _open_for(act: Act, cycle: Cycle, query: Select[Employee]) -> Sequence[Employee]:
    """Open the drafts of those who are eligible, ask HR for what is missing, and count who got what."""
    last_entry = act.first(_LAST_ENTRY) or 0  # read before the facts: what comes meanwhile is looked at again
    people = act.all(query)
    found = _look_at(act, cycle, people)
    _put_on_file(act, cycle, found.eligible)
    data_gaps.report(act, found.gaps, edition_id=cycle.edition_id)
    _keep_waiting(act, cycle, people, found, last_entry)
    cycle.draft_counts = {
        outcome.value: cycle.draft_counts.get(outcome.value, 0) + found.counts[outcome] for outcome in Outcome
    }
    return people


def _keep_waiting(act: Act, cycle: Cycle, people: Sequence[Employee], found: _Found, last_entry: int) -> None:
    """Note whose drafts wait for a fact; whoever waited before is no longer counted as lacking one."""
    waiting = {"cycle_id": cycle.id, "seen_sequence": last_entry}
    keys = [person.id for person in people]
    waited = AwaitedDraft.employee_id.in_(keys), AwaitedDraft.cycle_id == cycle.id
    found.counts[Outcome.FACTS_MISSING] -= act.count(delete(AwaitedDraft).where(*waited))
    if found.waiting:
        rows = [{**waiting, "employee_id": person} for person in sorted(found.waiting)]
        act.execute(insert(AwaitedDraft), rows)


def _look_at(act: Act, cycle: Cycle, people: Sequence[Employee]) -> _Found:
    next_step = cache(edition_of(act.db, cycle.edition_id).next_step_for)
    facts = eligibility.facts_about(act, people)
    taken = _taken(act, cycle, people)
    found = _Found()
    for person in people:
        step = next_step(person.track, person.level, person.post)
        if step is None or person.id in taken:
            outcome = taken.get(person.id, Outcome.NO_STEP)
        else:
            findings = rules.check(facts[person.id], step.rules.eligibility, on=act.now.date())
            outcome = _judge(found, person, step, rules.overall(findings))
        found.counts[outcome] += 1
        if outcome is Outcome.FACTS_MISSING:
            found.waiting.add(person.id)
    return found


def _taken(act: Act, cycle: Cycle, people: Sequence[Employee]) -> dict[int, Outcome]:
    """Who has an open case, or has had one in this cycle.

    Who has yet to agree to a colleague's nomination waits like one who lacks a fact: nobody hears of it.
    """
    was_in_cycle = and_(PromotionCase.cycle_id == cycle.id, is_open_to_others())
    is_in_the_way = or_(PromotionCase.stage.in_(OPEN_STAGES), was_in_cycle)
    rows = act.execute(
        select(PromotionCase.candidate_id, PromotionCase.cycle_id, is_open_to_others())
        .where(PromotionCase.candidate_id.in_([person.id for person in people]), is_in_the_way)
        .order_by(is_open_to_others())
    )
    taken: dict[int, Outcome] = {}
    for person, within, is_told in rows:
        if not is_told:
            taken[person] = Outcome.FACTS_MISSING
        else:
            taken[person] = Outcome.IN_A_CASE if within in (None, cycle.id) else Outcome.IN_ANOTHER_CYCLE
    return taken


def _judge(found: _Found, person: Employee, step: NextStep, verdict: Verdict) -> Outcome:
    if verdict.is_met:
        found.eligible.append((person, step))
        return Outcome.OPENED
    if verdict.answer is Answer.NOT_MET:
        return Outcome.NOT_ELIGIBLE
    found.gaps += [(rule, person) for rule in verdict.facts["rules"]]
    return Outcome.FACTS_MISSING


def _put_on_file(act: Act, cycle: Cycle, eligible: Sequence[tuple[Employee, NextStep]]) -> None:
    """Cases, rounds, tasks and journal entries of the eligible, a few statements for all of them."""
    drafts = [_draft(act, cycle, person, step) for person, step in eligible]
    last_days = [(person.time_zone, step.rules.approvals.opt_out_days) for person, step in eligible]
    day_over = cache(partial(deadlines.day_over, act.now))
    closing_time = cache(partial(deadlines.closing_time, act.now))
    cases.begin(act, drafts, "draft_opened", due_at=[day_over(zone, days) for zone, days in last_days])
    asked = [
        (draft, person, closing_time(zone, days))
        for draft, (person, _), (zone, days) in zip(drafts, eligible, last_days, strict=True)
    ]
    tasks.open_for_candidates(act, TaskKind.WRITE_STATEMENT, asked, edition_id=cycle.edition_id)


def _draft(act: Act, cycle: Cycle, person: Employee, step: NextStep) -> PromotionCase:
    return PromotionCase(
        candidate_id=person.id,
        target_track=step.rules.track,
        target_level=step.rules.level,
        target_post=step.post,
        edition_id=cycle.edition_id,
        cycle_id=cycle.id,
        nominated_as=Nominator.CYCLE,
        opened_at=act.now,
        is_contested=step.rules.competition is not None,
    )


def _finish(act: Act, cycle: Cycle) -> None:
    """Write down what has become of everybody; a cycle without a single draft is for HR to look at."""
    cycle.drafts_opened_at = act.now
    journal.record(act, "drafts_opened", chain="cycles", cycle=cycle.id, **cycle.draft_counts)
    if cycle.draft_counts.get(Outcome.OPENED):
        return
    of_hr = exists().where(RoleHolding.employee_id == Employee.id, RoleHolding.role == Role.HR)
    near = act.first(select(Employee).where(Employee.is_active).order_by(of_hr.desc(), Employee.id))
    if near is not None:
        due_at = deadlines.due_at(
            act.now, _DAYS_TO_LOOK, calendar=calendar_of(near.site), zone=near.time_zone
        )
        tasks.open_for_office(
            act,
            TaskKind.CHECK_CYCLE,
            near=near,
            edition_id=cycle.edition_id,
            due_at=due_at,
            subject_id=cycle.id,
            detail="window_missed" if cycle.closes_on < act.now.date() else "nobody_eligible",
            waits=True,
        )
