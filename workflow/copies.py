"""Keep somebody without a part in a case informed of where it stands, and stop doing so."""

from sqlalchemy import delete, select

from workflow import journal
from workflow.act import Act
from workflow.errors import NotFound, PersonUnfit, StageMoved
from workflow.models import CaseCopy, Employee, PromotionCase
from workflow.relations import barred_from
from workflow.superiors import people_below
from workflow.vocabulary import OPEN_STAGES, WAITING


def copy_to(act: Act, case: PromotionCase, person: Employee) -> None:
    """Let somebody see where the case stands from now on, and tell him; once is enough.

    Raises PersonUnfit for the candidate, his reports, whoever has left or has a stake; StageMoved at the end.
    """
    if case.ended_at is not None:
        raise StageMoved(stage=case.stage, expected=sorted(OPEN_STAGES | WAITING))
    reason = "oneself" if person.id == act.person.id else obstacle(act, case, person)
    if reason is not None:
        raise PersonUnfit(reason=reason)
    if keep(act, case, person):
        journal.record(act, "case_copied", case=case, person=person.id)


def take_back(act: Act, case: PromotionCase, person: Employee) -> None:
    """Somebody is no longer kept informed of the case; raises NotFound where he is not."""
    own = delete(CaseCopy).where(CaseCopy.case_id == case.id, CaseCopy.person_id == person.id)
    if act.count(own) == 0:
        raise NotFound(kind="copy")
    journal.record(act, "copy_taken_back", case=case, person=person.id)


def keep(act: Act, case: PromotionCase, person: Employee) -> bool:
    """Put a copy on file; False if there is one."""
    if act.db.get(CaseCopy, (case.id, person.id)) is not None:
        return False
    act.add(CaseCopy(case_id=case.id, person_id=person.id, by_id=act.person.id, at=act.now))
    return True


def obstacle(act: Act, case: PromotionCase, person: Employee) -> str | None:
    """What keeps somebody without a part in the case from getting one, as a reason; None if nothing does."""
    below = people_below(case.candidate_id).subquery()
    obstacles = {
        "candidate": person.id == case.candidate_id,
        "left": not person.is_active,
        "conflict": person.id in barred_from(act, case),
        "reports_to_candidate": act.first(select(below.c.id).where(below.c.id == person.id)) is not None,
    }
    return next((name for name, stands in obstacles.items() if stands), None)
