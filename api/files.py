"""Files that are sent to the API as they are: which kinds, and how large one may be."""

from flask import request

from api.refusals import NotTableType
from api.tables import CSV

# Below what the server takes in at all.
LARGEST_FILE = 960 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# No form of another site can send one of these.
TABLES = (CSV, XLSX)


def table_sent() -> bytes:
    """The table that is the body of this request; raises NotTableType."""
    if request.mimetype not in TABLES:
        raise NotTableType(types=list(TABLES))
    return request.get_data()
