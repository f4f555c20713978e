CREATE TABLE mail_text (
    id INTEGER NOT NULL,
    kind VARCHAR(64) NOT NULL,
    part VARCHAR(32) NOT NULL,
    locale VARCHAR(16) NOT NULL,
    text TEXT,
    by_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT mail_text_key PRIMARY KEY (id),
    CONSTRAINT a_wording_says_something CHECK (text <> ''),
    CONSTRAINT mail_text_by_id_exists FOREIGN KEY(by_id) REFERENCES employee (id)
);

CREATE INDEX mail_text_by_kind ON mail_text (kind, locale);
