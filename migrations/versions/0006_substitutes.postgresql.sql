ALTER TABLE journal_entry ADD COLUMN on_behalf_of_id INTEGER;

ALTER TABLE approval_step ADD COLUMN on_behalf_of_id INTEGER;

ALTER TABLE task ADD COLUMN on_behalf_of_id INTEGER;

ALTER TABLE inbox ADD COLUMN on_behalf_of_id INTEGER;

CREATE TABLE absence (
    id SERIAL NOT NULL,
    absent_id INTEGER NOT NULL,
    substitute_id INTEGER NOT NULL,
    kind VARCHAR(32),
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    begins_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    named_by_id INTEGER NOT NULL,
    named_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT absence_key PRIMARY KEY (id),
    CONSTRAINT nobody_is_his_own_substitute CHECK (absent_id <> substitute_id),
    CONSTRAINT an_absence_ends_after_it_begins CHECK (begins_at < ends_at),
    CONSTRAINT absence_absent_id_exists FOREIGN KEY(absent_id) REFERENCES employee (id),
    CONSTRAINT absence_substitute_id_exists FOREIGN KEY(substitute_id) REFERENCES employee (id),
    CONSTRAINT absence_named_by_id_exists FOREIGN KEY(named_by_id) REFERENCES employee (id)
);

CREATE INDEX absence_by_absent_id ON absence (absent_id);

CREATE INDEX absence_by_substitute_id ON absence (substitute_id);
