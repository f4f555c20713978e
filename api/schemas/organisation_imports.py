"""A file with the organisation, and what has become of it."""

from marshmallow import Schema, fields, validate


class ImportQuery(Schema):
    """How to take the file: only tried unless said otherwise, and refused as a whole for a bad line.

    It is refused for a column that is not known as well, unless `skip_unknown`.
    """

    dry_run = fields.Boolean(load_default=True)
    skip_bad = fields.Boolean(load_default=False)
    skip_unknown = fields.Boolean(load_default=False)
    names = fields.String(load_default="", validate=validate.Length(max=5000))


class BadLine(Schema):
    """What is wrong with a line of the file, and where."""

    line = fields.Integer(required=True)
    column = fields.String(required=True)
    value = fields.String(required=True)
    reason = fields.String(required=True)
    messages = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class ImportDifference(Schema):
    """A value that a case has set: it stays as on file, whatever the file says."""

    number = fields.String(required=True)
    column = fields.String(required=True)
    on_file = fields.String(required=True)
    in_import = fields.String(required=True)


class OrganisationImport(Schema):
    """What the file has changed, or would have, in people.

    `left` are newly known to have left, `not_in_file` are on file and not mentioned, `left_unknown` have left
    and are not brought back; `left_alone` names columns that count for nothing here,
    `ignored` those that are not known.
    """

    dry_run = fields.Boolean(required=True)
    lines = fields.Integer(required=True)
    created = fields.Integer(required=True, attribute="report.created")
    changed = fields.Integer(required=True, attribute="report.changed")
    unchanged = fields.Integer(required=True, attribute="report.unchanged")
    left = fields.Integer(required=True)
    departments = fields.Integer(required=True, attribute="report.departments")
    not_in_file = fields.Integer(required=True, attribute="report.not_in_file")
    left_unknown = fields.Integer(required=True, attribute="report.left_unknown")
    without_manager = fields.List(fields.String(), required=True, attribute="report.without_manager")
    left_alone = fields.List(fields.String(), required=True)
    ignored = fields.List(fields.String(), required=True)
    bad_lines = fields.List(fields.Nested(BadLine), required=True)
    differences = fields.List(fields.Nested(ImportDifference), required=True, attribute="report.differences")
