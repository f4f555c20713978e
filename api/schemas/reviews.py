"""The 360-degree review: requests, forms, and what a closed review shows."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import ByNumber, PersonLine, Said, Wording, Written
from workflow.vocabulary import RaterObjectionState, RequestState, Source


class FilledForm(Schema):
    """Answers 1 to 5 by item, null where the rater cannot judge; evidence by item."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)),
        values=fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 5)),
        load_default=dict,
        validate=validate.Length(max=200),
    )
    evidence = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)),
        values=Written(longest=5000),
        load_default=dict,
        validate=validate.Length(max=200),
    )


class ReviewRequest(Schema):
    """A form somebody is asked for."""

    id = fields.Integer(required=True)
    case = fields.Integer(required=True, attribute="case_id")
    candidate = fields.Nested(PersonLine, required=True)
    source = fields.Enum(Source, by_value=True, required=True)
    state = fields.Enum(RequestState, by_value=True, required=True)
    due_at = fields.AwareDateTime(required=True)


class FormItem(Schema):
    """A question of the form with what the answers 1 to 5 mean."""

    key = fields.String(required=True)
    text = fields.Nested(Wording, required=True)
    anchors = fields.Dict(keys=fields.String(), values=fields.Nested(Wording), required=True)


class ReviewForm(Schema):
    """What a rater fills in and has written so far; who will see it how, and among how many (`group`)."""

    request = fields.Nested(ReviewRequest, required=True)
    audience = Said()
    warning = Said(allow_none=True)
    is_by_name = fields.Boolean(required=True)
    threshold = fields.Integer(required=True)
    group = fields.Integer(required=True)
    items = fields.List(fields.Nested(FormItem), required=True)
    answered_share = fields.Float(required=True)
    answers = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)
    evidence = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    is_draft = fields.Boolean(required=True)


class LinkedForm(Schema):
    """What a customer is asked by his link, and who will see it."""

    candidate = fields.String(required=True)
    locale = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)
    is_begun = fields.Boolean(required=True)
    audience = Said()
    warning = Said(allow_none=True)
    threshold = fields.Integer(required=True)
    group = fields.Integer(required=True)
    items = fields.List(fields.Nested(FormItem), required=True)
    answered_share = fields.Float(required=True)


class LinkedAnswers(Schema):
    """A customer's answers 1 to 5 by item, null where he cannot judge, and a comment if he likes."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)),
        values=fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 5)),
        required=True,
        validate=validate.Length(max=50),
    )
    comment = Written(longest=5000, load_default="")


class NewRaterObjection(Schema):
    """Whom the candidate does not want as a rater, and why."""

    person = ByNumber(required=True)
    reason = Written(required=True)


class RaterObjectionDecision(Schema):
    """What HR decides on an objection to a rater, and why."""

    decision = fields.String(required=True, validate=validate.OneOf(["uphold", "dismiss"]))
    reason = Written(required=True)


class RaterObjection(Schema):
    """An objection to a rater; it says nothing about whether the person could have been drawn."""

    number = fields.Integer(required=True)
    person = fields.Nested(PersonLine, required=True)
    reason = fields.String(required=True)
    filed_at = fields.AwareDateTime(required=True)
    state = fields.Enum(RaterObjectionState, by_value=True, required=True)
    decision_reason = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)


class RaterObjections(Schema):
    """The objections of a case, at most two."""

    items = fields.List(fields.Nested(RaterObjection), required=True)


class ReviewProgress(Schema):
    """Forms of one source that are in; null while a number would point at people."""

    source = fields.Enum(Source, by_value=True, required=True)
    asked = fields.Integer(required=True)
    submitted = fields.Integer(required=True, allow_none=True)


class NamedAnswer(Schema):
    """One item of a review by name."""

    item = fields.String(required=True)
    value = fields.Integer(required=True, allow_none=True)
    evidence = fields.String(required=True, allow_none=True)


class NamedReview(Schema):
    """A superior's review, which is by name."""

    rater = fields.Nested(PersonLine, required=True)
    answers = fields.List(fields.Nested(NamedAnswer), required=True)


class Review(Schema):
    """The published outcome of the last review, or its progress before that."""

    published_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    superiors = fields.List(fields.Nested(NamedReview), required=True)
    progress = fields.List(fields.Nested(ReviewProgress), required=True)


ReviewRequestPage = page_schema(ReviewRequest)
