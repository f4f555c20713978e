"""A folder in place of a mail server: every mail is a file that any mail program opens."""

import os
import tempfile
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from notifications.channels import SENT, Mail, Outcome


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A folder of mails; the same mail written twice is one file."""

    folder: Path

    def send(self, mail: Mail) -> Outcome:
        """Write one mail, whole or not at all, under the name of its Message-ID."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self.folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(mail.content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.folder / f"{_name(mail)}.eml")
        return SENT


def list_mailbox(folder: Path) -> list[EmailMessage]:
    """Every mail in the folder, oldest first; none if there is no such folder."""
    mails = [_read(path) for path in folder.glob("*.eml")]
    return sorted(mails, key=lambda mail: mail["Date"].datetime)


def _name(mail: Mail) -> str:
    return mail.id.strip("<>").partition("@")[0]


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=SMTP)
