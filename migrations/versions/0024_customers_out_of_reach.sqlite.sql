ALTER TABLE review_contact ADD COLUMN refused_at DATETIME;

ALTER TABLE review_contact ADD COLUMN refused_because VARCHAR(200);
