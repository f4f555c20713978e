"""The words of mails: HR puts them otherwise, part by part, and goes back again."""

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from translations import say
from web.asking import read
from web.reader import reader
from web.rendering import Pages, language_of, personal
from workflow.permissions import Operation

blueprint = Pages("mail_texts")


@blueprint.get("/desk/texts")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """The kinds of mails, and the words of one of them."""
    kind, locale = request.args.get("kind"), language_of(reader())
    return personal(
        "mail_texts.html",
        kinds=sorted(read("/mail-texts")["items"], key=lambda one: say(f"mail_kind.{one['kind']}", locale)),
        kind=kind,
        texts=read(f"/mail-texts/{kind}")["items"] if kind else [],
    )
