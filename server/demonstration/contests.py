"""The competitions of the demonstration: one is decided after a tie, one is being judged, one is missing."""

from collections.abc import Iterator, Mapping
from functools import partial

from server.demonstration.branch import CHINA, HR_OFFICER, Branch, Nomination, Scenes, Story
from server.demonstration.roads import decided, reviewed
from workflow import competitions, contests, judging, objections, placings
from workflow.models import Employee
from workflow.vocabulary import Level, Stage, Track

Sheets = Mapping[str, tuple[float, ...]]
"""Marks by candidate: expertise and plan for the post; expertise, leadership, plan and presentation."""

_for_regional_manager = partial(
    Nomination, level=Level.SENIOR, track=Track.MANAGEMENT, post="regional_manager"
)
_for_principal_engineer = partial(Nomination, level=Level.PRINCIPAL, post="principal_service_engineer")


def stories(branch: Branch) -> Iterator[Story]:
    """Every story, the oldest first."""
    yield _tianjin_and_hebei(branch)
    yield from (_entered(branch, nomination, days_ago=24) for nomination in _FOR_TIANJIN)
    yield _large_chillers(branch)
    yield from (_entered(branch, nomination, days_ago=18) for nomination in _FOR_LARGE_CHILLERS)
    yield _entered(branch, _WITHOUT_A_COMPETITION, days_ago=15)


_FOR_TIANJIN = (
    _for_regional_manager(
        candidate="1026",
        by="1022",
        statement="杨帆去年代理津冀片区四个月，人手减少的情况下准时率不降反升，团队无人离职。",
        evidence={
            "potential": "代理期间的片区月报四份。",
            "teamwork": "片区内部匿名问卷：愿意继续与其共事者11人中的10人。",
        },
    ),
    _for_regional_manager(
        candidate="1039",
        by="1039",
        statement="I have led the night-shift roster in Shenzhen for two years and would move to Tianjin. "
        "My plan for the first hundred days puts spare parts closer to the four largest customers.",
        evidence={
            "efficiency": "Roster and response times, Shenzhen, last eight quarters.",
            "customer_satisfaction": "Renewal of the two largest contracts in the district.",
        },
    ),
    _for_regional_manager(
        candidate="1029",
        by="1023",
        statement="曹阳负责唐山沿线三年，熟悉钢厂客户，去年协调三家外委队伍完成两次停产检修，没有一次延期。",
        evidence={"efficiency": "两次停产检修的进度表和验收单。"},
    ),
    _for_regional_manager(
        candidate="1014",
        by="1014",
        statement="I dispatch for Tianjin from the call centre and know every site and every engineer "
        "by name. I would like to run the district I have been planning for.",
        evidence={"customer_satisfaction": "First answers that held, Tianjin, last four quarters."},
    ),
)
_FOR_LARGE_CHILLERS = (
    _for_principal_engineer(
        candidate="1024",
        by="1022",
        statement="石磊主持了三套磁悬浮离心机的首次大修，填补了分公司空白，节约外委费用一百四十万元。",
        evidence={
            "skill": "三份大修报告及厂家验收意见。",
            "knowledge": "磁悬浮轴承检修规程（试行版）主要执笔人。",
        },
    ),
    _for_principal_engineer(
        candidate="1036",
        by="1034",
        statement="文涛建立了华南区大型机组振动基线库，提前发现七起轴承隐患，避免了两次重大停机。",
        evidence={
            "work_quality": "七起隐患的预警记录与拆检照片。",
            "teamwork": "带教两名高级工程师通过内部认证。",
        },
    ),
)
_WITHOUT_A_COMPETITION = Nomination(
    candidate="1044",
    by="1043",
    level=Level.PRINCIPAL,
    track=Track.MANAGEMENT,
    post="regional_manager",
    statement="丽华主管备件计划六年，库存周转从四次提高到七次，具备管理整个片区的能力。",
    evidence={"efficiency": "近六年库存周转与缺件率对照表。"},
)


# Yang Fan and Andrew Collins are too close for the marks alone; Rachel Tan is not shortlisted.
_SIFT: tuple[Sheets, ...] = (
    {"1026": (4, 4), "1039": (4, 4), "1029": (4, 3), "1014": (3, 3)},
    {"1026": (4, 5), "1039": (4, 4), "1029": (3, 4), "1014": (3, 3)},
    {"1026": (5, 4), "1039": (4, 5), "1029": (4, 3), "1014": (3, 2)},
)
_INTERVIEWS: tuple[Sheets, ...] = (
    {"1026": (4, 5, 4, 4), "1039": (4, 4, 4, 5), "1029": (3, 4, 3, 4)},
    {"1026": (4, 3, 4, 5), "1039": (5, 4, 5, 4), "1029": (4, 3, 4, 3)},
    {"1026": (5, 4, 4, 4), "1039": (4, 4, 4, 4), "1029": (4, 3, 3, 4)},
)
_OF_TIED = {
    1: "两人综合成绩之差小于评分误差。杨帆代理该片区四个月，熟悉人员和客户，任职规划更贴近现状，列第一。",
    2: "两人综合成绩之差小于评分误差。Andrew Collins面试答辩略优，但对津冀片区的人员安排尚需调研，列第二。",
}


def _entered(branch: Branch, nomination: Nomination, *, days_ago: int) -> Story:
    yield from reviewed(branch, nomination, days_ago=days_ago)


def _tianjin_and_hebei(branch: Branch) -> Story:
    judges = ("1001", "1004", "1005")
    name = "津冀片区经理竞聘 Regional manager Tianjin–Hebei"
    competition_id = yield from _announced(branch, name, _FOR_TIANJIN[0], days_ago=26, open_for=12)
    yield branch.days_ago(12)
    _close_and_seat(branch, competition_id, judges)
    for sheets in (_SIFT, _INTERVIEWS):
        yield branch.in_days(1)
        for judge, sheet in zip(judges, sheets, strict=True):
            _judge(branch, competition_id, judge, sheet)
        if sheets is _SIFT:
            yield branch.in_days(1)
            _shortlist(branch, competition_id)
    yield branch.in_days(1)
    first = _signed(branch, competition_id)
    text = "竞聘成绩第一，代理片区期间表现经得起检验，同意任命。请上任后尽快与各站长逐一面谈。"
    yield from decided(branch, first, votes="yes yes yes no yes yes", text=text)
    yield branch.days_ago(1)
    text = (
        "杨帆代理片区期间，我们站的备件账目曾三个月没有核对，交接时差了两台压缩机。"
        "我不反对他本人，但希望在任命前查清。"
    )
    branch.do(objections.object_to, first, "1031", text=text)


def _shortlist(branch: Branch, competition_id: int) -> None:
    reason = "按材料初审成绩，前三名进入面试；Rachel Tan的任职规划尚未覆盖人员和预算。"
    with branch.contesting(competition_id, HR_OFFICER) as (act, competition, field):
        judging.sign_shortlist(act, competition, field, reason=reason)


def _signed(branch: Branch, competition_id: int) -> int:
    """The order of merit with its tie, signed; gives the case of the first."""
    reason = "按综合成绩排名：杨帆任职；其余进入候补名单，有效期十二个月。"
    with branch.contesting(competition_id, HR_OFFICER) as (act, competition, field):
        entries = contests.entries_of(act, competition, contests.running_in(field))
        reasons = {entry.case_id: _OF_TIED[entry.place or 0] for entry in entries if entry.is_tied}
        placings.decide(act, competition, field, reason=reason, ties=placings.Ties(reasons=reasons))
        [first] = [case.id for case in field.values() if case.stage is Stage.COMMITTEE]
    return first


def _large_chillers(branch: Branch) -> Story:
    name = "大型机组资深工程师竞聘 Principal engineer, large chillers"
    competition_id = yield from _announced(branch, name, _FOR_LARGE_CHILLERS[0], days_ago=20, open_for=15)
    yield branch.days_ago(4)
    _close_and_seat(branch, competition_id, ("1004", "1005", "1008"))
    yield branch.days_ago(3)
    _judge(branch, competition_id, "1004", {"1024": (5, 4), "1036": (4, 5)})
    yield branch.days_ago(1)
    _judge(branch, competition_id, "1005", {"1024": (4, 4)})


def _announced(
    branch: Branch, name: str, example: Nomination, *, days_ago: int, open_for: int
) -> Scenes[int]:
    yield branch.days_ago(days_ago)
    opens_on = branch.now.astimezone(CHINA).date()
    announcement = competitions.Announcement(
        name=name,
        track=example.track,
        level=example.level,
        post=example.post,
        seats=1,
        opens_on=opens_on,
        closes_on=branch.in_days(open_for),
    )
    with branch.at_hr() as act:
        return competitions.announce(
            act, announcement, edition_id=branch.edition_id, cycle_id=branch.cycle_id
        ).id


def _close_and_seat(branch: Branch, competition_id: int, judges: tuple[str, ...]) -> None:
    with branch.contesting(competition_id) as (act, competition, field):
        competitions.close_entries(act, competition, field)
    with branch.contesting(competition_id, HR_OFFICER) as (act, competition, field):
        people = [act.db.get_one(Employee, branch.people[judge]) for judge in judges]
        judging.seat_panel(act, competition, field, people)


def _judge(branch: Branch, competition_id: int, judge: str, sheets: Sheets) -> None:
    for candidate, marks in sheets.items():
        with branch.contesting(competition_id, judge) as (act, competition, field):
            entered = {case.candidate_id: case for case in field.values()}
            case = entered[branch.people[candidate]]
            asked = contests.rules_of(act, competition).asked_in(competition.round_number)
            judging.score(act, competition, field, case, sheet=dict(zip(asked, marks, strict=True)))
