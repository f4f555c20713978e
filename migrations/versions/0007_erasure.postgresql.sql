CREATE TABLE departure (
    employee_id INTEGER NOT NULL,
    noticed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT departure_key PRIMARY KEY (employee_id),
    CONSTRAINT departure_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE legal_hold (
    employee_id INTEGER NOT NULL,
    because TEXT NOT NULL,
    placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT legal_hold_key PRIMARY KEY (employee_id),
    CONSTRAINT legal_hold_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);
