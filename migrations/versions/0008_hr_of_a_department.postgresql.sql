CREATE TABLE hr_field (
    employee_id INTEGER NOT NULL,
    department_id INTEGER NOT NULL,
    CONSTRAINT hr_field_key PRIMARY KEY (employee_id),
    CONSTRAINT hr_field_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id),
    CONSTRAINT hr_field_department_id_exists FOREIGN KEY(department_id) REFERENCES department (id)
);
