"""One case from nomination to confirmation through the pages, each step by its person, in both languages."""

from datetime import timedelta
from importlib.util import find_spec

import pytest
from sqlalchemy import select

from tests.browser.outside_pages import let_mails_be_written, mails, parts_of, run_together, words_of_paper
from tests.browser.people import DESK, PHONE, House, Person
from tests.builders import CHINA, raters, sitting
from tests.company import Company
from workflow import notices
from workflow.models import Letter, PromotionCase
from workflow.vocabulary import Stage, TaskKind

# What somebody might write who means ill; wherever it is read it has to stand as it was written.
SCRIPT = '<script>window.caught = 1</script><img src=x onerror="window.caught = 1">'


class Road:
    """The case and everybody on its way."""

    def __init__(self, house: House, company: Company, locale: str, size: tuple[int, int]) -> None:
        """Nobody has a browser open yet."""
        self.house, self.company, self.locale, self.size = house, company, locale, size
        self.known: dict[str, Person] = {}
        self.case_id = 0

    def by(self, number: str) -> Person:
        """Somebody at his browser; after a while he signs in again."""
        return self.house.person(number, locale=self.locale, size=self.size)

    @property
    def here(self) -> str:
        """Where the case is found."""
        return f"/cases/{self.case_id}"

    @property
    def stage(self) -> Stage:
        """Where the case stands."""
        return self.company.case(self.case_id).stage

    def nominate(self) -> None:
        """The line manager writes why and submits."""
        manager = self.by("L1")
        manager.open("/nominate?candidate=C&track=professional&level=senior&post=senior_service_engineer")
        manager.press("page.nominate.begin_do")
        with self.company.reading() as db:
            self.case_id = db.scalars(select(PromotionCase.id)).one()
        manager.press("page.save", statement=f"Keeps promises. {SCRIPT}", evidence__skill=SCRIPT)
        manager.press("page.do.submit")

    def hand_over(self) -> None:
        """The head names somebody else by name, says why, and that is told by mail."""
        head = self.by("D1")
        head.open(self.here)
        head.press("page.do.hand_over", to="Person L2", reason=f"I am away. {SCRIPT}")
        assert self.mails_are_text()["L2@example.com"] == 2, "the name and the reason"

    def approve(self) -> None:
        """Everybody in the chain signs from his inbox."""
        while tasks := self.company.open_tasks(self.case_id, TaskKind.APPROVE):
            holder = tasks[0].assignee_id
            signer = self.by(self.company.number(holder) if holder else "H1")
            signer.open("/inbox")
            signer.press("page.approval.approve")
            assert signer.told.strip() == signer.t("done.approved")

    def review(self) -> None:
        """Every rater fills in a form, with an example where the mark asks for it."""
        for number in raters(self.company, self.case_id):
            rater = self.by(number)
            rater.open(f"{self.here}/form")
            for item in rater.page.locator('input[type=radio][value="4"]').all():
                item.check()
            rater.press("page.rater.hand_in")
            rater.page.context.close()
            self.house.people.remove(rater)

    def decide(self) -> None:
        """The chair opens the ballot, everybody votes, the chair signs."""
        (task,) = self.company.open_tasks(self.case_id, TaskKind.OPEN_BALLOT)
        chair = self.by(self.company.number(task.assignee_id))
        chair.open(f"{self.here}/vote")
        chair.press("page.vote.open_do")
        for number in sitting(self.company, self.case_id):
            member = self.by(number)
            member.open(f"{self.here}/vote")
            member.press("page.vote.cast", choice="yes", reason=SCRIPT)
        chair.open(f"{self.here}/vote")
        chair.press("page.vote.sign", text=f"Carried. {SCRIPT}")

    def read_the_letter(self) -> None:
        """The candidate reads the outcome and says so."""
        candidate = self.by("C")
        candidate.open("/my-promotion")
        candidate.open(f"{self.here}/letters")
        candidate.press("page.letters.acknowledge")

    def mentor(self) -> None:
        """Duties, a mentor, a plan, talks, ratings, and the confirmation."""
        hr, mentee = self.by("H1"), self.by("C")
        mentee.open(f"{self.here}/mentoring")
        mentee.press("page.mentoring.duties_do")
        hr.open(f"{self.here}/mentoring")
        hr.press("page.mentoring.name_do", mentor="T1")
        mentor = self.by("T1")
        mentor.open(f"{self.here}/mentoring")
        due = (self.company.now.astimezone(CHINA).date() + timedelta(days=60)).isoformat()
        item = {"items__0__title": "Overhaul", "items__0__kind": "practice", "items__0__due_on": due}
        mentor.press("page.mentoring.write_do", plan=SCRIPT, **item)
        mentee.open(f"{self.here}/mentoring")
        mentee.press("page.mentoring.agree")
        mentee.press("page.save", feedback=SCRIPT)

    def look_back(self) -> None:
        """The months go by: talks are noted, the work is rated, the head confirms."""
        while tasks := self.company.open_tasks(self.case_id, TaskKind.CHECK_IN):
            self.company.now = max(self.company.now, tasks[0].due_at - timedelta(hours=1))
            for number in ("C", "T1"):
                person = self.by(number)
                person.open(f"{self.here}/mentoring")
                person.press("page.mentoring.talk_do", note=f"Going well. {SCRIPT}")
        for task in self.company.open_tasks(self.case_id, TaskKind.PERFORMANCE_CHECK):
            self.company.now = max(self.company.now, task.due_at - timedelta(hours=1))
            rater = self.by(self.company.number(task.assignee_id))
            rater.open(f"{self.here}/mentoring")
            rater.press("page.mentoring.rating_do", rating="4", note=SCRIPT)

    def confirm(self) -> None:
        """At the end of the months the head of department signs how they end."""
        (task,) = self.company.open_tasks(self.case_id, TaskKind.CONFIRM)
        self.company.now = max(self.company.now, task.due_at - timedelta(hours=1))
        head = self.by(self.company.number(task.assignee_id))
        head.open(f"{self.here}/mentoring")
        head.press("page.mentoring.close_do", decision="confirm", reason=SCRIPT)

    def everybody_looks(self) -> None:
        """What was written stands on every page as it was written, and nothing of it has run."""
        for number in ("C", "L1", "H1", "A1", "T1"):
            reader = self.by(number)
            for below in ("", "/vote", "/review", "/mentoring", "/letters", "/nomination"):
                answer = reader.page.goto(f"{reader.address}{self.here}{below}")
                assert answer is not None
                assert "<img src=x" not in answer.text()
                assert reader.page.evaluate("window.caught") is None

    def mails_are_text(self) -> dict[str, int]:
        """Mails say what was written as it was written; gives how often, by whose they are."""
        marked = run_together(SCRIPT)
        found: dict[str, int] = {}
        for mail in mails(self.company):
            text, html = parts_of(mail)
            assert not html.select("script, img, [onerror]")
            said = (run_together(text).count(marked), run_together(html.get_text()).count(marked))
            assert said[0] == said[1], (mail["Subject"], said)
            found[mail["To"]] = max(said[0], found.get(mail["To"], 0))
        assert any(found.values())
        return found

    def papers_are_text(self) -> None:
        """So do the candidate's letters and HR's dossier."""
        with self.company.reading() as db:
            letters = db.scalars(select(Letter.id).where(Letter.case_id == self.case_id)).all()
        wanted = [*(("C", f"/letters/{letter}.pdf") for letter in letters), ("H1", "/dossier")]
        for number, below in wanted:
            reader = self.by(number)
            answer = reader.page.context.request.get(f"{reader.address}/api/v1{self.here}{below}")
            assert answer.status == 200, answer.text()
            assert run_together(SCRIPT) in run_together(words_of_paper(answer.body())), below


@pytest.fixture(autouse=True)
def told(company: Company) -> None:
    """What happens is told by mail, and somebody's name means ill too."""
    let_mails_be_written(company, called=SCRIPT)


# In each language, on each kind of screen and on each database; the three have nothing to do with each other.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "locale", "size"),
    [("sqlite", "en", DESK), ("postgresql", "zh_Hans", PHONE)],
    indirect=["engine"],
    ids=["english-sqlite", "chinese-postgresql"],
)
def test_a_case_goes_all_its_way_through_the_pages(
    house: House, company: Company, locale: str, size: tuple[int, int]
) -> None:
    road = Road(house, company, locale, size)
    road.nominate()
    road.hand_over()
    road.approve()
    assert road.stage is Stage.REVIEW
    road.review()
    assert road.stage is Stage.COMMITTEE
    road.decide()
    assert road.stage is Stage.NOTICE
    road.read_the_letter()
    company.later(days=10)
    company.do(notices.take_effect, road.case_id)
    road.mentor()
    road.look_back()
    road.confirm()
    assert road.stage is Stage.COMPLETED
    road.everybody_looks()
    road.mails_are_text()
    if find_spec("weasyprint"):
        road.papers_are_text()
