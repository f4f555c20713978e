"""The raters of a review round: ask those who were drawn, and draw others for those who drop out."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from workflow import sealing, tasks
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.models import Employee, PromotionCase, ReviewRequest
from workflow.pools import customer_key, customer_of, pools_for
from workflow.rules.draws import DrawnRater, draw_replacements
from workflow.vocabulary import RequestState, Source, TaskKind

_STILL_IN = (RequestState.ASKED, RequestState.SUBMITTED)


def ask(act: Act, case: PromotionCase, drawn: Iterable[DrawnRater]) -> None:
    """Ask everybody drawn for a form: colleagues by a task, customers by a link that is sent to them."""
    place = case.round
    assert place is not None
    assert place.due_at is not None
    requests = [_request(place.id, one) for one in drawn]
    act.db.add_all(requests)
    keys = [request.rater_id for request in requests if request.rater_id is not None]
    people = {person.id: person for person in act.all(select(Employee).where(Employee.id.in_(keys)))}
    tasks.open_for(act, TaskKind.REVIEW, case, [people[key] for key in keys], due_at=place.due_at)


def requests_of(act: Act, case: PromotionCase) -> Sequence[ReviewRequest]:
    """Everybody who was ever asked in the present round."""
    query = select(ReviewRequest).where(ReviewRequest.round_id == case.round_id)
    return act.all(query.order_by(ReviewRequest.id))


def replace(act: Act, case: PromotionCase, dropped: Collection[ReviewRequest]) -> None:
    """Ask others of the same sources for raters who have dropped out; where a pool is used up, nobody."""
    act.db.flush()
    ask(act, case, _others(act, case, dropped))


def replace_missing(act: Act, case: PromotionCase, missing: Sequence[ReviewRequest]) -> list[DrawnRater]:
    """Take the request from late raters for whom somebody else can be drawn; the others stay asked.

    Gives those drawn, who are still to be asked.
    """
    drawn = _others(act, case, missing)
    for one in drawn:
        late = next(r for r in missing if r.source is one.source and r.state is RequestState.ASKED)
        drop(act, case, late, RequestState.REPLACED)
    return drawn


def drop(act: Act, case: PromotionCase, request: ReviewRequest, state: RequestState) -> None:
    """Take a request back from a rater, with the task that came with it."""
    request.state = state
    if request.rater_id is not None:
        tasks.close_open(act, case, TaskKind.REVIEW, assignee_id=request.rater_id)


def _others(act: Act, case: PromotionCase, dropped: Collection[ReviewRequest]) -> list[DrawnRater]:
    assert case.round is not None
    limit = step_of(act.db, case).review.forms_per_rater
    requests, pools = requests_of(act, case), pools_for(act, case)
    asked = {_called(request) for request in requests}
    drawn: list[DrawnRater] = []
    for source in Source:
        drawn += draw_replacements(
            pools[source],
            sum(request.source is source for request in dropped),
            source=source,
            asked=asked | {one.person for one in drawn},
            limit=limit,
            seed=case.round.facts["seed"],
            lacks_other_team=source is Source.PEER and not _has_other_team(requests, dropped),
        )
    return drawn


def _has_other_team(requests: Iterable[ReviewRequest], dropped: Collection[ReviewRequest]) -> bool:
    left = (one for one in requests if one.state in _STILL_IN and one not in dropped)
    return any(one.source is Source.PEER and one.is_other_team for one in left)


def _request(round_id: int, one: DrawnRater) -> ReviewRequest:
    customer = customer_of(one.person)
    return ReviewRequest(
        round_id=round_id,
        source=one.source,
        rater_id=int(one.person) if customer is None else None,
        contact_id=customer,
        link=sealing.random_name() if customer is not None else None,
        is_other_team=one.is_other_team,
    )


def _called(request: ReviewRequest) -> str:
    return str(request.rater_id) if request.contact_id is None else customer_key(request.contact_id)
