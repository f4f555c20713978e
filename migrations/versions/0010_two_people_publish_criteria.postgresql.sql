ALTER TABLE criteria_edition ADD COLUMN proposed_by_id INTEGER;

ALTER TABLE criteria_edition ADD CONSTRAINT two_people_publish_criteria CHECK (published_by_id IS NULL OR proposed_by_id IS NULL OR published_by_id <> proposed_by_id);
