CREATE INDEX promotion_case_by_round_id ON promotion_case (round_id);

CREATE INDEX promotion_case_by_nominated_by_id ON promotion_case (nominated_by_id) WHERE nominated_by_id IS NOT NULL;

CREATE INDEX approval_step_by_approver_id ON approval_step (approver_id) WHERE approver_id IS NOT NULL;

CREATE INDEX approval_step_by_on_behalf_of_id ON approval_step (on_behalf_of_id) WHERE on_behalf_of_id IS NOT NULL;

CREATE INDEX elector_by_employee_id ON elector (employee_id);

CREATE INDEX judge_by_employee_id ON judge (employee_id);
