"""Papers to keep: letters and dossiers as PDF, drawn by WeasyPrint where the extra `pdf` is installed.

Whatever people have written is text in it, never markup, and nothing is fetched from anywhere.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.refusals import PdfNotInstalled
from notifications import dates
from translations import say
from workflow.rules.deadlines import zone_of

PDF = "application/pdf"
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)


def page(template: str, locale: str, *, zone: str, **facts: Any) -> str:
    """The paper of a template as one page of HTML, its style included; days are those of a time zone."""
    language = {"zh_Hans": "zh-Hans"}.get(locale, locale)
    words = {
        "say": lambda code, **about: say(f"paper.{code}", locale, **about),
        "language": language,
        "locale": locale,
        "day": lambda at: dates.day(at, zone, locale),
        "time": lambda at: at.astimezone(zone_of(zone)).strftime("%H:%M"),
    }
    return _templates.get_template(template).render(**words, **facts)


def drawn(html: str) -> bytes:
    """The page as PDF; raises PdfNotInstalled where WeasyPrint, or a library it needs, is missing."""
    try:
        weasyprint = import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise PdfNotInstalled() from error
    fetching_nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    made: bytes = weasyprint.HTML(string=html, url_fetcher=fetching_nothing).write_pdf()
    return made


def answer(name: str, html: str) -> Response:
    """The page as a file of this name, which a browser shows."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(drawn(html), content_type=PDF, headers=headers)
