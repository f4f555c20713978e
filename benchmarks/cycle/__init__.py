"""One promotion cycle of 1,470 people over HTTP, with mails, webhooks and a clock that is moved ahead."""
