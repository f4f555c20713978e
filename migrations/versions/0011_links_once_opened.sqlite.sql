ALTER TABLE review_request ADD COLUMN link_until DATETIME;
