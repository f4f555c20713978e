"""The end of a vote: the box is closed and counted, and the chair is asked for what follows."""

from workflow import ballots, cases, chairs, journal, tasks
from workflow.act import Act
from workflow.checklist import was_deferred
from workflow.editions.library import step_of
from workflow.models import Elector, PromotionCase, Vote
from workflow.rules import tally as rules
from workflow.vocabulary import TaskKind, VoteResult


def close_if_all_voted(act: Act, case: PromotionCase, vote: Vote, electors: list[Elector]) -> None:
    """Close the vote if everybody on the register has voted."""
    if electors and all(elector.has_voted for elector in electors):
        # The journal does not tell whose ballot came last.
        act.hand_over()
        close(act, case, vote)


def close(act: Act, case: PromotionCase, vote: Vote) -> None:
    """Count the ballots and ask the chair for what follows; without a quorum the case is stuck."""
    committee_rules = step_of(act.db, case).committee
    count, reasons = ballots.close_box(act, vote)
    verdict = rules.tally(
        count,
        seats=vote.seats,
        recused=vote.recused,
        entitled=vote.entitled,
        rules=committee_rules,
        may_defer=not was_deferred(act, case),
        is_repeat=ballots.is_repeat(act, vote),
        is_deviation=vote.is_deviation,
    )
    ballots.keep_verdict(vote, verdict, committee_rules)
    tasks.close_open(act, case, TaskKind.CAST_BALLOT)
    journal.record(act, "vote_closed", case=case, number=vote.number)
    if verdict.result is VoteResult.REPEAT:
        chairs.ask(act, case, TaskKind.OPEN_BALLOT, detail=chairs.SECOND_BALLOT)
    elif verdict.result is VoteResult.NO_QUORUM:
        cases.mark_stuck(act, case, "quorum_missing")
    else:
        if count.voting >= committee_rules.small_body:
            ballots.keep_reasons(act, vote, reasons)
        chairs.ask(act, case, TaskKind.WRITE_DECISION)
