CREATE TABLE kept_answer (
    person_id INTEGER NOT NULL,
    route VARCHAR(200) NOT NULL,
    key VARCHAR(100) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    status INTEGER NOT NULL,
    until DATE NOT NULL,
    headers JSON NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT kept_answer_key PRIMARY KEY (person_id, route, key),
    CONSTRAINT kept_answer_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE INDEX kept_answer_by_until ON kept_answer (until);
