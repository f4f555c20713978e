CREATE TABLE department (
    id SERIAL NOT NULL,
    name VARCHAR(200) NOT NULL,
    parent_id INTEGER,
    head_id INTEGER,
    CONSTRAINT department_key PRIMARY KEY (id),
    CONSTRAINT department_name_unique UNIQUE (name),
    CONSTRAINT department_parent_id_exists FOREIGN KEY(parent_id) REFERENCES department (id)
);

CREATE TABLE site (
    id SERIAL NOT NULL,
    name VARCHAR(200) NOT NULL,
    country VARCHAR(2) NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    CONSTRAINT site_key PRIMARY KEY (id),
    CONSTRAINT site_name_unique UNIQUE (name)
);

CREATE TABLE journal_entry (
    id SERIAL NOT NULL,
    chain VARCHAR(64) NOT NULL,
    sequence INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id INTEGER,
    action VARCHAR(64) NOT NULL,
    case_id INTEGER,
    facts JSON NOT NULL,
    text_digest VARCHAR(64),
    request_id VARCHAR(64),
    previous VARCHAR(64) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CONSTRAINT journal_entry_key PRIMARY KEY (id),
    CONSTRAINT one_entry_per_place_in_the_chain UNIQUE (chain, sequence)
);

CREATE INDEX journal_entry_by_case_id ON journal_entry (case_id);

CREATE TABLE journal_chain (
    name VARCHAR(64) NOT NULL,
    sequence INTEGER NOT NULL,
    head VARCHAR(64) NOT NULL,
    CONSTRAINT journal_chain_key PRIMARY KEY (name)
);

CREATE TABLE employee (
    id SERIAL NOT NULL,
    number VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    department_id INTEGER NOT NULL,
    site_id INTEGER NOT NULL,
    track VARCHAR(32) NOT NULL,
    level VARCHAR(32) NOT NULL,
    post VARCHAR(200) NOT NULL,
    level_since DATE NOT NULL,
    hired_on DATE NOT NULL,
    email VARCHAR(320),
    manager_id INTEGER,
    locale VARCHAR(16) NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    is_active BOOLEAN NOT NULL,
    under_sanction BOOLEAN NOT NULL,
    CONSTRAINT employee_key PRIMARY KEY (id),
    CONSTRAINT one_person_per_number UNIQUE (number),
    CONSTRAINT nobody_manages_oneself CHECK (manager_id IS NULL OR manager_id <> id),
    CONSTRAINT employee_department_id_exists FOREIGN KEY(department_id) REFERENCES department (id),
    CONSTRAINT employee_site_id_exists FOREIGN KEY(site_id) REFERENCES site (id),
    CONSTRAINT employee_manager_id_exists FOREIGN KEY(manager_id) REFERENCES employee (id)
);

CREATE INDEX employee_by_department_id ON employee (department_id);

CREATE INDEX employee_by_manager_id ON employee (manager_id);

CREATE TABLE journal_text (
    entry_id INTEGER NOT NULL,
    salt VARCHAR(64) NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT journal_text_key PRIMARY KEY (entry_id),
    CONSTRAINT journal_text_entry_id_exists FOREIGN KEY(entry_id) REFERENCES journal_entry (id)
);

CREATE TABLE role_holding (
    employee_id INTEGER NOT NULL,
    role VARCHAR(32) NOT NULL,
    CONSTRAINT role_holding_key PRIMARY KEY (employee_id, role),
    CONSTRAINT role_holding_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE demographics (
    employee_id INTEGER NOT NULL,
    gender VARCHAR(32),
    birth_year INTEGER,
    education VARCHAR(64),
    CONSTRAINT demographics_key PRIMARY KEY (employee_id),
    CONSTRAINT demographics_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE performance_record (
    id SERIAL NOT NULL,
    employee_id INTEGER NOT NULL,
    period VARCHAR(16) NOT NULL,
    overall DOUBLE PRECISION NOT NULL,
    CONSTRAINT performance_record_key PRIMARY KEY (id),
    CONSTRAINT one_rating_per_person_and_period UNIQUE (employee_id, period),
    CONSTRAINT performance_record_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE training_record (
    id SERIAL NOT NULL,
    employee_id INTEGER NOT NULL,
    course VARCHAR(200) NOT NULL,
    year INTEGER NOT NULL,
    times INTEGER NOT NULL,
    CONSTRAINT training_record_key PRIMARY KEY (id),
    CONSTRAINT one_line_per_course_and_year UNIQUE (employee_id, course, year),
    CONSTRAINT training_record_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE committee (
    id SERIAL NOT NULL,
    name VARCHAR(200) NOT NULL,
    chair_id INTEGER NOT NULL,
    is_standing BOOLEAN NOT NULL,
    CONSTRAINT committee_key PRIMARY KEY (id),
    CONSTRAINT committee_name_unique UNIQUE (name),
    CONSTRAINT committee_chair_id_exists FOREIGN KEY(chair_id) REFERENCES employee (id)
);

CREATE TABLE criteria_edition (
    id SERIAL NOT NULL,
    key VARCHAR(64) NOT NULL,
    version VARCHAR(32) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    document TEXT NOT NULL,
    effective_from DATE NOT NULL,
    review_by DATE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_by_id INTEGER,
    state VARCHAR(32) NOT NULL,
    CONSTRAINT criteria_edition_key PRIMARY KEY (id),
    CONSTRAINT one_document_per_edition UNIQUE (key, version),
    CONSTRAINT a_document_is_published_once UNIQUE (sha256),
    CONSTRAINT criteria_edition_published_by_id_exists FOREIGN KEY(published_by_id) REFERENCES employee (id)
);

CREATE TABLE account (
    employee_id INTEGER NOT NULL,
    password_hash VARCHAR(200) NOT NULL,
    password_set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT account_key PRIMARY KEY (employee_id),
    CONSTRAINT account_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE personal_token (
    id SERIAL NOT NULL,
    person_id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    scopes JSON NOT NULL,
    CONSTRAINT personal_token_key PRIMARY KEY (id),
    CONSTRAINT one_token_per_digest UNIQUE (digest),
    CONSTRAINT a_token_expires_after_it_was_made CHECK (created_at < expires_at),
    CONSTRAINT personal_token_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE INDEX personal_token_by_person_id ON personal_token (person_id);

CREATE TABLE webhook_subscription (
    id SERIAL NOT NULL,
    owner_id INTEGER NOT NULL,
    url VARCHAR(2000) NOT NULL,
    secret VARCHAR(100) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    events JSON NOT NULL,
    is_active BOOLEAN NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    CONSTRAINT webhook_subscription_key PRIMARY KEY (id),
    CONSTRAINT webhook_subscription_owner_id_exists FOREIGN KEY(owner_id) REFERENCES employee (id)
);

CREATE INDEX webhook_subscription_by_owner_id ON webhook_subscription (owner_id);

CREATE TABLE seat (
    id SERIAL NOT NULL,
    committee_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    CONSTRAINT seat_key PRIMARY KEY (id),
    CONSTRAINT one_seat_per_member UNIQUE (committee_id, employee_id),
    CONSTRAINT seat_committee_id_exists FOREIGN KEY(committee_id) REFERENCES committee (id),
    CONSTRAINT seat_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE cycle (
    id SERIAL NOT NULL,
    name VARCHAR(200) NOT NULL,
    edition_id INTEGER NOT NULL,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    quota INTEGER,
    CONSTRAINT cycle_key PRIMARY KEY (id),
    CONSTRAINT a_cycle_opens_before_it_closes CHECK (opens_on <= closes_on),
    CONSTRAINT cycle_name_unique UNIQUE (name),
    CONSTRAINT cycle_edition_id_exists FOREIGN KEY(edition_id) REFERENCES criteria_edition (id)
);

CREATE TABLE delivery (
    id SERIAL NOT NULL,
    key VARCHAR(200) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    person_id INTEGER,
    subscription_id INTEGER,
    entry_id INTEGER,
    payload JSON NOT NULL,
    state VARCHAR(32) NOT NULL,
    attempts INTEGER NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE,
    leased_by VARCHAR(64),
    sent_at TIMESTAMP WITH TIME ZONE,
    error VARCHAR(200),
    CONSTRAINT delivery_key PRIMARY KEY (id),
    CONSTRAINT one_delivery_per_event_and_recipient UNIQUE (key),
    CONSTRAINT a_mail_has_a_person_and_a_webhook_a_subscription CHECK ((channel = 'mail' AND person_id IS NOT NULL AND subscription_id IS NULL) OR (channel = 'webhook' AND subscription_id IS NOT NULL AND person_id IS NULL)),
    CONSTRAINT a_lease_has_a_holder CHECK ((lease_until IS NULL) = (leased_by IS NULL)),
    CONSTRAINT delivery_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id),
    CONSTRAINT delivery_subscription_id_exists FOREIGN KEY(subscription_id) REFERENCES webhook_subscription (id),
    CONSTRAINT delivery_entry_id_exists FOREIGN KEY(entry_id) REFERENCES journal_entry (id)
);

CREATE INDEX delivery_by_state ON delivery (state, next_at);

CREATE INDEX delivery_by_person ON delivery (person_id, kind);

CREATE TABLE promotion_case (
    id SERIAL NOT NULL,
    candidate_id INTEGER NOT NULL,
    target_track VARCHAR(32) NOT NULL,
    target_level VARCHAR(32) NOT NULL,
    target_post VARCHAR(200) NOT NULL,
    edition_id INTEGER NOT NULL,
    nominated_by_id INTEGER NOT NULL,
    nominated_as VARCHAR(32) NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cycle_id INTEGER,
    is_contested BOOLEAN NOT NULL,
    statement TEXT NOT NULL,
    evidence JSON NOT NULL,
    stage VARCHAR(32) NOT NULL,
    version INTEGER NOT NULL,
    round_id INTEGER,
    committee_id INTEGER,
    journal_sequence INTEGER NOT NULL,
    journal_head VARCHAR(64) NOT NULL,
    effective_on DATE,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by_id INTEGER,
    outcome_text TEXT,
    internal_reason TEXT,
    stuck_reason VARCHAR(64),
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT promotion_case_key PRIMARY KEY (id),
    CONSTRAINT stage_is_known CHECK (stage IN ('draft', 'nominated', 'review', 'competition', 'committee', 'notice', 'mentoring', 'reserve', 'completed', 'declined', 'withdrawn', 'reverted')),
    CONSTRAINT version_counts_from_one CHECK (version >= 1),
    CONSTRAINT promotion_case_candidate_id_exists FOREIGN KEY(candidate_id) REFERENCES employee (id),
    CONSTRAINT promotion_case_edition_id_exists FOREIGN KEY(edition_id) REFERENCES criteria_edition (id),
    CONSTRAINT promotion_case_nominated_by_id_exists FOREIGN KEY(nominated_by_id) REFERENCES employee (id),
    CONSTRAINT promotion_case_cycle_id_exists FOREIGN KEY(cycle_id) REFERENCES cycle (id),
    CONSTRAINT promotion_case_committee_id_exists FOREIGN KEY(committee_id) REFERENCES committee (id),
    CONSTRAINT promotion_case_decided_by_id_exists FOREIGN KEY(decided_by_id) REFERENCES employee (id)
);

CREATE INDEX promotion_case_by_cycle_id ON promotion_case (cycle_id);

CREATE INDEX promotion_case_by_stage ON promotion_case (stage, id);

CREATE UNIQUE INDEX one_open_case_per_person_and_target ON promotion_case (candidate_id, target_track, target_level) WHERE stage IN ('committee', 'competition', 'draft', 'mentoring', 'nominated', 'notice', 'review');

CREATE INDEX promotion_case_by_stuck_reason ON promotion_case (stuck_reason);

CREATE INDEX promotion_case_by_candidate_id ON promotion_case (candidate_id);

CREATE TABLE competition (
    id SERIAL NOT NULL,
    name VARCHAR(200) NOT NULL,
    target_track VARCHAR(32) NOT NULL,
    target_level VARCHAR(32) NOT NULL,
    target_post VARCHAR(200) NOT NULL,
    seats INTEGER NOT NULL,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    opened_by_id INTEGER NOT NULL,
    cycle_id INTEGER,
    state VARCHAR(32) NOT NULL,
    scores_due_at TIMESTAMP WITH TIME ZONE,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT competition_key PRIMARY KEY (id),
    CONSTRAINT a_competition_fills_a_seat CHECK (seats >= 1),
    CONSTRAINT competition_opened_by_id_exists FOREIGN KEY(opened_by_id) REFERENCES employee (id),
    CONSTRAINT competition_cycle_id_exists FOREIGN KEY(cycle_id) REFERENCES cycle (id)
);

CREATE TABLE career_step (
    id SERIAL NOT NULL,
    employee_id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    effective_on DATE NOT NULL,
    from_track VARCHAR(32) NOT NULL,
    from_level VARCHAR(32) NOT NULL,
    from_post VARCHAR(200) NOT NULL,
    from_level_since DATE NOT NULL,
    to_track VARCHAR(32) NOT NULL,
    to_level VARCHAR(32) NOT NULL,
    to_post VARCHAR(200) NOT NULL,
    is_reversal BOOLEAN NOT NULL,
    CONSTRAINT career_step_key PRIMARY KEY (id),
    CONSTRAINT a_case_takes_effect_once UNIQUE (case_id, is_reversal),
    CONSTRAINT a_step_names_both_levels CHECK (from_level <> '' AND to_level <> ''),
    CONSTRAINT career_step_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id),
    CONSTRAINT career_step_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id)
);

CREATE INDEX career_step_by_employee_id ON career_step (employee_id);

CREATE TABLE stage_round (
    id SERIAL NOT NULL,
    case_id INTEGER NOT NULL,
    stage VARCHAR(32) NOT NULL,
    number INTEGER NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    facts JSON NOT NULL,
    CONSTRAINT stage_round_key PRIMARY KEY (id),
    CONSTRAINT rounds_are_counted_once UNIQUE (case_id, stage, number),
    CONSTRAINT stage_round_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id)
);

CREATE INDEX stage_round_by_due_at ON stage_round (due_at);

CREATE TABLE waiver (
    id SERIAL NOT NULL,
    case_id INTEGER NOT NULL,
    rule VARCHAR(64) NOT NULL,
    reason TEXT NOT NULL,
    granted_by_id INTEGER NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT waiver_key PRIMARY KEY (id),
    CONSTRAINT one_waiver_per_rule UNIQUE (case_id, rule),
    CONSTRAINT waiver_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT waiver_granted_by_id_exists FOREIGN KEY(granted_by_id) REFERENCES employee (id)
);

CREATE TABLE recusal (
    id SERIAL NOT NULL,
    case_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    conflict VARCHAR(64) NOT NULL,
    is_declared BOOLEAN NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT,
    CONSTRAINT recusal_key PRIMARY KEY (id),
    CONSTRAINT one_recusal_per_member_and_case UNIQUE (case_id, employee_id),
    CONSTRAINT recusal_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT recusal_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE judge (
    id SERIAL NOT NULL,
    competition_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    CONSTRAINT judge_key PRIMARY KEY (id),
    CONSTRAINT one_seat_per_judge UNIQUE (competition_id, employee_id),
    CONSTRAINT judge_competition_id_exists FOREIGN KEY(competition_id) REFERENCES competition (id),
    CONSTRAINT judge_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE mentorship (
    id SERIAL NOT NULL,
    case_id INTEGER NOT NULL,
    mentee_id INTEGER NOT NULL,
    mentor_id INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    is_extended BOOLEAN NOT NULL,
    plan TEXT NOT NULL,
    agreed_by_mentor_at TIMESTAMP WITH TIME ZONE,
    agreed_by_mentee_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT mentorship_key PRIMARY KEY (id),
    CONSTRAINT one_mentorship_per_case UNIQUE (case_id),
    CONSTRAINT nobody_mentors_oneself CHECK (mentor_id <> mentee_id),
    CONSTRAINT mentorship_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT mentorship_mentee_id_exists FOREIGN KEY(mentee_id) REFERENCES employee (id),
    CONSTRAINT mentorship_mentor_id_exists FOREIGN KEY(mentor_id) REFERENCES employee (id)
);

CREATE INDEX mentorship_by_mentor_id ON mentorship (mentor_id);

CREATE TABLE round_key (
    round_id INTEGER NOT NULL,
    key VARCHAR(64) NOT NULL,
    CONSTRAINT round_key_key PRIMARY KEY (round_id),
    CONSTRAINT round_key_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id)
);

CREATE TABLE eligibility_finding (
    id SERIAL NOT NULL,
    round_id INTEGER NOT NULL,
    rule VARCHAR(64) NOT NULL,
    required VARCHAR(200) NOT NULL,
    value VARCHAR(200),
    source VARCHAR(200) NOT NULL,
    answer VARCHAR(32) NOT NULL,
    CONSTRAINT eligibility_finding_key PRIMARY KEY (id),
    CONSTRAINT one_finding_per_rule UNIQUE (round_id, rule),
    CONSTRAINT eligibility_finding_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id)
);

CREATE TABLE approval_step (
    id SERIAL NOT NULL,
    round_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    seat VARCHAR(32) NOT NULL,
    state VARCHAR(32) NOT NULL,
    approver_id INTEGER,
    decided_at TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    resolved VARCHAR(200),
    CONSTRAINT approval_step_key PRIMARY KEY (id),
    CONSTRAINT one_approver_per_position UNIQUE (round_id, position),
    CONSTRAINT approval_step_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT approval_step_approver_id_exists FOREIGN KEY(approver_id) REFERENCES employee (id)
);

CREATE TABLE vote (
    id SERIAL NOT NULL,
    round_id INTEGER NOT NULL,
    committee_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    seats INTEGER NOT NULL,
    recused INTEGER NOT NULL,
    entitled INTEGER NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    is_extended BOOLEAN NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    result VARCHAR(32),
    tally JSON NOT NULL,
    CONSTRAINT vote_key PRIMARY KEY (id),
    CONSTRAINT votes_of_a_round_are_counted UNIQUE (round_id, number),
    CONSTRAINT vote_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT vote_committee_id_exists FOREIGN KEY(committee_id) REFERENCES committee (id)
);

CREATE UNIQUE INDEX one_open_vote_per_round ON vote (round_id) WHERE closed_at IS NULL;

CREATE TABLE entry (
    id SERIAL NOT NULL,
    competition_id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    score DOUBLE PRECISION,
    composite DOUBLE PRECISION,
    place INTEGER,
    build_up JSON NOT NULL,
    CONSTRAINT entry_key PRIMARY KEY (id),
    CONSTRAINT one_entry_per_round UNIQUE (round_id),
    CONSTRAINT entry_competition_id_exists FOREIGN KEY(competition_id) REFERENCES competition (id),
    CONSTRAINT entry_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT entry_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id)
);

CREATE INDEX entry_by_competition_id ON entry (competition_id);

CREATE INDEX entry_by_case_id ON entry (case_id);

CREATE TABLE check_in (
    id SERIAL NOT NULL,
    mentorship_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    due_on DATE NOT NULL,
    held_on DATE,
    mentor_note TEXT,
    mentee_note TEXT,
    CONSTRAINT check_in_key PRIMARY KEY (id),
    CONSTRAINT one_check_in_per_day_of_the_plan UNIQUE (mentorship_id, day),
    CONSTRAINT check_in_mentorship_id_exists FOREIGN KEY(mentorship_id) REFERENCES mentorship (id)
);

CREATE TABLE review_request (
    id SERIAL NOT NULL,
    round_id INTEGER NOT NULL,
    rater_id INTEGER NOT NULL,
    source VARCHAR(32) NOT NULL,
    state VARCHAR(32) NOT NULL,
    is_other_team BOOLEAN NOT NULL,
    CONSTRAINT review_request_key PRIMARY KEY (id),
    CONSTRAINT one_form_per_rater_and_round UNIQUE (round_id, rater_id),
    CONSTRAINT review_request_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT review_request_rater_id_exists FOREIGN KEY(rater_id) REFERENCES employee (id)
);

CREATE INDEX review_request_by_rater_id ON review_request (rater_id);

CREATE TABLE review_answer (
    id VARCHAR(32) NOT NULL,
    round_id INTEGER NOT NULL,
    form VARCHAR(32) NOT NULL,
    source VARCHAR(32) NOT NULL,
    item VARCHAR(64) NOT NULL,
    value INTEGER,
    evidence TEXT,
    CONSTRAINT review_answer_key PRIMARY KEY (id),
    CONSTRAINT an_answer_is_one_to_five CHECK (value IS NULL OR value BETWEEN 1 AND 5),
    CONSTRAINT review_answer_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id)
);

CREATE INDEX review_answer_by_round_id ON review_answer (round_id);

CREATE TABLE review_outcome (
    round_id INTEGER NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    score DOUBLE PRECISION,
    exact JSON NOT NULL,
    shown JSON NOT NULL,
    CONSTRAINT review_outcome_key PRIMARY KEY (round_id),
    CONSTRAINT review_outcome_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id)
);

CREATE TABLE task (
    id SERIAL NOT NULL,
    kind VARCHAR(32) NOT NULL,
    case_id INTEGER,
    round_id INTEGER,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    assignee_id INTEGER,
    role VARCHAR(32),
    subject_id INTEGER,
    detail VARCHAR(200),
    state VARCHAR(32) NOT NULL,
    version INTEGER NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    done_by_id INTEGER,
    CONSTRAINT task_key PRIMARY KEY (id),
    CONSTRAINT a_task_waits_for_a_person_or_a_role CHECK ((assignee_id IS NULL) <> (role IS NULL)),
    CONSTRAINT task_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT task_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT task_assignee_id_exists FOREIGN KEY(assignee_id) REFERENCES employee (id),
    CONSTRAINT task_done_by_id_exists FOREIGN KEY(done_by_id) REFERENCES employee (id)
);

CREATE INDEX task_by_case ON task (case_id, state);

CREATE TABLE elector (
    vote_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    has_voted BOOLEAN NOT NULL,
    CONSTRAINT elector_key PRIMARY KEY (vote_id, employee_id),
    CONSTRAINT elector_vote_id_exists FOREIGN KEY(vote_id) REFERENCES vote (id),
    CONSTRAINT elector_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE ballot_paper (
    vote_id INTEGER NOT NULL,
    pseudonym VARCHAR(64) NOT NULL,
    choice VARCHAR(32) NOT NULL,
    CONSTRAINT ballot_paper_key PRIMARY KEY (vote_id, pseudonym),
    CONSTRAINT a_ballot_is_one_of_four CHECK (choice IN ('yes', 'no', 'defer', 'abstain')),
    CONSTRAINT ballot_paper_vote_id_exists FOREIGN KEY(vote_id) REFERENCES vote (id)
);

CREATE TABLE sealed_score (
    entry_id INTEGER NOT NULL,
    judge_id INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT sealed_score_key PRIMARY KEY (entry_id, judge_id),
    CONSTRAINT sealed_score_entry_id_exists FOREIGN KEY(entry_id) REFERENCES entry (id),
    CONSTRAINT sealed_score_judge_id_exists FOREIGN KEY(judge_id) REFERENCES judge (id)
);

CREATE TABLE score (
    entry_id INTEGER NOT NULL,
    judge_id INTEGER NOT NULL,
    criterion VARCHAR(64) NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    CONSTRAINT score_key PRIMARY KEY (entry_id, judge_id, criterion),
    CONSTRAINT a_score_is_one_to_five CHECK (value BETWEEN 1 AND 5),
    CONSTRAINT score_entry_id_exists FOREIGN KEY(entry_id) REFERENCES entry (id),
    CONSTRAINT score_judge_id_exists FOREIGN KEY(judge_id) REFERENCES judge (id)
);

CREATE TABLE sealed_form (
    request_id INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT sealed_form_key PRIMARY KEY (request_id),
    CONSTRAINT sealed_form_request_id_exists FOREIGN KEY(request_id) REFERENCES review_request (id)
);

CREATE TABLE inbox (
    person_id INTEGER NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    task_id INTEGER NOT NULL,
    CONSTRAINT inbox_key PRIMARY KEY (person_id, due_at, task_id),
    CONSTRAINT inbox_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id),
    CONSTRAINT inbox_task_id_exists FOREIGN KEY(task_id) REFERENCES task (id)
);

CREATE INDEX inbox_by_task ON inbox (task_id);

CREATE TABLE reminder (
    task_id INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    target VARCHAR(32) NOT NULL,
    CONSTRAINT reminder_key PRIMARY KEY (task_id, at, target),
    CONSTRAINT reminder_task_id_exists FOREIGN KEY(task_id) REFERENCES task (id)
);

CREATE INDEX reminder_by_at ON reminder (at);

CREATE TABLE escalation (
    person_id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT escalation_key PRIMARY KEY (person_id, task_id),
    CONSTRAINT escalation_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id),
    CONSTRAINT escalation_task_id_exists FOREIGN KEY(task_id) REFERENCES task (id)
);

ALTER TABLE promotion_case ADD CONSTRAINT promotion_case_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id);

ALTER TABLE department ADD CONSTRAINT department_head_id_exists FOREIGN KEY(head_id) REFERENCES employee (id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$;

CREATE TRIGGER journal_entry_is_append_only BEFORE UPDATE OR DELETE ON journal_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
