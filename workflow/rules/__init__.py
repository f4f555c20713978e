"""The arithmetic of fairness and of time: values in, verdicts with reasons out; no database objects."""
