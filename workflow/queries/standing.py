"""Where a person stands against each step that is open to him, by the very check a case is given."""

from dataclasses import dataclass

from sqlalchemy import select

from workflow.act import Act
from workflow.editions.library import edition_of
from workflow.eligibility import facts_about
from workflow.models import Employee
from workflow.relations import reads_file
from workflow.rules import eligibility as rules
from workflow.rules.verdict import Verdict
from workflow.targets import Prospect, prospects


@dataclass(frozen=True, slots=True)
class Footing:
    """A step that is open to somebody, what each rule of it finds on file, and what follows from that.

    Findings and verdict are None to whoever may not read the person's file.
    """

    prospect: Prospect
    findings: list[rules.Finding] | None = None
    verdict: Verdict | None = None


def standing(act: Act, person: Employee, edition_id: int) -> list[Footing]:
    """Where the person stands today by an edition, as far as whoever acts may know; two statements at most.

    Raises PersonInactive.
    """
    ahead = prospects(edition_of(act.db, edition_id), person)
    is_own = person.id == act.person.id
    if not is_own and not act.db.scalar(select(reads_file(act.person.id, person.id))):
        return [Footing(prospect) for prospect in ahead]
    facts = facts_about(act, [person])[person.id]
    return [_footing(prospect, facts, act) for prospect in ahead]


def _footing(prospect: Prospect, facts: rules.Facts, act: Act) -> Footing:
    findings = rules.check(facts, prospect.step.eligibility, on=act.now.date())
    return Footing(prospect, findings, rules.overall(findings))
