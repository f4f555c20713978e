CREATE INDEX delivery_of_subscription ON delivery (subscription_id, id);

CREATE INDEX delivery_of_kind ON delivery (kind, id);

CREATE INDEX delivery_counted ON delivery (kind, channel, state, id);
