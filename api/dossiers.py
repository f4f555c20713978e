"""Dossiers: everything on file about one case, as a paper for HR and auditors."""

import re
from datetime import date
from typing import Any

from flask import Response
from flask.views import MethodView

from api import paper, wording
from api.acting import now, person, seen
from api.database import db
from api.policy import allows
from api.schemas.dossiers import DossierQuery
from api.strict import Resources
from notifications import dates
from translations import LOCALES, say
from workflow.editions.library import edition_of, step_of
from workflow.models import CriteriaEdition, PromotionCase
from workflow.permissions import Operation, Part, visible_parts
from workflow.queries import reviews, timeline, votes
from workflow.queries.nominations import findings, signatures
from workflow.queries.outcomes import outcome
from workflow.relations import Relation
from workflow.rules import explaining

blueprint = Resources("dossiers", "Everything on file about a case, on paper")

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_KINDS = ("stage", "seat", "level", "track", "nominator", "result", "letter_kind", "task")


@blueprint.route("/cases/<int:case_id>/dossier")
class DossierView(MethodView):
    """The dossier of a case."""

    @allows(Operation.READ_DOSSIER)
    @blueprint.arguments(DossierQuery, location="query")
    @blueprint.response(200, {"type": "string", "format": "binary"}, content_type=paper.PDF)
    def get(self, wanted: dict[str, str], case_id: int) -> Response:
        """Take along everything on file about a case as PDF, in my language or another

        Nomination, eligibility, signatures, the review as far as it may be shown, scores, the count of the
        vote, decision, timeline, and the hash at the head of the case's chain, each as far as its reader may
        read it now. Single reviews, scores and ballots are not in it. `pdf_not_installed` where the service
        makes none.
        """
        case, mine = seen(case_id)
        own = person().locale
        locale = wanted.get("locale", own if own in LOCALES else LOCALES[0])
        zone, facts = case.candidate.time_zone, _facts(case, mine)
        html = paper.page("dossier.html", locale, zone=zone, **facts, **_words(case, locale), own_zone=zone)
        return paper.answer(f"case-{case_id}.pdf", html)


def _facts(case: PromotionCase, mine: frozenset[Relation]) -> dict[str, Any]:
    session, parts = db.session(), visible_parts(mine, case)
    rules = step_of(session, case).eligibility
    is_told = Part.OUTCOME in parts
    ballots = votes.vote(session, case, person().id, mine).ballots
    lines = timeline.of_case(case.id, mine, parts).order_by(timeline.PLACE)
    return {
        "case": case,
        "edition": session.get_one(CriteriaEdition, case.edition_id),
        "eligibility": [
            wording.checked(one, rules) | {"waiver": one.waiver} for one in findings(session, case.id)
        ],
        "signatures": signatures(session, case.id, mine, parts),
        "review": reviews.review(session, case, mine, parts).outcome,
        "built": outcome(session, case, person().id).build_up if is_told else explaining.build_up(None),
        "ballots": [one for one in ballots if one.shown is not None],
        "decided_by": case.decided_by if is_told else None,
        "timeline": list(session.scalars(lines)),
        "now": now(),
    }


def _words(case: PromotionCase, locale: str) -> dict[str, Any]:
    edition = edition_of(db.session(), case.edition_id)
    posts = {post.key: str(getattr(post.name, locale)) for post in edition.posts}
    return {
        "post": posts.get(case.target_post, case.target_post),
        "names": {one.key: getattr(one.name, locale) for one in edition.criteria},
        "word": lambda kind, code: say(f"{kind}.{code}", locale),
        "reason": lambda code: say(f"reason.{code}", locale),
        "figure": lambda mean: f"{mean['from']}–{mean['to']}" if isinstance(mean, dict) else mean,
        "happening": lambda one: _happening(one, posts, locale),
    }


def _happening(line: timeline.Happening, posts: dict[str, str], locale: str) -> str:
    facts = {name: _fact(fact, posts, locale) for name, fact in line.facts.items()}
    named = {"person": line.person.name} if line.person is not None else {}
    return say(f"happening.{line.action}", locale, **(facts | named))


def _fact(fact: Any, posts: dict[str, str], locale: str) -> str:
    """A fact in words where there are some for it."""
    if isinstance(fact, str) and _DAY.fullmatch(fact):
        return dates.written(date.fromisoformat(fact), locale)
    codes = [f"{kind}.{fact}" for kind in _KINDS]
    known = (word for code in codes if (word := say(code, locale)) != code)
    return posts.get(fact) or next(known, str(fact)) if isinstance(fact, str) else str(fact)
