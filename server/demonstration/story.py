"""What has happened in the demonstration branch so far: one story for each case without a competition."""

from collections.abc import Iterator
from functools import partial

from server.demonstration.branch import Branch, Nomination, Story
from server.demonstration.roads import (
    approved,
    cast,
    checked_in,
    decided,
    fill_in,
    in_effect,
    letter_read,
    open_ballot,
    planned,
    rated,
    reviewed,
    voted,
    written,
)
from workflow import cases, mentoring
from workflow.vocabulary import Level, TaskKind, Track


def stories(branch: Branch) -> Iterator[Story]:
    """Every story, the oldest first."""
    yield _confirmed_as_senior_engineer(branch)
    yield _returned_to_the_telephone(branch)
    yield _not_yet_senior(branch)
    yield _withdrawn_for_the_family(branch)
    yield _with_a_mentor(branch)
    yield from (_not_yet_released(branch, *decision) for decision in _NOT_YET_RELEASED)
    yield _before_the_committee(branch)
    yield _next_on_the_agenda(branch)
    yield _reviewed_by_colleagues(branch)


def _confirmed_as_senior_engineer(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1025",
        by="1022",
        level=Level.SENIOR,
        post="senior_service_engineer",
        statement="建国在冷水机组一线干了十年，去年独立完成十二台离心机大修，一次验收全部通过。"
        "新人愿意跟他出现场，他写的故障记录已经成了组里的教材。",
        evidence={
            "work_quality": "去年返修率1.8%，全组平均4.6%。",
            "knowledge": "编写《离心机喘振处理手册》，华北各站已在使用。",
        },
    )
    case_id = yield from reviewed(branch, nomination, days_ago=165, comment="情况属实，支持。")
    text = "委员会认可其扎实的大修能力和带教表现，同意晋升。建议今后多参与方案评审。"
    yield from decided(branch, case_id, votes="yes yes yes abstain yes yes", text=text)
    yield from in_effect(branch, case_id)
    plan = "一、独立主持两个大修项目；二、每月组织一次案例分享；三、学会编写技术方案和预算。"
    yield from planned(branch, case_id, mentor="1023", candidate="1025", plan=plan)
    for day, mentor_note, own_note in (
        (
            30,
            "已接手钢厂项目，进度正常。方案中的费用测算还需指导。",
            "报价部分还不熟，高工给了我三份旧方案参考。",
        ),
        (60, "第一次案例分享准备充分，组员提问踊跃。", "讲完才发现有两处自己也没弄透，已补课。"),
        (90, "大修项目按期完工，客户来信表扬。", "最大的收获是学会提前跟备件部门对计划。"),
        (180, "可以独立带队，方案质量稳定，不再需要逐项把关。", "感谢半年来的指导，下一步想带一名徒弟。"),
    ):
        notes = {"mentor": ("1023", mentor_note), "candidate": ("1025", own_note)}
        yield from checked_in(branch, case_id, day, **notes)
        if day == 90:
            note = "大修项目质量和进度都有保证，报价仍需高工复核。"
            yield from rated(branch, case_id, 13, rating=4, note=note)
    yield branch.in_days(2)
    branch.do(mentoring.confirm, case_id, "1021", reason="两个项目均按期交付，带教到位，同意确认任职。")
    yield from letter_read(branch, case_id)


def _returned_to_the_telephone(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1016",
        by="1012",
        level=Level.INTERMEDIATE,
        track=Track.MANAGEMENT,
        post="after_sales_representative",
        statement="宋佳连续四个季度接线满意度第一，处理投诉耐心、有办法，建议转任售后专员，负责重点客户回访。",
        evidence={"customer_satisfaction": "去年满意度4.9分，零升级投诉。"},
    )
    case_id = yield from reviewed(branch, nomination, days_ago=140)
    text = "客户沟通能力突出，同意晋升；请带教期间重点培养报价与合同方面的知识。"
    yield from decided(branch, case_id, votes="yes yes no yes yes yes", text=text)
    yield from in_effect(branch, case_id)
    plan = "前两个月随访八家重点客户，第三个月起独立负责三家；每周复盘一次报价单。"
    yield from planned(branch, case_id, mentor="1015", candidate="1016", plan=plan)
    for day, mentor_note, own_note in (
        (30, "沟通没有问题，合同条款还要补课。", "电话里我很自信，面对面谈价格时会慌。"),
        (60, "报价有两次算错，已一起更正并向客户说明。", "晚上常常睡不好，想跟郑组长谈一谈。"),
        (90, "本人坦诚表示更喜欢接线岗位，我认为应尊重她的意愿。", "我想回到热线，那里我能帮到更多人。"),
    ):
        notes = {"mentor": ("1015", mentor_note), "candidate": ("1016", own_note)}
        yield from checked_in(branch, case_id, day, **notes)
    yield branch.in_days(3)
    reason = (
        "与宋佳和带教人分别谈过：她服务意识很强，但现阶段不愿承担报价和合同谈判。尊重本人意愿，"
        "恢复原岗位和原级别，原任职时间连续计算；今后随时可以再次申请，也可考虑专业通道。"
    )
    branch.do(mentoring.revert, case_id, "1011", reason=reason)
    yield from letter_read(branch, case_id)


def _not_yet_senior(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1047",
        by="1043",
        level=Level.SENIOR,
        post="senior_service_engineer",
        statement="红梅负责进口备件三年，盘点差错率逐年下降，今年牵头了保税仓搬迁。",
        evidence={"efficiency": "搬迁期间紧急备件24小时到货率保持在96%。"},
    )
    case_id = yield from reviewed(branch, nomination, days_ago=85, mark=3)
    text = (
        "感谢红梅在保税仓搬迁中的出色组织，库存管理的严谨大家有目共睹。本次未获通过，主要因为高级工程师还需要"
        "独立的技术判断：目前的材料中，备件替代方案多由他人审定。建议今后一年独立完成三份替代方案评估，并参加"
        "一次现场轮岗；蒋经理会与你一起制定计划，届时欢迎再次申报。"
    )
    yield from decided(branch, case_id, votes="no yes no no yes abstain", text=text)
    yield from letter_read(branch, case_id)


def _withdrawn_for_the_family(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1037",
        by="1037",
        level=Level.SENIOR,
        post="senior_service_engineer",
        statement="我在广州片区负责数据中心精密空调五年，今年主持了两次不停机更换压缩机，希望承担更多技术责任。",
        evidence={"skill": "不停机更换压缩机作业指导书，已被华南区采用。"},
    )
    case_id = yield from approved(branch, nomination, days_ago=45, comment="技术过硬，支持自荐。")
    yield branch.in_days(2)
    for rater in branch.holders(case_id, TaskKind.REVIEW)[:2]:
        fill_in(branch, case_id, rater, mark=4)
    yield branch.in_days(2)
    reason = "父亲手术后需要人照顾，今后半年我无法出差。想等家里安顿好，明年再全力准备。谢谢大家。"
    branch.do(cases.withdraw, case_id, "1037", reason=reason)


def _with_a_mentor(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1038",
        by="1034",
        level=Level.SENIOR,
        post="senior_service_engineer",
        statement="苏婷把华南区热泵机组的平均停机时间从九小时降到五小时，并带出两名能独立作业的技术员。",
        evidence={
            "efficiency": "停机时间统计表（去年一月至今，按台按月）。",
            "teamwork": "与备件部共建常用件前置仓，覆盖六家客户。",
        },
    )
    case_id = yield from reviewed(branch, nomination, days_ago=47, comment="成绩实在，同意。")
    text = "停机时间的改善有数据支撑，跨部门协作突出，同意晋升高级服务工程师。"
    yield from decided(branch, case_id, votes="yes yes yes yes no yes", text=text)
    yield from in_effect(branch, case_id)
    plan = "一、主持东莞工厂热泵改造；二、学习振动分析并取得二级证书；三、带教叶青至独立作业。"
    yield from planned(branch, case_id, mentor="1036", candidate="1038", plan=plan)
    mentor = ("1036", "东莞项目已开工，现场管理有条理；振动分析课程已报名十二月班。")
    candidate = ("1038", "同时管项目和带徒弟时间很紧，已和邓组长商量减少夜班。")
    yield from checked_in(branch, case_id, 30, mentor=mentor, candidate=candidate)


_for_senior_engineer = partial(Nomination, level=Level.SENIOR, post="senior_service_engineer")
# Who is put forward, how the committee has voted, and what its chair has written.
_NOT_YET_RELEASED = (
    (
        _for_senior_engineer(
            candidate="1049",
            by="1043",
            statement="邵琳两年内把进口备件的到货预测误差从三成降到一成，今年接手了变频器备件的选型。",
            evidence={"efficiency": "到货预测与实际对照表（近八个季度）。"},
        ),
        "yes yes yes abstain yes yes",
        "预测方法扎实，选型工作已能独立承担，同意晋升。建议参加一次现场轮岗。",
    ),
    (
        _for_senior_engineer(
            candidate="1028",
            by="1028",
            statement="I look after the data centres of Beijing West: no unplanned stop in fourteen months, "
            "and two younger colleagues now do the yearly overhaul without me.",
            evidence={"work_quality": "Stops and causes, Beijing West, last six quarters."},
        ),
        "yes yes no yes yes yes",
        "运行记录突出，带教有成效，同意晋升。希望今后多写技术总结，与其他片区分享。",
    ),
    (
        _for_senior_engineer(
            candidate="1040",
            by="1035",
            statement="Zhihao has looked after the daily maintenance in Zhuhai on his own this year, and "
            "customers praise how soon he is there.",
            evidence={"attitude": "Duty roster of the holidays."},
        ),
        "no yes no no defer no",
        "感谢志豪对珠海片区的付出，响应速度有目共睹。本次未获通过：高级工程师须能独立主持大修，材料中尚无实例。"
        "建议明年在带教下主持一次大修后再申报。",
    ),
)


def _not_yet_released(branch: Branch, nomination: Nomination, votes: str, text: str) -> Story:
    case_id = yield from reviewed(branch, nomination, days_ago=17)
    yield from voted(branch, case_id, votes=votes)
    yield branch.days_ago(2)
    written(branch, case_id, text=text)


def _before_the_committee(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1013",
        by="1012",
        level=Level.SENIOR,
        post="senior_service_engineer",
        statement="徐梦负责远程诊断席，今年通过电话和数据判断解决了四成来电故障，省去了六百多次上门。",
        evidence={
            "skill": "远程诊断流程图二十七份，按机型分类。",
            "customer_satisfaction": "远程解决工单的满意度4.8分。",
        },
    )
    case_id = yield from reviewed(branch, nomination, days_ago=16)
    yield branch.days_ago(3)
    open_ballot(branch, case_id)
    members = branch.holders(case_id, TaskKind.CAST_BALLOT)
    yield branch.days_ago(2)
    cast(branch, case_id, [(members[1], "yes"), (members[3], "yes")])
    yield branch.days_ago(1)
    cast(branch, case_id, [(members[4], "defer")])


def _next_on_the_agenda(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1050",
        by="1050",
        level=Level.SENIOR,
        post="senior_service_engineer",
        statement="I run the parts bench: every third failed inverter now goes back to a customer repaired "
        "instead of scrapped, and field teams call me first when a board is discontinued.",
        evidence={
            "skill": "Repair log of the bench: 214 boards this year, 9 came back.",
            "teamwork": "Stand-in list of parts, drawn up with Field Service North and South.",
        },
    )
    yield from reviewed(branch, nomination, days_ago=13, comment="维修台见效明显，支持自荐。")


def _reviewed_by_colleagues(branch: Branch) -> Story:
    nomination = Nomination(
        candidate="1030",
        by="1022",
        level=Level.INTERMEDIATE,
        post="service_engineer",
        statement="晓东三年多来出勤和记录都很规范，螺杆机常规保养已能独立完成，今年开始处理电控故障。",
        evidence={"attitude": "自费参加电工进阶班，已通过考试。"},
    )
    case_id = yield from approved(branch, nomination, days_ago=8, comment="进步明显，同意。")
    # The first who is asked is the line manager, whose form is still to come.
    raters = branch.holders(case_id, TaskKind.REVIEW)[1:]
    yield branch.days_ago(3)
    fill_in(branch, case_id, raters[0], mark=4)
    yield branch.days_ago(1)
    for rater in raters[1:3]:
        fill_in(branch, case_id, rater, mark=4)
