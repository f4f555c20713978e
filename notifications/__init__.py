"""Tells people and other systems what happened and what waits for them; knows no web framework."""
