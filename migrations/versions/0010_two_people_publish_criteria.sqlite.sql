CREATE TABLE new_criteria_edition (
    id INTEGER NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    version VARCHAR(32) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    document TEXT NOT NULL,
    effective_from DATE NOT NULL,
    review_by DATE NOT NULL,
    published_at DATETIME NOT NULL,
    published_by_id INTEGER,
    state VARCHAR(32) NOT NULL,
    proposed_by_id INTEGER,
    CONSTRAINT criteria_edition_key PRIMARY KEY (id),
    CONSTRAINT one_document_per_edition UNIQUE ("key", version),
    CONSTRAINT a_document_is_published_once UNIQUE (sha256),
    CONSTRAINT two_people_publish_criteria CHECK (published_by_id IS NULL OR proposed_by_id IS NULL OR published_by_id <> proposed_by_id),
    CONSTRAINT criteria_edition_published_by_id_exists FOREIGN KEY(published_by_id) REFERENCES employee (id)
);

INSERT INTO new_criteria_edition (id, "key", version, sha256, document, effective_from, review_by, published_at, published_by_id, state) SELECT id, "key", version, sha256, document, effective_from, review_by, published_at, published_by_id, state FROM criteria_edition;

DROP TABLE criteria_edition;

ALTER TABLE new_criteria_edition RENAME TO criteria_edition;
