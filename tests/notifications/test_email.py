"""Mails over a mail server that really listens, and mails that nobody can bend."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from receivers import MailServerForTests, as_read

from notifications.channels import Verdict
from notifications.channels.email import build
from notifications.channels.mail_server import MailServer, Security
from notifications.channels.mailbox import Mailbox, list_mailbox
from notifications.letters import Dropped, Letter

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
SENDER = "Jinsheng <hr@example.com>"


def a_letter(**fields: str) -> Letter:
    start = {"to": "wang@example.com", "locale": "zh_Hans", "subject": "晋升待办：1项"}
    return Letter(**(start | {"text": "王伟，您好：", "html": "<p>王伟，您好：</p>"} | fields))


@pytest.fixture
def line(mail_server: MailServerForTests) -> Iterator[MailServer]:
    server = MailServer("127.0.0.1", mail_server.port, Security.NONE)
    yield server
    server.hang_up()


def test_a_mail_arrives_in_both_forms(mail_server: MailServerForTests, line: MailServer) -> None:
    message = build(a_letter(), key="digest/1/2026-11-24", sender=SENDER, now=NOW)
    assert line.send(message).verdict is Verdict.SENT
    (mail,) = mail_server.mails
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert (mail["Subject"], mail["Content-Language"]) == ("晋升待办：1项", "zh-Hans")
    assert text is not None
    assert text.get_content().strip() == "王伟，您好："
    assert html is not None
    assert html.get_content().strip() == "<p>王伟，您好：</p>"


def test_a_busy_server_is_asked_again_and_then_takes_the_mail(
    mail_server: MailServerForTests, line: MailServer
) -> None:
    mail_server.refusals.append("451 try later")
    message = build(a_letter(), key="k", sender=SENDER, now=NOW)
    first, second = (line.send(message) for _ in range(2))
    assert (first.verdict, first.reason) == (Verdict.LATER, "451 try later")
    assert second.verdict is Verdict.SENT
    assert len(mail_server.mails) == 1


def test_an_unknown_address_is_not_tried_again(mail_server: MailServerForTests, line: MailServer) -> None:
    mail_server.refusals.append("550 no such person")
    outcome = line.send(build(a_letter(), key="k", sender=SENDER, now=NOW))
    assert (outcome.verdict, outcome.reason) == (Verdict.BOUNCED, "550 no such person")


def test_a_refused_text_is_not_tried_again(mail_server: MailServerForTests, line: MailServer) -> None:
    mail_server.refused_data = "554 looks like spam"
    outcome = line.send(build(a_letter(), key="k", sender=SENDER, now=NOW))
    assert (outcome.verdict, outcome.reason) == (Verdict.NEVER, "554 looks like spam")


@pytest.mark.parametrize("security", list(Security))
def test_a_server_that_is_away_is_tried_again(security: Security, free_port: int) -> None:
    server = MailServer("127.0.0.1", free_port, security)
    outcome = server.send(build(a_letter(), key="k", sender=SENDER, now=NOW))
    assert (outcome.verdict, outcome.reason) == (Verdict.HELD, "ConnectionRefusedError")


def test_a_server_without_the_asked_protection_or_login_gets_nothing(mail_server: MailServerForTests) -> None:
    message = build(a_letter(), key="k", sender=SENDER, now=NOW)
    unprotected = MailServer("127.0.0.1", mail_server.port, Security.STARTTLS)
    without_login = MailServer("127.0.0.1", mail_server.port, Security.NONE, user="u", password="p")
    assert "p" not in repr(without_login).split("user")[1].replace("'u'", "")
    assert [unprotected.send(message).verdict, without_login.send(message).verdict] != [Verdict.SENT] * 2
    assert mail_server.mails == []


def test_the_same_key_gives_the_same_message_id() -> None:
    first, again, other = (
        as_read(build(a_letter(), key=key, sender=SENDER, now=NOW))["Message-ID"] for key in ("a", "a", "b")
    )
    assert first == again != other
    assert first.endswith("@example.com>")


@pytest.mark.parametrize(
    "domain", ["localhost", "mail.after-sales.of-a-company-with-a-long-name.example.com"]
)
def test_no_sender_is_too_long_for_a_mail_to_be_read_back(domain: str) -> None:
    message = build(a_letter(), key="k", sender=f"Jinsheng <hr@{domain}>", now=NOW)
    assert as_read(message)["Message-ID"].endswith(f"@{domain}>")


@given(subject=st.text(st.characters(min_codepoint=0x80, exclude_categories=["Cs"]), max_size=40))
@example(subject="\U0001f389" * 11)
def test_no_line_of_an_encoded_subject_is_too_long(subject: str) -> None:
    mail = build(a_letter(subject=subject), key="k", sender=SENDER, now=NOW)
    head = mail.content.partition(b"\r\nDate:")[0]
    assert max(map(len, head.splitlines())) <= 76


@given(subject=st.text(max_size=60), text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_becomes_a_header(subject: str, text: str) -> None:
    subject = subject.encode("utf-8", "replace").decode()
    message = build(a_letter(subject=subject, text=text), key="k", sender=SENDER, now=NOW)
    read = as_read(message)
    assert len(read.keys()) == len(set(read.keys())) == 9
    assert str(read["Subject"]) == " ".join("".join(s if s.isprintable() else " " for s in subject).split())
    plain = read.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == text.splitlines()
    assert max(map(len, message.content.splitlines())) <= 200


@pytest.mark.parametrize(
    "subject",
    [
        "Hello\r\nBcc: a@b.example",
        "=?utf-8?q?Hello=0ABcc:_a@b.example?=",
        "=?utf-8?b?SGkKQmNjOiBhQGIuZXhhbXBsZQ==?=",
    ],
)
def test_a_subject_with_a_hidden_line_adds_no_recipient(subject: str) -> None:
    read = as_read(build(a_letter(subject=subject), key="k", sender=SENDER, now=NOW))
    assert read["Bcc"] is None
    assert read["Subject"] == " ".join(subject.split())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "王伟@example.com",
        "a@b.example\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "a@b\u00fccher.example",
    ],
)
def test_an_address_that_is_none_is_not_written_to(address: str) -> None:
    with pytest.raises(Dropped):
        build(a_letter(to=address), key="k", sender=SENDER, now=NOW)


def test_without_a_server_mails_lie_in_a_folder_one_file_each(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mail")
    assert list_mailbox(mailbox.folder) == []
    for key, minute in (("b", 5), ("a", 3), ("b", 5)):
        mailbox.send(build(a_letter(subject=key), key=key, sender=SENDER, now=NOW.replace(minute=minute)))
    assert [mail["Subject"] for mail in list_mailbox(mailbox.folder)] == ["a", "b"]
    assert {path.suffix for path in mailbox.folder.iterdir()} == {".eml"}
