ALTER TABLE webhook_subscription ADD COLUMN previous_secret VARCHAR(100);

ALTER TABLE webhook_subscription ADD COLUMN previous_until TIMESTAMP WITH TIME ZONE;
