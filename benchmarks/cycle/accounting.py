"""Whether everything is accounted for: cases, tasks, inboxes, deliveries, acts and the journal."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from api.signing import unguessable
from benchmarks.cycle.calls import Call
from benchmarks.cycle.journey import SECRET, SENDER, Cycle
from benchmarks.cycle.process import ROOT
from notifications.channels.email import message_id
from notifications.channels.webhook import webhook_id
from notifications.models import Channel, Delivery, DeliveryState
from workflow.models import (
    CareerStep,
    Competition,
    Employee,
    InboxRow,
    JournalEntry,
    PromotionCase,
    Reminder,
    ReviewRequest,
    StageRound,
    Task,
)
from workflow.vocabulary import (
    COMPETITION_TASKS,
    ENDS,
    OUTLIVING_TASKS,
    CompetitionState,
    RequestState,
    Stage,
    TaskState,
)

_LINKS = "/review-links/"


def unaccounted(cycle: Cycle) -> list[str]:
    """Everything that does not add up, one sentence each; an empty list is what we hope for."""
    with Session(cycle.company.engine) as db:
        return [
            *cycle.ledger.unexpected,
            *_calls(cycle),
            *_acts(db, cycle),
            *_forms(db, cycle),
            *_cases(db, cycle),
            *_promotions(db),
            *_tasks(db),
            *_deliveries(db, cycle),
            *verified(cycle),
        ]


def is_secret(call: Call) -> bool:
    """Whether the journal does not tell who has done this, nor by which request."""
    return (
        _is_form(call)
        or call.path.endswith(("/review/refusal", "/review/draft"))
        or call.path.startswith(_LINKS)
    )


def name_of_mail(key: str) -> str:
    """The Message-ID that the mail of a delivery goes out under."""
    return message_id(unguessable(SECRET, key), SENDER)


def verified(cycle: Cycle) -> Iterator[str]:
    """What `jinsheng verify` finds wrong with the journal."""
    command = [sys.executable, "-c", "from server.entry import main; main()", "verify"]
    environment = os.environ | {
        "JINSHENG_DATABASE_URL": cycle.company.url,
        "JINSHENG_FOLDER": str(cycle.folder),
    }
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        yield f"jinsheng verify: {run.stdout[-400:]}{run.stderr[-400:]}"


def _calls(cycle: Cycle) -> Iterator[str]:
    for (method, status), count in cycle.ledger.calls.items():
        if status >= 500:
            yield f"{count} × {method} answered {status}"


def _acts(db: Session, cycle: Cycle) -> Iterator[str]:
    """What was acknowledged, or refused because it had been done, must stand in the journal."""
    written = set(db.scalars(select(JournalEntry.request_id).distinct()))
    for name, call in cycle.ledger.acknowledged.items():
        if name not in written and not is_secret(call):
            yield f"acknowledged but not in the journal: {call}"
    for name, call in cycle.ledger.refused_after_repeat.items():
        if name not in written and not is_secret(call):
            yield f"refused when repeated, though it had not been done: {call}"


def _forms(db: Session, cycle: Cycle) -> Iterator[str]:
    """The journal does not tell who handed in a review form; the request does."""
    submitted = (
        select(StageRound.case_id, ReviewRequest.rater_id)
        .join(StageRound, StageRound.id == ReviewRequest.round_id)
        .where(ReviewRequest.state == RequestState.SUBMITTED, ReviewRequest.rater_id.is_not(None))
    )
    submitted_by_customer = and_(
        ReviewRequest.state == RequestState.SUBMITTED, ReviewRequest.contact_id.is_not(None)
    )
    calls = [*cycle.ledger.acknowledged.values(), *cycle.ledger.refused_after_repeat.values()]
    given = Counter((f"/cases/{case}/review/form", rater) for case, rater in db.execute(submitted))
    told = Counter((call.path, call.person.id) for call in calls if call.person and _is_form(call))
    for (path, rater), count in told.items():
        if given[path, rater] != count:
            yield f"{count} forms acknowledged and {given[path, rater]} on file: {path} by {rater}"
    by_customers = db.scalar(select(func.count()).where(submitted_by_customer)) or 0
    linked = sum(call.method == "PUT" and call.path.startswith(_LINKS) for call in calls)
    if linked != by_customers:
        yield f"{linked} forms of customers acknowledged and {by_customers} on file"


def _is_form(call: Call) -> bool:
    return call.method == "PUT" and call.path.endswith("/review/form")


def _cases(db: Session, cycle: Cycle) -> Iterator[str]:
    entered = (
        select(JournalEntry.case_id, JournalEntry.facts)
        .where(JournalEntry.action == "stage_entered")
        .order_by(JournalEntry.case_id, JournalEntry.sequence)
    )
    folded = {case_id: facts["to"] for case_id, facts in db.execute(entered)}
    cases = {case.id: case for case in db.scalars(select(PromotionCase))}
    for case in cases.values():
        if case.stage != folded.get(case.id, Stage.DRAFT):
            yield f"case {case.id} is in {case.stage}, its journal says {folded.get(case.id)}"
        if case.stuck_reason is not None:
            yield f"case {case.id} is stuck: {case.stuck_reason}"
    for play in cycle.cast.plays:
        case = cases.pop(play.case)
        if case.stage is not play.story.ends:
            yield f"“{play.story.name}” ended in {case.stage}"
    opted_out = set(db.scalars(select(JournalEntry.case_id).where(JournalEntry.action == "opted_out")))
    for case in cases.values():
        if case.id not in opted_out or case.stage is not Stage.WITHDRAWN:
            yield f"case {case.id} belongs to no story and is in {case.stage}"


def _promotions(db: Session) -> Iterator[str]:
    """Level and post stand where the journal says, and each promotion took effect once."""
    done = Counter(map(tuple, db.execute(select(JournalEntry.case_id, JournalEntry.action))))
    for case in db.scalars(select(PromotionCase)):
        taken, undone = done[case.id, "effect_taken"], done[case.id, "mentoring_reverted"]
        person = db.get_one(Employee, case.candidate_id)
        reached = (person.level, person.post) == (case.target_level, case.target_post)
        if reached is not (taken > undone):
            yield f"case {case.id} is {case.stage}, its candidate is {person.level} {person.post}"
        steps = db.scalar(select(func.count()).where(CareerStep.case_id == case.id))
        if taken > 1 or steps != taken + undone:
            yield f"case {case.id} is {case.stage} and took effect {taken} times in {steps} steps"


def _tasks(db: Session) -> Iterator[str]:
    open_tasks = {task.id: task for task in db.scalars(select(Task).where(Task.state == TaskState.OPEN))}
    in_inbox = set(db.scalars(select(InboxRow.task_id)))
    ended = set(db.scalars(select(PromotionCase.id).where(PromotionCase.stage.in_(ENDS))))
    decided = set(db.scalars(select(Competition.id).where(Competition.state == CompetitionState.DECIDED)))
    for task in open_tasks.values():
        is_over = task.case_id in ended and task.kind not in OUTLIVING_TASKS
        of_contest = task.case_id is None and task.kind in COMPETITION_TASKS
        if is_over or (of_contest and task.subject_id in decided):
            yield f"task {task.id} ({task.kind}) is open though its matter is closed"
        if task.id not in in_inbox:
            yield f"task {task.id} ({task.kind}) is open and in no inbox"
    for orphan in in_inbox - open_tasks.keys():
        yield f"task {orphan} is in an inbox and not open"
    waiting = db.scalar(select(func.count()).where(Reminder.task_id.in_(open_tasks))) or 0
    if waiting == 0 and open_tasks:
        yield f"{len(open_tasks)} open tasks have no reminder left"


def _deliveries(db: Session, cycle: Cycle) -> Iterator[str]:
    """Every delivery was sent or has a reason; what was sent is what was received."""
    deliveries = db.scalars(select(Delivery)).all()
    for delivery in deliveries:
        is_settled = delivery.state is DeliveryState.SENT
        if not is_settled and not (delivery.state is DeliveryState.DROPPED and delivery.error):
            yield f"delivery {delivery.key} is {delivery.state}: {delivery.error}"
    names = {
        Channel.MAIL: name_of_mail,
        Channel.WEBHOOK: webhook_id,
    }
    for channel, name_of in names.items():
        own = [delivery for delivery in deliveries if delivery.channel is channel]
        sent = {name_of(one.key): one for one in own if one.state is DeliveryState.SENT}
        # Handed over by a server that died before noting it, and not worth sending again since.
        perhaps = {name_of(one.key) for one in own if one.attempts > 1 and cycle.kills}
        received = cycle.post.received if channel is Channel.MAIL else cycle.webhooks.received
        yield from (f"{sent[name].key} was sent and not received" for name in sent.keys() - received.keys())
        yield from (f"{channel} {name} was never sent" for name in received.keys() - sent.keys() - perhaps)
        for name, count in received.items():
            if count > 1 and name not in perhaps:
                yield f"{sent[name].key} came {count} times in {sent[name].attempts} attempts"
    if cycle.webhooks.forged:
        yield f"{cycle.webhooks.forged} webhooks had a false signature"
