"""The clock of the cycle: a file that says what time it is, moved ahead by writing it anew."""

import os
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from workflow.rules.calendars import Calendar, is_working_day
from workflow.rules.deadlines import add_working_days

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar("CN")


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the file says, which goes on at its usual pace since the file was written."""

    file: Path

    def now(self) -> datetime:
        """The instant it is, in UTC."""
        instant, written_at = self.file.read_text("ascii").split()
        return datetime.fromisoformat(instant) + timedelta(seconds=max(0.0, time.time() - float(written_at)))

    def moved_at(self) -> int:
        """When the clock was last moved, in nanoseconds of the machine's own time."""
        return self.file.stat().st_mtime_ns

    def set_to(self, instant: datetime) -> None:
        """Move the clock, whole or not at all."""
        draft = self.file.with_suffix(".part")
        draft.write_text(f"{instant.astimezone(UTC).isoformat()} {time.time()}", "ascii")
        os.replace(draft, self.file)

    def today(self) -> date:
        """The day it is where the people work."""
        return self.now().astimezone(ZONE).date()

    def set_to_morning_of(self, day: date) -> None:
        """Move the clock to shortly after digests go out, on that day or the working day before it."""
        if not is_working_day(day, CALENDAR):
            day = add_working_days(day, -1, CALENDAR)
        if day <= self.today():
            day = add_working_days(self.today(), 1, CALENDAR)
        self.set_to(datetime(day.year, day.month, day.day, 9, 31, tzinfo=ZONE))
