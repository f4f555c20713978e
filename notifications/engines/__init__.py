"""What drives the outbox: threads of this process, or workers on many machines."""
