"""Sites, and the days on which people there work or do not."""

from marshmallow import Schema, fields, validate

from api.schemas.people import Line, Truth, Wording

_YEARS = validate.Range(2000, 2100)


class SiteLine(Schema):
    """A site; from `unknown_year` on, counting knows only its weekends, for no festival is published yet."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    country = fields.String(required=True)
    time_zone = fields.String(required=True)
    unknown_year = fields.Integer(required=True, allow_none=True)


class Sites(Schema):
    """All sites."""

    items = fields.List(fields.Nested(SiteLine), required=True)


class YearQuery(Schema):
    """Which year to look at."""

    year = fields.Integer(required=True, validate=_YEARS)


class SiteDay(Schema):
    """A holiday, or a weekend day that is worked; `is_own` where the site itself has said so."""

    on = fields.Date(required=True)
    is_worked = fields.Boolean(required=True)
    name = fields.Nested(Wording, required=True)
    is_own = fields.Boolean(required=True)


class SiteDays(Schema):
    """The special days of a year."""

    items = fields.List(fields.Nested(SiteDay), required=True)


class DaysChange(Schema):
    """What days are at a site, or at every site of its country; without `until` it is one day."""

    on = fields.Date(required=True)
    until = fields.Date(load_default=None, allow_none=True)
    is_worked = Truth(required=True)
    name = Line(required=True, longest=60)
    everywhere = Truth(load_default=False)
