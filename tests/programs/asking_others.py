"""What people do with a task other than doing it: hand it over, ask others, nudge, sign in bulk."""

from collections.abc import Callable

from sqlalchemy import select

from tests.programs.doing import AtTask
from tests.programs.standing_in import leave_it_to_another
from workflow import copies, nominations, nudges, stand_ins, tasks
from workflow.act import Act
from workflow.models import Employee, PromotionCase
from workflow.permissions import Operation
from workflow.vocabulary import TaskKind


def hand_over(at: AtTask) -> None:
    """Give the task to anybody, transferable or not, fit or not."""
    to = _anybody(at)

    def verb(act: Act, case: PromotionCase) -> None:
        stand_ins.hand_over(act, case, at.task.id, at.employee(act, to), reason=at.typed)

    at.on(Operation.HAND_OVER, verb)


def add_signer(at: AtTask) -> None:
    """Have anybody sign before oneself."""
    signer = _anybody(at)

    def verb(act: Act, case: PromotionCase) -> None:
        stand_ins.add_signer(act, case, at.employee(act, signer), reason=at.typed)

    at.on(Operation.ADD_SIGNER, verb)


def copy(at: AtTask) -> None:
    """Keep anybody informed, or stop doing so."""
    reader, verb = _anybody(at), at.one_of((copies.copy_to, copies.copy_to, copies.take_back))
    at.on(Operation.COPY, lambda act, case: verb(act, case, at.employee(act, reader)))


def nudge(at: AtTask) -> None:
    """Nudge whoever holds the case, oneself included."""
    at.on(Operation.NUDGE, nudges.nudge)


def sign_in_bulk(at: AtTask) -> None:
    """Sign as one of several, as one has seen the task or as it was before."""
    version = at.task.version - at.happens(0.2)

    def verb(act: Act, case: PromotionCase) -> None:
        tasks.held(act, case, at.task.id, version=version)
        nominations.approve(act, case, comment=at.typed, in_bulk=True)

    at.on(Operation.APPROVE_IN_BULK, verb)


def _anybody(at: AtTask) -> str:
    return at.one_of(at.all(select(Employee.number).order_by(Employee.id)))


# Approvers ask others most.
OF_APPROVERS: tuple[Callable[[AtTask], None], ...] = (
    *(hand_over, add_signer, add_signer, sign_in_bulk),
    *(leave_it_to_another, leave_it_to_another),
)
OF_EVERYBODY: tuple[Callable[[AtTask], None], ...] = (hand_over, copy, nudge, leave_it_to_another)


def ways_of(kind: TaskKind) -> tuple[Callable[[AtTask], None], ...]:
    """What somebody may try who has a task of this kind."""
    return (*OF_APPROVERS, *OF_EVERYBODY) if kind is TaskKind.APPROVE else OF_EVERYBODY
