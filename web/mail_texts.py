"""The words of mails: HR puts them otherwise, part by part, and goes back again."""

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import read
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("mail_texts")


@blueprint.get("/desk/texts")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """The kinds of mails, and the words of one of them."""
    kind = request.args.get("kind")
    return personal(
        "mail_texts.html",
        kinds=read("/mail-texts")["items"],
        kind=kind,
        texts=read(f"/mail-texts/{kind}")["items"] if kind else [],
    )
