"""What drives the outbox: threads of this process, later also workers on many machines."""
