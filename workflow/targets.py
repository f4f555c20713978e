"""For which step of a ladder somebody may be nominated, and as what the nominator speaks."""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from workflow.act import Act
from workflow.editions.library import edition_of
from workflow.errors import CaseAlreadyOpen, Invalid, NoSuchStep, NotTheNextStep, PersonInactive
from workflow.hr_fields import is_hr_to
from workflow.kept_apart import are_apart
from workflow.models import Department, Employee, PromotionCase
from workflow.relations import visible_cases
from workflow.rules.edition import Edition, PostRule, StepRules
from workflow.superiors import people_below
from workflow.vocabulary import OPEN_STAGES, Level, Nominator, Stage, Track


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is to work after the step: another department, another manager, both or neither."""

    department_id: int | None = None
    manager: Employee | None = None

    @property
    def manager_id(self) -> int | None:
        """The key of the new manager, if there is one."""
        return self.manager.id if self.manager is not None else None


NO_NEW_PLACE = Place()


@dataclass(frozen=True, slots=True)
class Prospect:
    """A step of the ladder that is open to somebody, and the posts it can lead him to."""

    step: StepRules
    posts: tuple[PostRule, ...]
    is_up: bool


def nominator_of(act: Act, candidate: Employee) -> Nominator:
    """As what the person who acts nominates; whoever is none of the others is a peer.

    So is somebody of HR who is kept apart from the candidate, to whose cases he is not HR.
    """
    if act.person.id == candidate.id:
        return Nominator.SELF
    if candidate.manager_id == act.person.id:
        return Nominator.MANAGER
    is_hr = and_(is_hr_to(act.person.id, candidate.id), ~are_apart(candidate.id, act.person.id))
    return Nominator.HR if act.db.scalar(select(is_hr)) else Nominator.PEER


def step_to(
    act: Act, candidate: Employee, edition_id: int, track: Track, level: Level, post: str
) -> StepRules:
    """The step that leads an active person to a target: one level up, or aside to another track or post.

    Raises PersonInactive, NoSuchStep, NotTheNextStep.
    """
    if not candidate.is_active:
        raise PersonInactive(person=candidate.number)
    edition = edition_of(act.db, edition_id)
    step = edition.step(track, level)
    if step is None or post not in step.posts:
        raise NoSuchStep(track=track, level=level, post=post, posts=list(step.posts) if step else [])
    if not _is_open(edition, candidate, track, level, post):
        raise NotTheNextStep(present=candidate.level, target=level)
    return step


def prospects(edition: Edition, candidate: Employee) -> list[Prospect]:
    """Every step that `step_to` allows a person, in the order of the edition.

    Raises PersonInactive.
    """
    if not candidate.is_active:
        raise PersonInactive(person=candidate.number)
    found = []
    for step in edition.steps:
        open_posts = [key for key in step.posts if _is_open(edition, candidate, step.track, step.level, key)]
        posts = tuple(post for post in edition.posts if post.key in open_posts)
        if posts:
            found.append(Prospect(step, posts, is_up=step.level is candidate.level.above))
    return found


def require_free(act: Act, candidate: Employee, cycle_id: int | None, track: Track, level: Level) -> None:
    """Refuse a second case for a target, and any case while the person is mentored for an earlier one.

    Raises CaseAlreadyOpen, or Invalid (`still_mentored`, `tried_in_this_cycle`).
    """
    same_target = and_(PromotionCase.target_track == track, PromotionCase.target_level == level)
    was_tried = PromotionCase.stage != Stage.WITHDRAWN
    in_cycle = and_(PromotionCase.cycle_id.is_not(None), PromotionCase.cycle_id == cycle_id, was_tried)
    in_the_way = or_(
        PromotionCase.stage == Stage.MENTORING,
        and_(same_target, or_(PromotionCase.stage.in_(OPEN_STAGES), in_cycle)),
    )
    query = select(PromotionCase).where(PromotionCase.candidate_id == candidate.id, in_the_way)
    found = act.first(query.order_by(PromotionCase.id.desc()))
    if found is None:
        return
    is_seen = select(PromotionCase.id).where(PromotionCase.id == found.id, visible_cases(act.person.id))
    if act.first(is_seen) is None:
        raise CaseAlreadyOpen()
    if found.stage is Stage.MENTORING:
        raise Invalid(reason="still_mentored", case=found.id)
    if found.stage not in OPEN_STAGES:
        raise Invalid(reason="tried_in_this_cycle", case=found.id)
    raise CaseAlreadyOpen(case=found.id)


def require_place(act: Act, candidate: Employee, place: Place) -> None:
    """Refuse a new department or manager that cannot be.

    Raises PersonInactive, or Invalid (`department_unknown`, `manager_is_candidate`, `manager_below`).
    """
    if place.department_id is not None and act.db.get(Department, place.department_id) is None:
        raise Invalid(reason="department_unknown", department=place.department_id)
    manager = place.manager
    if manager is None:
        return
    if not manager.is_active:
        raise PersonInactive(person=manager.number)
    if manager.id == candidate.id:
        raise Invalid(reason="manager_is_candidate", person=manager.number)
    if manager.id in act.all(people_below(candidate.id)):
        raise Invalid(reason="manager_below", person=manager.number)


def _is_open(edition: Edition, candidate: Employee, track: Track, level: Level, post: str) -> bool:
    """One level up on whatever track, or at the present level to another track or post."""
    present = edition.post_named(candidate.post)
    is_elsewhere = track is not candidate.track or present is None or present.key != post
    return level is candidate.level.above or (level is candidate.level and is_elsewhere)
