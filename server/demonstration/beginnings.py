"""Where cases of the demonstration begin: written, returned, and waiting for signatures or missing facts."""

from collections.abc import Iterator
from functools import partial

from server.demonstration.branch import Branch, Nomination, Story
from server.demonstration.roads import approved, submitted
from workflow import nominations, rater_objections
from workflow.models import Employee
from workflow.vocabulary import Level, Track

_for_service_engineer = partial(Nomination, level=Level.INTERMEDIATE, post="service_engineer")


def stories(branch: Branch) -> Iterator[Story]:
    """Every story, the oldest first."""
    yield _rotation_unknown(branch)
    yield _waiting_for_the_head(branch)
    yield from (_waiting_for_hr(branch, nomination) for nomination in _FOR_HR)
    yield _sent_back_to_the_author(branch)
    yield _still_being_written(branch)


def _rotation_unknown(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1019",
        by="1012",
        level=Level.INTERMEDIATE,
        track=Track.CROSS_DEPARTMENT,
        post="service_coordinator",
        statement="冯涛去年借调备件部协助搬仓，熟悉两边流程，适合担任呼叫中心与备件之间的协调专员。",
        evidence={"teamwork": "推动工单与备件预留打通，缺件改约减少三成。"},
    )
    yield from approved(branch, nomination, days_ago=12)


def _waiting_for_the_head(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1048",
        by="1048",
        level=Level.SENIOR,
        post="senior_service_engineer",
        statement="九年备件技术支持，我建立了压缩机互换件数据库，查询时间从半天缩短到十分钟。希望在专业通道继续发展。",
        evidence={
            "potential": "互换件数据库说明及使用统计（月均查询430次）。",
            "knowledge": "为现场同事举办四次选型培训，课件已上传。",
        },
    )
    case_id = yield from submitted(branch, nomination, days_ago=8)
    yield branch.in_days(1)
    reason = "去年我们在仓库布局上有过公开争执，至今没有来往。请安排其他同事评价。"
    with branch.on(case_id, "1048") as (act, case):
        person = act.db.get_one(Employee, branch.people["1045"])
        rater_objections.object_to(act, case, person, reason=reason)


_FOR_HR = (
    _for_service_engineer(
        candidate="1031",
        by="1023",
        statement="田野三年来从跟班到独立承担门店机组的月度保养，今年又学会了电控柜的日常排查。",
        evidence={"efficiency": "今年月度保养均按期完成，平均用时由六小时降到四小时半。"},
    ),
    _for_service_engineer(
        candidate="1032",
        by="1022",
        statement="Lucy 负责外资写字楼客户，能用中英文写维修报告；夏季高峰期主动承担夜间值守。",
        evidence={"customer_satisfaction": "三家外资客户的年度回访均为满意。"},
    ),
)


def _waiting_for_hr(branch: Branch, nomination: Nomination) -> Story:
    """With a second of its kind, so that HR may sign both in one go."""
    case_id = yield from submitted(branch, nomination, days_ago=6)
    yield branch.in_days(1)
    branch.do(nominations.approve, case_id, "1021", comment="同意，符合晋升条件。")


def _sent_back_to_the_author(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1017",
        by="1012",
        level=Level.INTERMEDIATE,
        post="service_engineer",
        statement="韩雪工作认真，学习主动，群众基础好，建议晋升。",
    )
    case_id = yield from submitted(branch, nomination, days_ago=6)
    yield branch.in_days(2)
    reason = (
        "我同意提名韩雪，但材料太笼统。请补充两三个具体案例（最好含六月断电抢修那次）和接线数据，再提交。"
    )
    branch.do(nominations.send_back, case_id, "1011", reason=reason)


def _still_being_written(branch: Branch) -> Story:
    yield branch.days_ago(3)
    branch.nominate(
        Nomination(
            candidate="1042",
            by="1042",
            level=Level.INTERMEDIATE,
            post="service_engineer",
            statement="Since last winter I have run the rooftop units of the Zhuhai hotels on my own: "
            "31 jobs, two repeat visits. (To add: the hotel's letter, and what the May leak taught me.)",
            evidence={"work_quality": "Job list January to October with repeat visits marked."},
        )
    )
