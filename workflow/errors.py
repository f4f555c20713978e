"""What can be refused, as a tree: a stable code and facts; no HTTP status, no sentence.

Refusal
├── NotFound            what is asked for does not exist, or may not be seen
├── NotAllowed          it is seen, but this person may not act on it; says why
├── Overtaken           somebody else, or the clock, was faster
├── Invalid             the input breaks a rule of the field
├── Busy                the database cannot take the act now
└── NewerVersion        what is on file is known to a newer version only, which is being brought in
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """An act that is refused; nothing has changed."""

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: Any) -> None:
        """Keep the facts a sentence about the refusal needs."""
        super().__init__(self.code, facts)
        self.facts = facts


class NotFound(Refusal):
    """There is no such thing, as far as this person may know."""

    code = "not_found"


class NotAllowed(Refusal):
    """The person sees the object but may not do this to it."""

    code = "not_allowed"


class OwnCase(NotAllowed):
    """Nobody acts on one's own case in another's seat."""

    code = "own_case"


class OwnNominee(NotAllowed):
    """Nobody makes an exception for whoever he has nominated, or manages."""

    code = "own_nominee"


class NotReleased(NotAllowed):
    """The part of the case is told with its decision, which has not been released."""

    code = "part_not_released"


class Conflicted(NotAllowed):
    """The person has a conflict of interest in this case."""

    code = "conflict_of_interest"


class NotEntitled(NotAllowed):
    """The person has no vote in this matter."""

    code = "not_entitled"


class HasLeft(NotAllowed):
    """The person is no longer active."""

    code = "person_has_left"


class NotYourTask(NotAllowed):
    """The task waits for somebody else."""

    code = "not_your_task"


class NotTransferable(NotAllowed):
    """The task stays with whoever has it; `reason` says why."""

    code = "task_not_transferable"


class OnlyAsked(NotAllowed):
    """Asking others has its bounds, and whoever is asked gives his own view; `reason` says which."""

    code = "only_asked"


class NotInBulk(NotAllowed):
    """The criteria ask that each case of this step is looked at by itself."""

    code = "not_in_bulk"


class TokenMayNot(NotAllowed):
    """A personal token cannot do this; it needs a signed-in session."""

    code = "session_required"


class Overtaken(Refusal):
    """The object has moved on since the person saw it."""

    code = "overtaken"


class TaskClosed(Overtaken):
    """The task is done or closed already."""

    code = "task_closed"


class StageMoved(Overtaken):
    """The case is no longer in the stage this act belongs to."""

    code = "stage_moved"


class NominationSigned(Overtaken):
    """An approver has decided on the text of the nomination; facts say who and when."""

    code = "nomination_signed"


class NudgedAlready(Overtaken):
    """Whoever holds the case was nudged today; once a day is enough."""

    code = "nudged_already"


class NobodyToNudge(Overtaken):
    """Nothing of the case waits for anybody whom this person may nudge, or not yet."""

    code = "nobody_to_nudge"


class SignerAwaited(Overtaken):
    """The person has asked somebody to sign first, who has not answered yet; facts say who."""

    code = "signer_awaited"


class BallotClosed(Overtaken):
    """The vote is closed."""

    code = "ballot_closed"


class ReviewClosed(Overtaken):
    """The review round is closed."""

    code = "review_closed"


class ReviewLinkOver(Overtaken):
    """The link to a customer's form is used up; `reason` says by what."""

    code = "review_link_over"


class ScoringClosed(Overtaken):
    """All scores are in; none can be changed."""

    code = "scoring_closed"


class StaleVersion(Overtaken):
    """The object was changed by somebody else in the meantime."""

    code = "stale_version"


class AlreadyExists(Overtaken):
    """There is such a thing already."""

    code = "already_exists"


class DeliveryInState(Overtaken):
    """What is asked for does not go with what has become of a message."""

    code = "delivery_in_state"


class CaseAlreadyOpen(AlreadyExists):
    """The person has an open case for this target."""

    code = "case_already_open"


class Invalid(Refusal):
    """The input breaks a rule of the field."""

    code = "invalid"


class GuardsNotMet(Invalid):
    """The case cannot go on yet; `checklist` holds every guard's answer."""

    code = "guards_not_met"


class NoSuchMove(Invalid):
    """This move does not exist from the stage the case is in."""

    code = "no_such_move"


class ReasonMissing(Invalid):
    """A written reason is needed."""

    code = "reason_missing"


class NoSuchStep(Invalid):
    """The edition knows no such step of the ladder."""

    code = "no_such_step"


class NotTheNextStep(Invalid):
    """The target is not the step after the person's present level."""

    code = "not_the_next_step"


class PersonInactive(Invalid):
    """The person has left the organisation."""

    code = "person_inactive"


class PersonUnfit(Invalid):
    """The person cannot be asked here; `reason` says why."""

    code = "person_unfit"


class FormIncomplete(Invalid):
    """Too few items are answered, or a required text is missing."""

    code = "form_incomplete"


class BadEdition(Invalid):
    """The edition of the criteria breaks its own rules; `problems` lists path and reason."""

    code = "bad_edition"


class BadImport(Invalid):
    """The file cannot be imported; `lines` lists number and reason."""

    code = "bad_import"


class BadMapping(Invalid):
    """The column mapping of an import is wrong; `problems` lists path and reason."""

    code = "bad_mapping"


class TooFewJudges(Invalid):
    """A panel is smaller or larger than the edition asks."""

    code = "wrong_number_of_judges"


class JudgeNotMissing(Invalid):
    """The judge is there, in time and without a stake, so that nobody else takes the seat."""

    code = "judge_not_missing"


class MentorUnfit(Invalid):
    """The proposed mentor may not mentor this person."""

    code = "mentor_unfit"


class UnsafeUrl(Invalid):
    """A webhook may not be sent to this address; `reason` says why."""

    code = "unsafe_url"


class Busy(Refusal):
    """The database is locked or gone; the same call may succeed in a moment."""

    code = "busy"


class DatabaseGone(Busy):
    """The database cannot be reached."""

    code = "database_gone"


class NewerVersion(Refusal):
    """What is on file has a word that a newer version has written and this one cannot read."""

    code = "newer_version"

    def __init__(self, word: str) -> None:
        """Keep the word; nobody waits longer for this process to be replaced."""
        super().__init__(word=word, seconds=30)


class NotErasable(Invalid):
    """Of this person nothing may be erased yet; says why."""

    code = "not_erasable"
