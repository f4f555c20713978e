"""How a released outcome came about: the decision, the points it is made of, and what can be done now."""

from flask import Response

from api.policy import allows
from web.asking import answered, read
from web.reader import reader
from web.rendering import Pages, language_of, personal
from workflow.permissions import Operation

blueprint = Pages("outcomes")


@blueprint.get("/cases/<int:case_id>/outcome")
@allows(Operation.READ_PAGES)
def show(case_id: int) -> Response:
    """The outcome of a case with its explanation."""
    outcome = read(f"/cases/{case_id}/outcome")
    return personal("outcome.html", case=read(f"/cases/{case_id}", brief=True), outcome=outcome)


@blueprint.get("/cases/<int:case_id>/letters/<int:letter_id>.pdf")
@allows(Operation.READ_PAGES)
def letter(case_id: int, letter_id: int) -> Response:
    """A letter as a file to keep."""
    return answered(f"/cases/{case_id}/letters/{letter_id}.pdf").response


@blueprint.get("/cases/<int:case_id>/dossier")
@allows(Operation.READ_PAGES)
def dossier(case_id: int) -> Response:
    """The whole case as a file, for HR and auditors, in the language of the pages."""
    return answered(f"/cases/{case_id}/dossier", locale=language_of(reader())).response
