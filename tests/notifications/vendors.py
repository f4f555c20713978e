"""What each vendor takes from a robot, written down from what it has published, with lengths and sizes."""

from typing import Any
from unicodedata import east_asian_width

from marshmallow import Schema, ValidationError, fields, validate

from notifications.models import Receiver

_ONE = validate.Length(equal=1)
_LINK = validate.URL(schemes={"https"}, require_tld=False)


def _is(*values: Any) -> validate.OneOf:
    return validate.OneOf(values)


def _at_most(wide: int) -> Any:
    """So many Chinese characters, of which two letters make one."""

    def check(text: str) -> None:
        width = sum(1.0 if east_asian_width(sign) in "WF" else 0.5 for sign in text)
        if not 0 < width <= wide:
            raise ValidationError(f"{width} wide, {wide} is the most: {text}")

    return check


def _one_of(**kinds: type[Schema]) -> Any:
    """An element of which `tag` or `type` says what it is."""

    def check(given: dict[str, Any]) -> None:
        kinds[str(given.get("tag") or given.get("type"))]().load(given)

    return fields.Dict(required=True, validate=check)


class _Text(fields.String):
    """Some words, no more than are shown."""

    def __init__(self, most: int, **given: Any) -> None:
        super().__init__(required=True, validate=validate.Length(1, most), **given)


class DingTalkCard(Schema):
    """An action card with one button."""

    title = _Text(100)
    text = _Text(5000)
    btnOrientation = fields.String(validate=_is("0", "1"))  # noqa: N815 -- so it is called
    singleTitle = _Text(20)  # noqa: N815
    singleURL = fields.String(required=True, validate=_LINK)  # noqa: N815


class DingTalk(Schema):
    """20 a minute, 20 KB."""

    msgtype = fields.String(required=True, validate=_is("actionCard"))
    actionCard = fields.Nested(DingTalkCard, required=True)  # noqa: N815


class WeComTitle(Schema):
    """The title and what stands beside it."""

    title = fields.String(validate=_at_most(26))
    desc = fields.String(validate=_at_most(30))


class WeComJump(Schema):
    """One line that leads on."""

    type = fields.Integer(required=True, validate=_is(1))
    title = fields.String(required=True, validate=_at_most(13))
    url = fields.String(required=True, validate=_LINK)


class WeComAction(Schema):
    """Where a touch anywhere leads."""

    type = fields.Integer(required=True, validate=_is(1))
    url = fields.String(required=True, validate=_LINK)


class WeComCard(Schema):
    """A text notice."""

    card_type = fields.String(required=True, validate=_is("text_notice"))
    main_title = fields.Nested(WeComTitle, required=True)
    sub_title_text = fields.String(validate=_at_most(112))
    jump_list = fields.List(fields.Nested(WeComJump), validate=validate.Length(0, 3))
    card_action = fields.Nested(WeComAction, required=True)


class WeCom(Schema):
    """20 a minute."""

    msgtype = fields.String(required=True, validate=_is("template_card"))
    template_card = fields.Nested(WeComCard, required=True)


class FeishuText(Schema):
    """Words that are no markup."""

    tag = fields.String(required=True, validate=_is("plain_text"))
    content = _Text(1000)


class FeishuHeader(Schema):
    """The coloured head."""

    template = fields.String(validate=_is("blue", "wathet", "turquoise", "green", "yellow", "orange", "red"))
    title = fields.Nested(FeishuText, required=True)


class FeishuButton(Schema):
    """A button that opens a page."""

    tag = fields.String(required=True, validate=_is("button"))
    text = fields.Nested(FeishuText, required=True)
    type = fields.String(validate=_is("default", "primary", "danger"))
    url = fields.String(required=True, validate=_LINK)


class FeishuDiv(Schema):
    """A paragraph."""

    tag = fields.String(required=True, validate=_is("div"))
    text = fields.Nested(FeishuText, required=True)


class FeishuActions(Schema):
    """The buttons."""

    tag = fields.String(required=True, validate=_is("action"))
    actions = fields.List(fields.Nested(FeishuButton), required=True, validate=_ONE)


class FeishuConfig(Schema):
    """How wide it is."""

    wide_screen_mode = fields.Boolean()


class FeishuCard(Schema):
    """A message card."""

    config = fields.Nested(FeishuConfig)
    header = fields.Nested(FeishuHeader, required=True)
    elements = fields.List(_one_of(div=FeishuDiv, action=FeishuActions), required=True)


class Feishu(Schema):
    """100 a minute and 5 a second, 20 KB."""

    timestamp = fields.String(validate=validate.Regexp(r"^\d{10}$"))
    sign = fields.String(validate=validate.Length(equal=44))
    msg_type = fields.String(required=True, validate=_is("interactive"))
    card = fields.Nested(FeishuCard, required=True)


class SlackMarkdown(Schema):
    """Words of a section."""

    type = fields.String(required=True, validate=_is("mrkdwn"))
    text = _Text(3000)


class SlackLabel(Schema):
    """Words on a button."""

    type = fields.String(required=True, validate=_is("plain_text"))
    text = _Text(75)


class SlackButton(Schema):
    """A button that opens a page."""

    type = fields.String(required=True, validate=_is("button"))
    text = fields.Nested(SlackLabel, required=True)
    style = fields.String(validate=_is("primary", "danger"))
    url = fields.String(required=True, validate=[_LINK, validate.Length(1, 3000)])


class SlackSection(Schema):
    """A paragraph."""

    type = fields.String(required=True)
    text = fields.Nested(SlackMarkdown, required=True)


class SlackActions(Schema):
    """The buttons."""

    type = fields.String(required=True)
    elements = fields.List(fields.Nested(SlackButton), required=True, validate=validate.Length(1, 25))


class Slack(Schema):
    """1 a second; `text` is what shows no blocks, and is read as mrkdwn too."""

    text = _Text(4000)
    blocks = fields.List(_one_of(section=SlackSection, actions=SlackActions), validate=validate.Length(1, 50))


class TeamsText(Schema):
    """A paragraph."""

    type = fields.String(required=True, validate=_is("TextBlock"))
    text = _Text(1000)
    weight = fields.String(validate=_is("Default", "Lighter", "Bolder"))
    size = fields.String(validate=_is("Default", "Small", "Medium", "Large", "ExtraLarge"))
    wrap = fields.Boolean()


class TeamsAction(Schema):
    """A button that opens a page."""

    type = fields.String(required=True, validate=_is("Action.OpenUrl"))
    title = _Text(50)
    url = fields.String(required=True, validate=_LINK)


class TeamsCard(Schema):
    """An Adaptive Card of a version that Teams shows."""

    schema = fields.String(
        data_key="$schema", validate=_is("http://adaptivecards.io/schemas/adaptive-card.json")
    )
    type = fields.String(required=True, validate=_is("AdaptiveCard"))
    version = fields.String(required=True, validate=_is("1.2", "1.3", "1.4", "1.5"))
    body = fields.List(fields.Nested(TeamsText), required=True)
    actions = fields.List(fields.Nested(TeamsAction), validate=validate.Length(1, 6))


class TeamsAttachment(Schema):
    """What the workflow posts."""

    contentType = fields.String(  # noqa: N815
        required=True, validate=_is("application/vnd.microsoft.card.adaptive")
    )
    contentUrl = fields.String(allow_none=True)  # noqa: N815
    content = fields.Nested(TeamsCard, required=True)


class Teams(Schema):
    """4 a second, 28 KB."""

    type = fields.String(required=True, validate=_is("message"))
    attachments = fields.List(fields.Nested(TeamsAttachment), required=True, validate=_ONE)


TAKES: dict[Receiver, tuple[type[Schema], int]] = {
    Receiver.DINGTALK: (DingTalk, 20_000),
    Receiver.WECOM: (WeCom, 20_000),
    Receiver.FEISHU: (Feishu, 20_000),
    Receiver.SLACK: (Slack, 40_000),
    Receiver.TEAMS: (Teams, 28_000),
}
