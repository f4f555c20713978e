"""Papers are not drawn for the matrix: who gets one is asked, not how it looks."""

from tests.api.conftest import undrawn

__all__ = ["undrawn"]
