CREATE TABLE access_session (
    id SERIAL NOT NULL,
    person_id INTEGER NOT NULL,
    digest VARCHAR(64) NOT NULL,
    browser VARCHAR(200) NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    proved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT access_session_key PRIMARY KEY (id),
    CONSTRAINT one_session_per_digest UNIQUE (digest),
    CONSTRAINT access_session_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE INDEX access_session_by_person_id ON access_session (person_id);

CREATE TABLE failed_tries (
    key VARCHAR(64) NOT NULL,
    count INTEGER NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT failed_tries_key PRIMARY KEY (key)
);

CREATE INDEX failed_tries_by_last_at ON failed_tries (last_at);

CREATE TABLE password_reset (
    handle VARCHAR(32) NOT NULL,
    person_id INTEGER NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT password_reset_key PRIMARY KEY (handle),
    CONSTRAINT password_reset_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE INDEX password_reset_by_person_id ON password_reset (person_id);

CREATE TABLE second_factor (
    person_id INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
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
    linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT external_identity_key PRIMARY KEY (issuer, subject),
    CONSTRAINT one_identity_per_person_and_issuer UNIQUE (person_id, issuer),
    CONSTRAINT external_identity_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE TABLE passkey (
    id SERIAL NOT NULL,
    person_id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    credential_id BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    sign_count INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT passkey_key PRIMARY KEY (id),
    CONSTRAINT one_passkey_per_credential UNIQUE (credential_id),
    CONSTRAINT passkey_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE INDEX passkey_by_person_id ON passkey (person_id);

CREATE TABLE passkey_challenge (
    digest VARCHAR(64) NOT NULL,
    purpose VARCHAR(64) NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT passkey_challenge_key PRIMARY KEY (digest)
);

ALTER TABLE personal_token ADD COLUMN last_used_at TIMESTAMP WITH TIME ZONE;
