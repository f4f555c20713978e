ALTER TABLE review_contact ADD COLUMN refused_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE review_contact ADD COLUMN refused_because VARCHAR(200);
