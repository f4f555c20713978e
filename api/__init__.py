"""The REST API: parse, ask for the right, call one verb, answer; one file a subject."""
