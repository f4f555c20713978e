"""The session that reads; whatever writes goes through the door."""

from flask_sqlalchemy import SQLAlchemy

from workflow.models import Base

db = SQLAlchemy(metadata=Base.metadata, session_options={"autoflush": False})
