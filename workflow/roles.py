"""Who holds which role: an administrator proposes a change, a second person confirms it."""

from sqlalchemy import delete, select

from workflow import journal
from workflow.act import Act
from workflow.errors import NotAllowed, PersonInactive
from workflow.models import Employee, RoleHolding, RoleProposal
from workflow.permissions import require_no_case_on_its_way
from workflow.relations import Relation, roles_of
from workflow.vocabulary import Role

# They open cases; HR confirms them too. Only administrators say who is one of them.
OPENING_CASES = frozenset({Role.HR, Role.AUDITOR})


def give(act: Act, person: Employee, role: Role) -> None:
    """Propose that somebody holds a role, or confirm it; said of a role he holds it ends what was proposed.

    Raises NotAllowed to whoever has no say, OwnCase to whoever has a case on its way, PersonInactive.
    """
    if not person.is_active:
        raise PersonInactive(person=person.number)
    _settle(act, person, role, is_given=True)


def take(act: Act, person: Employee, role: Role) -> None:
    """Propose that somebody holds a role no more, or confirm it; otherwise as `give`."""
    _settle(act, person, role, is_given=False)


def _settle(act: Act, person: Employee, role: Role, *, is_given: bool) -> None:
    _require_say(act, role)
    # Of two who say it at once the second confirms.
    act.all(select(Employee.id).where(Employee.id == person.id).with_for_update(key_share=True))
    proposal = act.db.get(RoleProposal, (person.id, role), populate_existing=True)
    is_held = act.db.get(RoleHolding, (person.id, role), populate_existing=True) is not None
    if is_held is is_given:
        _withdraw(act, proposal)
    elif proposal is None or not _counts(act, proposal):
        _propose(act, person, role, is_given=is_given)
    elif proposal.proposed_by_id != act.person.id:
        _confirm(act, person, proposal)
    act.db.flush()


def _require_say(act: Act, role: Role) -> None:
    mine = roles_of(act.db, act.person)
    if Relation.ADMIN not in mine and (Relation.HR not in mine or role not in OPENING_CASES):
        raise NotAllowed(reason="role_for_administrators")
    require_no_case_on_its_way(act.db, act.by)


def _withdraw(act: Act, proposal: RoleProposal | None) -> None:
    if proposal is not None:
        _write_down(act, "role_proposal_withdrawn", proposal)
        act.db.delete(proposal)


def _counts(act: Act, proposal: RoleProposal) -> bool:
    """As long as its author is an administrator."""
    author = act.db.get_one(Employee, proposal.proposed_by_id)
    return author.is_active and Relation.ADMIN in roles_of(act.db, author)


def _propose(act: Act, person: Employee, role: Role, *, is_given: bool) -> None:
    if Relation.ADMIN not in roles_of(act.db, act.person):
        raise NotAllowed(reason="role_not_proposed")
    proposal = act.db.merge(
        RoleProposal(
            employee_id=person.id,
            role=role,
            is_given=is_given,
            proposed_by_id=act.person.id,
            proposed_at=act.now,
        )
    )
    _write_down(act, "role_proposed", proposal)


def _confirm(act: Act, person: Employee, proposal: RoleProposal) -> None:
    if act.person.id == person.id:
        raise NotAllowed(reason="role_of_ones_own")
    if proposal.is_given:
        act.db.add(RoleHolding(employee_id=person.id, role=proposal.role))
    else:
        held = RoleHolding.employee_id == person.id, RoleHolding.role == proposal.role
        act.execute(delete(RoleHolding).where(*held))
    changed = [(person.id, str(proposal.role), None)]
    journal.record(
        act,
        "roles_changed",
        chain="organisation",
        person=person.id,
        given=changed if proposal.is_given else [],
        taken=[] if proposal.is_given else changed,
        proposed_by=proposal.proposed_by_id,
    )
    act.db.delete(proposal)


def _write_down(act: Act, action: str, proposal: RoleProposal) -> None:
    role, is_given = str(proposal.role), proposal.is_given
    journal.record(
        act, action, chain="organisation", person=proposal.employee_id, role=role, is_given=is_given
    )
