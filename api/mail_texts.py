"""The words of mails: HR puts them otherwise, with placeholders and nothing else."""

from typing import Any

from flask.views import MethodView

from api.acting import acting
from api.database import db
from api.policy import allows
from api.schemas import mail_texts as schemas
from api.strict import Resources
from notifications import texts
from notifications.texts import Place
from workflow.permissions import Operation

blueprint = Resources("mail_texts", "The words of mails, as HR puts them")


@blueprint.route("/mail-texts")
class MailKindsView(MethodView):
    """The kinds of mails."""

    @allows(Operation.WRITE_MAIL_TEXTS)
    @blueprint.response(200, schemas.TextKinds)
    def get(self) -> dict[str, Any]:
        """List the kinds of mails whose words can be put otherwise

        Those by which people notice what is done with their access, roles or cases keep their words.
        """
        changed = texts.changed_kinds(db.session())
        return {"items": [{"kind": kind, "is_changed": kind in changed} for kind in texts.kinds()]}


@blueprint.route("/mail-texts/<kind>")
class MailTextsView(MethodView):
    """The words of one kind."""

    @allows(Operation.WRITE_MAIL_TEXTS)
    @blueprint.response(200, schemas.MailTexts)
    def get(self, kind: str) -> dict[str, Any]:
        """Read the words of a kind of mails in both languages, with a sample and the versions before"""
        return {"items": texts.lines(db.session(), kind)}


@blueprint.route("/mail-texts/<kind>/<part>/<any(en, zh_Hans):locale>")
class MailTextView(MethodView):
    """One part in one language."""

    @allows(Operation.WRITE_MAIL_TEXTS)
    @blueprint.arguments(schemas.TextChange)
    @blueprint.response(200, schemas.MailTexts)
    def put(self, given: dict[str, Any], kind: str, part: str, locale: str) -> dict[str, Any]:
        """Put a part otherwise; it is tried out with a sample of every placeholder first"""
        with acting() as act:
            texts.write(act, Place(kind, part, locale), given["text"])
        return {"items": texts.lines(db.session(), kind)}

    @allows(Operation.WRITE_MAIL_TEXTS)
    @blueprint.response(204)
    def delete(self, kind: str, part: str, locale: str) -> None:
        """Go back to the wording that comes with the product"""
        with acting() as act:
            texts.write(act, Place(kind, part, locale), None)
