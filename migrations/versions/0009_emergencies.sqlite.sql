CREATE TABLE emergency_access (
    id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    asked_by_id INTEGER NOT NULL,
    asked_at DATETIME NOT NULL,
    reason TEXT NOT NULL,
    granted_by_id INTEGER,
    ends_at DATETIME,
    read_at DATETIME,
    CONSTRAINT emergency_access_key PRIMARY KEY (id),
    CONSTRAINT two_people_open_a_case CHECK (granted_by_id IS NULL OR granted_by_id <> asked_by_id),
    CONSTRAINT what_is_granted_has_an_end CHECK ((granted_by_id IS NULL) = (ends_at IS NULL)),
    CONSTRAINT emergency_access_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT emergency_access_asked_by_id_exists FOREIGN KEY(asked_by_id) REFERENCES employee (id),
    CONSTRAINT emergency_access_granted_by_id_exists FOREIGN KEY(granted_by_id) REFERENCES employee (id)
);

CREATE INDEX emergency_access_by_case_id ON emergency_access (case_id);

CREATE INDEX emergency_access_by_asked_by_id ON emergency_access (asked_by_id);
