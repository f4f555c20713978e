"""What people get besides pages, read as they read it: mails in both their parts, and papers."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

from bs4 import BeautifulSoup
from pypdf import PdfReader
from sqlalchemy import select, update

from notifications import letters
from notifications.channels.email import build
from notifications.messages import announce
from notifications.models import Channel, Delivery
from tests.company import Company
from workflow.models import Employee
from workflow.store import Door


def let_mails_be_written(company: Company, *, called: str) -> None:
    """Whatever happens is told by mail; the candidate is called so."""
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).values(email=Employee.number + "@example.com"))
        act.execute(update(Employee).where(Employee.number == "C").values(name=called))
    company.door = Door(company.door.engine, announce=announce)


def mails(company: Company) -> Iterator[EmailMessage]:
    """Every mail that is worth sending now, as it would go out."""
    with company.reading() as db:
        for delivery in db.scalars(select(Delivery).where(Delivery.channel == Channel.MAIL)):
            try:
                letter = letters.write(db, delivery, base_url="https://x.example", now=company.now)
            except letters.Dropped:
                continue
            mail = build(letter, key=delivery.key, sender="jinsheng@example.com", now=company.now)
            yield message_from_bytes(mail.content, policy=SMTP)


def parts_of(mail: EmailMessage) -> tuple[str, BeautifulSoup]:
    """The text and the page of a mail."""
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return str(text.get_content()), BeautifulSoup(html.get_content(), "html.parser")


def words_of_paper(pdf: bytes) -> str:
    """What there is to read on a paper."""
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def run_together(text: str) -> str:
    """A text without its spaces and ends of lines, which differ from one kind of page to another."""
    return re.sub(r"\s+", "", text)
