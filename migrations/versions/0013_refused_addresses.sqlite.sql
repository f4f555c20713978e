CREATE TABLE refused_address (
    employee_id INTEGER NOT NULL,
    address VARCHAR(320) NOT NULL,
    since DATETIME NOT NULL,
    reason VARCHAR(200) NOT NULL,
    task_id INTEGER,
    CONSTRAINT refused_address_key PRIMARY KEY (employee_id),
    CONSTRAINT refused_address_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id),
    CONSTRAINT refused_address_task_id_exists FOREIGN KEY(task_id) REFERENCES task (id)
);
