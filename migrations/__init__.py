"""The steps by which the schema has changed, oldest first."""
