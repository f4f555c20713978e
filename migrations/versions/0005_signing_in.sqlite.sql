CREATE TABLE access_session (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    digest VARCHAR(64) NOT NULL,
    browser VARCHAR(200) NOT NULL,
    begun_at DATETIME NOT NULL,
    seen_at DATETIME NOT NULL,
    proved_at DATETIME NOT NULL,
    CONSTRAINT access_session_key PRIMARY KEY (id),
    CONSTRAINT one_session_per_digest UNIQUE (digest),
    CONSTRAINT access_session_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE INDEX access_session_by_person_id ON access_session (person_id);

CREATE TABLE failed_tries (
    "key" VARCHAR(64) NOT NULL,
    count INTEGER NOT NULL,
    last_at DATETIME NOT NULL,
    next_at DATETIME NOT NULL,
    CONSTRAINT failed_tries_key PRIMARY KEY ("key")
);

CREATE INDEX failed_tries_by_last_at ON failed_tries (last_at);

CREATE TABLE password_reset (
    handle VARCHAR(32) NOT NULL,
    person_id INTEGER NOT NULL,
    asked_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    CONSTRAINT password_reset_key PRIMARY KEY (handle),
    CONSTRAINT password_reset_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE INDEX password_reset_by_person_id ON password_reset (person_id);

CREATE TABLE second_factor (
    person_id INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    created_at DATETIME NOT NULL,
    confirmed_at DATETIME,
    last_step INTEGER NOT NULL,
    CONSTRAINT second_factor_key PRIMARY KEY (person_id),
    CONSTRAINT second_factor_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE TABLE recovery_code (
    person_id INTEGER NOT NULL,
    digest VARCHAR(64) NOT NULL,
    CONSTRAINT recovery_code_key PRIMARY KEY (person_id, digest),
    CONSTRAINT recovery_code_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE TABLE external_identity (
    issuer VARCHAR(255) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    person_id INTEGER NOT NULL,
    linked_at DATETIME NOT NULL,
    CONSTRAINT external_identity_key PRIMARY KEY (issuer, subject),
    CONSTRAINT one_identity_per_person_and_issuer UNIQUE (person_id, issuer),
    CONSTRAINT external_identity_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE TABLE passkey (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    credential_id BLOB NOT NULL,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    last_used_at DATETIME,
    CONSTRAINT passkey_key PRIMARY KEY (id),
    CONSTRAINT one_passkey_per_credential UNIQUE (credential_id),
    CONSTRAINT passkey_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE INDEX passkey_by_person_id ON passkey (person_id);

CREATE TABLE passkey_challenge (
    digest VARCHAR(64) NOT NULL,
    purpose VARCHAR(64) NOT NULL,
    expires_at DATETIME NOT NULL,
    CONSTRAINT passkey_challenge_key PRIMARY KEY (digest)
);

ALTER TABLE personal_token ADD COLUMN last_used_at DATETIME;
