"""The 360-degree review: the form of one rater, and what a closed review has come to."""

from typing import Any

from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import answered, read
from web.edition_words import questions_of
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("reviews")

_MARKS = range(1, 6)


@blueprint.get("/cases/<int:case_id>/form")
@allows(Operation.READ_PAGES)
def show_form(case_id: int) -> Response:
    """The form I am asked for: who will see what, then the questions."""
    told = answered(f"/cases/{case_id}/review/form")
    return personal("review_form.html", case_id=case_id, form=told.body, tag=told.tag, marks=_MARKS)


@blueprint.get("/cases/<int:case_id>/review")
@allows(Operation.READ_PAGES)
def show(case_id: int) -> Response:
    """What a review has come to as it was released, or how far it is."""
    case = read(f"/cases/{case_id}", brief=True)
    review = read(f"/cases/{case_id}/review")
    questions = questions_of(case["edition"])
    return personal(
        "review.html",
        case=case,
        review=review,
        outcome=review["outcome"],
        questions=questions,
        items=_items(review["outcome"], list(questions)),
    )


def _items(outcome: dict[str, Any] | None, order: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """The figures of each question by the sources that have one, in the order in which they were asked."""
    sources = (outcome or {}).get("sources", ())
    figures = {
        key: {one["source"]: one["items"][key] for one in sources if key in one.get("items", ())}
        for key in order
    }
    return [(key, by) for key, by in figures.items() if by]
