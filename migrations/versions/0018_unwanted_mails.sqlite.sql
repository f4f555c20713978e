CREATE TABLE unwanted_mail (
    employee_id INTEGER NOT NULL,
    topic VARCHAR(32) NOT NULL,
    since DATETIME NOT NULL,
    CONSTRAINT unwanted_mail_key PRIMARY KEY (employee_id, topic),
    CONSTRAINT unwanted_mail_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);
