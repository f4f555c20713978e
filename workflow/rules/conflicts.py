"""Who may not decide on a case because of a stake in it or of a part already played in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from workflow.rules.verdict import Verdict, met, not_met

HIDDEN = frozenset({"rater", "kept_apart"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands how to one case; people are told apart by any stable key.

    `line_managers` are the candidate's own, one and two levels up; `rivals` want the same post;
    `kept_apart` are relatives, and whoever has a grievance open with the candidate; `recused` are kept out
    already, as who has declared an interest.
    """

    candidate: str
    line_managers: frozenset[str] = frozenset()
    raters: frozenset[str] = frozenset()
    approvers: frozenset[str] = frozenset()
    judges: frozenset[str] = frozenset()
    nominator: str | None = None
    mentors: frozenset[str] = frozenset()
    rivals: frozenset[str] = frozenset()
    kept_apart: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()


def conflicts_of(person: str, standing: Standing) -> list[str]:
    """Every conflict of the person in the case as a code, the gravest first; empty if there is none."""
    held: dict[str, Collection[str | None]] = {
        "candidate": (standing.candidate,),
        "line_manager": standing.line_managers,
        "rater": standing.raters,
        "approver": standing.approvers,
        "judge": standing.judges,
        "nominator": (standing.nominator,),
        "mentor": standing.mentors,
        "rival": standing.rivals,
        "kept_apart": standing.kept_apart,
        "recused": standing.recused,
    }
    return [code for code, people in held.items() if person in people]


def public_codes(conflicts: Sequence[str]) -> list[str]:
    """The conflicts as others may read them: who reviewed whom, or is related, stays `confidential`."""
    return list(dict.fromkeys("confidential" if code in HIDDEN else code for code in conflicts))


def may_decide(person: str, standing: Standing, *, despite: Collection[str] = ()) -> Verdict:
    """Whether the person may decide on the case in a seat that some conflicts do not bar.

    A line manager may approve, for instance: `despite={"line_manager", "approver"}`; and a judge is no
    stranger to his own panel: `despite={"judge"}`. The candidate never decides.
    """
    barring = [code for code in conflicts_of(person, standing) if code == "candidate" or code not in despite]
    return not_met("conflict_of_interest", conflicts=public_codes(barring)) if barring else met("no_conflict")
