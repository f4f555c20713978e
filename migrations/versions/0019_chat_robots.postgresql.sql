ALTER TABLE webhook_subscription ADD COLUMN receiver VARCHAR(32) NOT NULL DEFAULT 'program';

ALTER TABLE webhook_subscription ADD COLUMN name VARCHAR(100);

ALTER TABLE webhook_subscription ADD COLUMN locale VARCHAR(16);

CREATE TABLE pace (
    name VARCHAR(64) NOT NULL,
    free_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pace_key PRIMARY KEY (name)
);

ALTER TABLE delivery DROP CONSTRAINT a_mail_has_a_reader_and_a_webhook_a_subscription;

ALTER TABLE delivery ADD CONSTRAINT a_mail_has_a_reader_and_a_webhook_a_subscription CHECK ((channel = 'mail' AND subscription_id IS NULL AND (person_id IS NULL) <> (request_id IS NULL)) OR (channel IN ('webhook', 'chat') AND subscription_id IS NOT NULL AND person_id IS NULL AND request_id IS NULL));
