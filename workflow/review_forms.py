"""The forms of an open review: checked, sealed under the round's key, replaced, read back by their author."""

from typing import Any

from workflow import sealing
from workflow.act import Act
from workflow.editions.library import edition_of, step_of
from workflow.errors import FormIncomplete
from workflow.models import PromotionCase, ReviewRequest, SealedForm
from workflow.rules.forms import faults_of, faults_of_draft
from workflow.vocabulary import RequestState

Answers = dict[str, int | None]
Evidence = dict[str, str]


def hand_in(
    act: Act, case: PromotionCase, request: ReviewRequest, answers: Answers, evidence: Evidence
) -> bool:
    """Seal a complete form in the place of what its author wrote before, and say whether it is the first.

    Raises FormIncomplete with every fault and its item.
    """
    edition, share = edition_of(act.db, case.edition_id), step_of(act.db, case).review.answered_share
    faults = faults_of(answers, evidence, items=edition.items, source=request.source, share=share)
    if faults:
        raise FormIncomplete(faults=faults)
    sealed = _sealed(act, request, answers, evidence)
    act.db.merge(SealedForm(request_id=request.id, sealed=sealed, draft=None))
    is_first = request.state is RequestState.ASKED
    request.state = RequestState.SUBMITTED
    return is_first


def save_draft(
    act: Act, case: PromotionCase, request: ReviewRequest, answers: Answers, evidence: Evidence
) -> None:
    """Seal a form that is still being written beside the one handed in, if there is one.

    Raises FormIncomplete where an item is unknown or a value off the scale.
    """
    items = edition_of(act.db, case.edition_id).items
    faults = faults_of_draft(answers, evidence, items=items, source=request.source)
    if faults:
        raise FormIncomplete(faults=faults)
    form = act.db.get(SealedForm, request.id)
    draft = _sealed(act, request, answers, evidence)
    if form is None:
        act.add(SealedForm(request_id=request.id, draft=draft))
    else:
        form.draft = draft


def _sealed(act: Act, request: ReviewRequest, answers: Answers, evidence: Evidence) -> bytes:
    content: dict[str, Any] = {
        "answers": answers,
        "evidence": {item: text for item, text in evidence.items() if text},
    }
    return sealing.seal(sealing.key_of(act, request.round_id), content)
