"""Letters to the candidate, and that he has read them."""

from typing import Any

from flask import Response
from flask.views import MethodView

from api import paper
from api.acting import changing, seen
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.letters import Letter, LetterPage
from api.strict import Resources
from translations import say
from workflow import letters, models
from workflow.errors import NotFound
from workflow.permissions import Operation
from workflow.queries.letters import of_case

blueprint = Resources("letters", "What candidates are told in writing")


@blueprint.route("/cases/<int:case_id>/letters")
class LettersView(MethodView):
    """The letters about a case."""

    @allows(Operation.READ_LETTERS)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, LetterPage)
    def get(self, arguments: dict[str, Any], case_id: int) -> Page:
        """List the letters about a case, the first one first"""
        seen(case_id)
        return page_of(of_case(case_id), [models.Letter.id], arguments)


@blueprint.route("/cases/<int:case_id>/letters/<int:letter_id>.pdf")
class LetterPaperView(MethodView):
    """One letter on paper."""

    @allows(Operation.READ_LETTERS)
    @blueprint.response(200, {"type": "string", "format": "binary"}, content_type=paper.PDF)
    def get(self, case_id: int, letter_id: int) -> Response:
        """Read a letter as PDF, in the language in which it was written

        `pdf_not_installed` where the service makes none: then there is the text to print.
        """
        case, _ = seen(case_id)
        letter = db.session.scalars(of_case(case_id).where(models.Letter.id == letter_id)).first()
        if letter is None:
            raise NotFound(kind="letter")
        kind = say(f"letter_kind.{letter.kind}", letter.locale)
        zone = case.candidate.time_zone
        html = paper.page("letter.html", letter.locale, zone=zone, letter=letter, kind=kind)
        return paper.answer(f"letter-{case_id}-{letter_id}.pdf", html)


@blueprint.route("/cases/<int:case_id>/letters/<int:letter_id>/acknowledgement")
class AcknowledgementView(MethodView):
    """That a letter has been read."""

    @allows(Operation.ACKNOWLEDGE_LETTER)
    @blueprint.response(200, Letter)
    def post(self, case_id: int, letter_id: int) -> models.Letter:
        """Acknowledge that I have read the letter"""
        with changing(case_id) as (act, case):
            return letters.acknowledge(act, case, letter_id)
