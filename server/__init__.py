"""Makes running processes of the parts: configuration, application, clock, commands."""
