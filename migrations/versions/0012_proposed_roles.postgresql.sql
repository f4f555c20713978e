CREATE TABLE role_proposal (
    employee_id INTEGER NOT NULL,
    role VARCHAR(32) NOT NULL,
    is_given BOOLEAN NOT NULL,
    proposed_by_id INTEGER NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT role_proposal_key PRIMARY KEY (employee_id, role),
    CONSTRAINT role_proposal_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id),
    CONSTRAINT role_proposal_proposed_by_id_exists FOREIGN KEY(proposed_by_id) REFERENCES employee (id)
);
