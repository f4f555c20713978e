ALTER TABLE webhook_subscription ADD COLUMN receiver VARCHAR(32) NOT NULL DEFAULT 'program';

ALTER TABLE webhook_subscription ADD COLUMN name VARCHAR(100);

ALTER TABLE webhook_subscription ADD COLUMN locale VARCHAR(16);

CREATE TABLE pace (
    name VARCHAR(64) NOT NULL,
    free_at DATETIME NOT NULL,
    CONSTRAINT pace_key PRIMARY KEY (name)
);

CREATE TABLE new_delivery (
    id INTEGER NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    next_at DATETIME NOT NULL,
    person_id INTEGER,
    request_id INTEGER,
    subscription_id INTEGER,
    entry_id INTEGER,
    payload JSON NOT NULL,
    state VARCHAR(32) NOT NULL,
    attempts INTEGER NOT NULL,
    lease_until DATETIME,
    leased_by VARCHAR(64),
    sent_at DATETIME,
    error VARCHAR(200),
    CONSTRAINT delivery_key PRIMARY KEY (id),
    CONSTRAINT one_delivery_per_event_and_recipient UNIQUE ("key"),
    CONSTRAINT a_mail_has_a_reader_and_a_webhook_a_subscription CHECK ((channel = 'mail' AND subscription_id IS NULL AND (person_id IS NULL) <> (request_id IS NULL)) OR (channel IN ('webhook', 'chat') AND subscription_id IS NOT NULL AND person_id IS NULL AND request_id IS NULL)),
    CONSTRAINT a_lease_has_a_holder CHECK ((lease_until IS NULL) = (leased_by IS NULL)),
    CONSTRAINT delivery_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id),
    CONSTRAINT delivery_request_id_exists FOREIGN KEY(request_id) REFERENCES review_request (id),
    CONSTRAINT delivery_subscription_id_exists FOREIGN KEY(subscription_id) REFERENCES webhook_subscription (id),
    CONSTRAINT delivery_entry_id_exists FOREIGN KEY(entry_id) REFERENCES journal_entry (id)
);

INSERT INTO new_delivery (id, key, channel, kind, created_at, next_at, person_id, request_id, subscription_id, entry_id, payload, state, attempts, lease_until, leased_by, sent_at, error) SELECT id, key, channel, kind, created_at, next_at, person_id, request_id, subscription_id, entry_id, payload, state, attempts, lease_until, leased_by, sent_at, error FROM delivery;

DROP TABLE delivery;

ALTER TABLE new_delivery RENAME TO delivery;

CREATE INDEX delivery_by_request ON delivery (request_id, kind);

CREATE INDEX delivery_by_person ON delivery (person_id, kind);

CREATE INDEX delivery_by_state ON delivery (state, next_at);
