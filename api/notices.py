"""Public notices: everybody signed in may read them."""

from typing import Any

from flask.views import MethodView

from api.acting import person
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.notices import NoticePage
from api.strict import Resources
from workflow.models import PromotionCase
from workflow.permissions import Operation
from workflow.queries.notices import on_notice

blueprint = Resources("notices", "Decisions that stand in everybody's sight before they take effect")


@blueprint.route("/notices")
class NoticesView(MethodView):
    """All notices that stand now."""

    @allows(Operation.READ_NOTICES)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, NoticePage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List public notices"""
        return page_of(on_notice(person().id), [PromotionCase.id], arguments)
