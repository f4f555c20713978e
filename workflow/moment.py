"""The present in a query: known when it is put together or, as `NOW` and its like, said when it is sent."""

from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, Date, bindparam

from workflow.models.base import Instant

At = datetime | BindParameter[datetime]
Day = date | BindParameter[date]

NOW: BindParameter[datetime] = bindparam("now", type_=Instant)
TODAY: BindParameter[date] = bindparam("today", type_=Date)
YESTERDAY: BindParameter[date] = bindparam("yesterday", type_=Date)


def moment(now: datetime) -> dict[str, datetime | date]:
    """What is said of the present to a query that leaves it open."""
    return {"now": now, "today": now.date(), "yesterday": (now - timedelta(days=1)).date()}
