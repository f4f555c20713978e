"""Keep somebody without a part in a case informed of where it stands, and stop doing so."""

from sqlalchemy import exists, select

from workflow import journal
from workflow.act import Act
from workflow.errors import NotAllowed, NotFound, PersonUnfit, StageMoved
from workflow.models import CaseCopy, Employee, PromotionCase, Recusal, RoleHolding
from workflow.permissions import sees_place
from workflow.relations import Relation, relations
from workflow.superiors import people_below
from workflow.vocabulary import OPEN_STAGES, WAITING, Role


def copy_to(act: Act, case: PromotionCase, person: Employee) -> None:
    """Let somebody see where the case stands from now on, and tell him; once is enough.

    Whoever has a stake sees nothing for all that, and whoever gives the copy does not learn of it. Raises
    PersonUnfit for the candidate, his reports, who has left or sees the case already; StageMoved at the end.
    """
    if case.ended_at is not None:
        raise StageMoved(stage=case.stage, expected=sorted(OPEN_STAGES | WAITING))
    if act.db.get(CaseCopy, (case.id, person.id)) is not None:
        return
    reason = obstacle(act, case, person) or _sight(act, case, person)
    if reason is not None:
        raise PersonUnfit(reason=reason)
    keep(act, case, person)


def take_back(act: Act, case: PromotionCase, person: Employee) -> None:
    """Somebody is no longer kept informed of the case, at the wish of whoever gave the copy, or of HR.

    Raises NotFound where he is not, NotAllowed to others.
    """
    copy = act.db.get(CaseCopy, (case.id, person.id))
    if copy is None:
        raise NotFound(kind="copy")
    if copy.by_id != act.person.id and Relation.HR not in relations(act.db, act.person, case):
        raise NotAllowed(reason="not_your_copy")
    act.db.delete(copy)
    journal.record(act, "copy_taken_back", case=case, person=person.id)


def keep(act: Act, case: PromotionCase, person: Employee) -> None:
    """Put a copy on file where there is none."""
    if act.db.get(CaseCopy, (case.id, person.id)) is None:
        act.add(CaseCopy(case_id=case.id, person_id=person.id, by_id=act.person.id, at=act.now))
        journal.record(act, "case_copied", case=case, person=person.id)


def obstacle(act: Act, case: PromotionCase, person: Employee) -> str | None:
    """What keeps somebody from any part in the case, as a reason; None if nothing does."""
    below = people_below(case.candidate_id).subquery()
    obstacles = {
        "oneself": person.id == act.person.id,
        "candidate": person.id == case.candidate_id,
        "left": not person.is_active,
        "reports_to_candidate": act.first(select(below.c.id).where(below.c.id == person.id)) is not None,
    }
    return next((name for name, stands in obstacles.items() if stands), None)


def _sight(act: Act, case: PromotionCase, person: Employee) -> str | None:
    """Who sees the case already needs no copy; who may see nothing of it, or no more, gets none."""
    admin = exists().where(RoleHolding.employee_id == person.id, RoleHolding.role == Role.ADMIN)
    recused = exists().where(Recusal.case_id == case.id, Recusal.employee_id == person.id)
    is_admin, is_recused = act.execute(select(admin, recused)).one()
    if is_admin or is_recused:
        return "administers" if is_admin else "stepped_aside"
    return "sees_already" if sees_place(relations(act.db, person, case)) else None
