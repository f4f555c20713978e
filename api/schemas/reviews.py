"""The 360-degree review: requests, forms, and what a closed review shows."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import PersonLine, Written
from workflow.vocabulary import RequestState, Source


class FilledForm(Schema):
    """Answers 1 to 5 by item, null where the rater cannot judge; evidence by item."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)),
        values=fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 5)),
        required=True,
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


class Wording(Schema):
    """A text in both languages."""

    en = fields.String(required=True)
    zh_Hans = fields.String(required=True)  # noqa: N815 -- the locale's own spelling


class FormItem(Schema):
    """A question of the form with what the answers 1 to 5 mean."""

    key = fields.String(required=True)
    text = fields.Nested(Wording, required=True)
    anchors = fields.Dict(keys=fields.String(), values=fields.Nested(Wording), required=True)


class ReviewForm(Schema):
    """What a rater fills in, and who will see it how."""

    request = fields.Nested(ReviewRequest, required=True)
    items = fields.List(fields.Nested(FormItem), required=True)
    answered_share = fields.Float(required=True)
    is_by_name = fields.Boolean(required=True)
    threshold = fields.Integer(required=True)
    audience = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


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
    """The direct superior's review, which is by name."""

    rater = fields.Nested(PersonLine, required=True)
    answers = fields.List(fields.Nested(NamedAnswer), required=True)


class Review(Schema):
    """The published outcome of the last review, or its progress before that."""

    published_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    superior = fields.Nested(NamedReview, required=True, allow_none=True)
    progress = fields.List(fields.Nested(ReviewProgress), required=True)


ReviewRequestPage = page_schema(ReviewRequest)
