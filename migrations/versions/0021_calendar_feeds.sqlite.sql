CREATE TABLE calendar_feed (
    person_id INTEGER NOT NULL,
    digest VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT calendar_feed_key PRIMARY KEY (person_id),
    CONSTRAINT one_calendar_per_address UNIQUE (digest),
    CONSTRAINT calendar_feed_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);
