CREATE TABLE certificate_record (
    id SERIAL NOT NULL,
    employee_id INTEGER NOT NULL,
    certificate VARCHAR(50) NOT NULL,
    obtained_on DATE,
    valid_until DATE,
    CONSTRAINT certificate_record_key PRIMARY KEY (id),
    CONSTRAINT one_line_per_person_and_certificate UNIQUE (employee_id, certificate),
    CONSTRAINT a_certificate_ends_after_it_was_obtained CHECK (valid_until IS NULL OR (obtained_on IS NOT NULL AND obtained_on <= valid_until)),
    CONSTRAINT certificate_record_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE case_copy (
    case_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    by_id INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT case_copy_key PRIMARY KEY (case_id, person_id),
    CONSTRAINT case_copy_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT case_copy_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id),
    CONSTRAINT case_copy_by_id_exists FOREIGN KEY(by_id) REFERENCES employee (id)
);

CREATE INDEX case_copy_by_person_id ON case_copy (person_id);

ALTER TABLE task ADD COLUMN nudged_at TIMESTAMP WITH TIME ZONE;

CREATE TABLE kept_apart (
    id SERIAL NOT NULL,
    one_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    because VARCHAR(32) NOT NULL,
    declared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT kept_apart_key PRIMARY KEY (id),
    CONSTRAINT a_pair_is_kept_apart_once_for_a_reason UNIQUE (one_id, other_id, because),
    CONSTRAINT a_pair_is_written_in_one_order CHECK (one_id < other_id),
    CONSTRAINT kept_apart_one_id_exists FOREIGN KEY(one_id) REFERENCES employee (id),
    CONSTRAINT kept_apart_other_id_exists FOREIGN KEY(other_id) REFERENCES employee (id)
);

CREATE INDEX kept_apart_by_other_id ON kept_apart (other_id);

CREATE TABLE assignment_record (
    id SERIAL NOT NULL,
    employee_id INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    place VARCHAR(200) NOT NULL,
    months INTEGER NOT NULL,
    times INTEGER NOT NULL,
    CONSTRAINT assignment_record_key PRIMARY KEY (id),
    CONSTRAINT one_line_per_kind_and_place UNIQUE (employee_id, kind, place),
    CONSTRAINT assignment_record_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE review_contact (
    id SERIAL NOT NULL,
    employee_id INTEGER NOT NULL,
    source VARCHAR(32) NOT NULL,
    person_id INTEGER,
    name VARCHAR(200),
    email VARCHAR(320),
    locale VARCHAR(16),
    is_listed BOOLEAN NOT NULL,
    CONSTRAINT review_contact_key PRIMARY KEY (id),
    CONSTRAINT a_colleague_is_listed_once_per_person UNIQUE (employee_id, person_id),
    CONSTRAINT a_customer_is_listed_once_per_person UNIQUE (employee_id, email),
    CONSTRAINT customers_have_an_address_and_colleagues_a_number CHECK ((source IN ('superior', 'peer') AND person_id IS NOT NULL AND email IS NULL) OR (source = 'customer' AND person_id IS NULL AND name IS NOT NULL AND email IS NOT NULL AND locale IS NOT NULL)),
    CONSTRAINT nobody_is_ones_own_contact CHECK (person_id IS NULL OR person_id <> employee_id),
    CONSTRAINT review_contact_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id),
    CONSTRAINT review_contact_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id)
);

CREATE TABLE rater_objection (
    id SERIAL NOT NULL,
    case_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR(32) NOT NULL,
    decision_reason TEXT,
    decided_by_id INTEGER,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT rater_objection_key PRIMARY KEY (id),
    CONSTRAINT one_objection_per_case_and_person UNIQUE (case_id, person_id),
    CONSTRAINT objections_are_counted_once UNIQUE (case_id, number),
    CONSTRAINT a_candidate_objects_to_two_raters_at_most CHECK (number BETWEEN 1 AND 2),
    CONSTRAINT an_objection_is_decided_by_somebody CHECK ((state IN ('open', 'undecided')) = (decided_by_id IS NULL)),
    CONSTRAINT rater_objection_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT rater_objection_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id),
    CONSTRAINT rater_objection_decided_by_id_exists FOREIGN KEY(decided_by_id) REFERENCES employee (id)
);

CREATE TABLE letter (
    id SERIAL NOT NULL,
    case_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    locale VARCHAR(16) NOT NULL,
    text TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT letter_key PRIMARY KEY (id),
    CONSTRAINT one_letter_per_round_and_kind UNIQUE (round_id, kind),
    CONSTRAINT letter_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT letter_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id)
);

CREATE INDEX letter_by_case_id ON letter (case_id);

CREATE TABLE objection (
    id SERIAL NOT NULL,
    case_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    objector_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR(32) NOT NULL,
    step VARCHAR(32),
    reason TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by_id INTEGER,
    CONSTRAINT objection_key PRIMARY KEY (id),
    CONSTRAINT one_objection_per_person_and_round UNIQUE (round_id, objector_id),
    CONSTRAINT an_upheld_objection_names_a_step CHECK ((state = 'upheld') = (step IS NOT NULL)),
    CONSTRAINT objection_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT objection_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT objection_objector_id_exists FOREIGN KEY(objector_id) REFERENCES employee (id),
    CONSTRAINT objection_decided_by_id_exists FOREIGN KEY(decided_by_id) REFERENCES employee (id)
);

CREATE INDEX objection_by_case_id ON objection (case_id);

CREATE TABLE passed_over (
    round_id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT passed_over_key PRIMARY KEY (round_id, case_id),
    CONSTRAINT passed_over_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT passed_over_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id)
);

CREATE INDEX passed_over_by_case_id ON passed_over (case_id);

CREATE TABLE performance_check (
    id SERIAL NOT NULL,
    mentorship_id INTEGER NOT NULL,
    week INTEGER NOT NULL,
    due_on DATE NOT NULL,
    rating INTEGER,
    note TEXT,
    written_at TIMESTAMP WITH TIME ZONE,
    written_by_id INTEGER,
    CONSTRAINT performance_check_key PRIMARY KEY (id),
    CONSTRAINT one_performance_check_per_week UNIQUE (mentorship_id, week),
    CONSTRAINT a_check_rates_from_one_to_five CHECK (rating IS NULL OR rating BETWEEN 1 AND 5),
    CONSTRAINT performance_check_mentorship_id_exists FOREIGN KEY(mentorship_id) REFERENCES mentorship (id),
    CONSTRAINT performance_check_written_by_id_exists FOREIGN KEY(written_by_id) REFERENCES employee (id)
);

CREATE TABLE plan_item (
    id SERIAL NOT NULL,
    mentorship_id INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    title VARCHAR(200) NOT NULL,
    due_on DATE NOT NULL,
    done_on DATE,
    feedback TEXT,
    CONSTRAINT plan_item_key PRIMARY KEY (id),
    CONSTRAINT one_item_per_title_of_the_plan UNIQUE (mentorship_id, kind, title),
    CONSTRAINT plan_item_mentorship_id_exists FOREIGN KEY(mentorship_id) REFERENCES mentorship (id)
);

CREATE TABLE ballot_reason (
    id VARCHAR(32) NOT NULL,
    vote_id INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT ballot_reason_key PRIMARY KEY (id),
    CONSTRAINT ballot_reason_vote_id_exists FOREIGN KEY(vote_id) REFERENCES vote (id)
);

CREATE INDEX ballot_reason_by_vote_id ON ballot_reason (vote_id);

CREATE TABLE missing_fact (
    task_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    CONSTRAINT missing_fact_key PRIMARY KEY (task_id, employee_id),
    CONSTRAINT missing_fact_task_id_exists FOREIGN KEY(task_id) REFERENCES task (id),
    CONSTRAINT missing_fact_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE awaited_draft (
    cycle_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    seen_sequence INTEGER NOT NULL,
    CONSTRAINT awaited_draft_key PRIMARY KEY (cycle_id, employee_id),
    CONSTRAINT awaited_draft_cycle_id_exists FOREIGN KEY(cycle_id) REFERENCES cycle (id),
    CONSTRAINT awaited_draft_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE score_evidence (
    entry_id INTEGER NOT NULL,
    judge_id INTEGER NOT NULL,
    round_number INTEGER NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT score_evidence_key PRIMARY KEY (entry_id, judge_id, round_number),
    CONSTRAINT score_evidence_entry_id_exists FOREIGN KEY(entry_id) REFERENCES entry (id),
    CONSTRAINT score_evidence_judge_id_exists FOREIGN KEY(judge_id) REFERENCES judge (id)
);

ALTER TABLE approval_step ADD COLUMN attempt INTEGER DEFAULT 1 NOT NULL;

ALTER TABLE approval_step ALTER COLUMN attempt DROP DEFAULT;

ALTER TABLE approval_step ADD COLUMN group_number INTEGER DEFAULT 1 NOT NULL;

ALTER TABLE approval_step ALTER COLUMN group_number DROP DEFAULT;

ALTER TABLE approval_step ADD COLUMN named_id INTEGER CONSTRAINT approval_step_named_id_exists REFERENCES employee (id);

ALTER TABLE approval_step ADD COLUMN asked_for_id INTEGER CONSTRAINT approval_step_asked_for_id_exists REFERENCES approval_step (id);

ALTER TABLE ballot_paper ADD COLUMN sealed_reason BYTEA;

ALTER TABLE career_step ADD COLUMN from_department_id INTEGER;

ALTER TABLE career_step ADD COLUMN from_manager_id INTEGER;

ALTER TABLE career_step ADD COLUMN to_department_id INTEGER;

ALTER TABLE career_step ADD COLUMN to_manager_id INTEGER;

ALTER TABLE career_step ADD CONSTRAINT career_step_from_department_id_exists FOREIGN KEY(from_department_id) REFERENCES department (id);

ALTER TABLE career_step ADD CONSTRAINT career_step_from_manager_id_exists FOREIGN KEY(from_manager_id) REFERENCES employee (id);

ALTER TABLE career_step ADD CONSTRAINT career_step_to_department_id_exists FOREIGN KEY(to_department_id) REFERENCES department (id);

ALTER TABLE career_step ADD CONSTRAINT career_step_to_manager_id_exists FOREIGN KEY(to_manager_id) REFERENCES employee (id);

ALTER TABLE committee ADD COLUMN size INTEGER;

UPDATE committee SET size = (SELECT count(*) FROM seat WHERE seat.committee_id = committee.id);

ALTER TABLE committee ALTER COLUMN size SET NOT NULL;

ALTER TABLE committee ADD CONSTRAINT a_committee_has_an_odd_size CHECK (size %% 2 = 1);

ALTER TABLE competition ADD COLUMN opens_at TIMESTAMP WITH TIME ZONE;

UPDATE competition SET opens_at = (opens_on::timestamp AT TIME ZONE 'UTC');

ALTER TABLE competition ALTER COLUMN opens_at SET NOT NULL;

ALTER TABLE competition ADD COLUMN closes_at TIMESTAMP WITH TIME ZONE;

UPDATE competition SET closes_at = (closes_on::timestamp AT TIME ZONE 'UTC');

ALTER TABLE competition ALTER COLUMN closes_at SET NOT NULL;

ALTER TABLE competition ADD COLUMN edition_id INTEGER;

UPDATE competition SET edition_id = COALESCE((SELECT edition_id FROM cycle WHERE cycle.id = competition.cycle_id), (SELECT max(promotion_case.edition_id) FROM entry JOIN promotion_case ON promotion_case.id = entry.case_id WHERE entry.competition_id = competition.id), (SELECT max(id) FROM criteria_edition));

ALTER TABLE competition ALTER COLUMN edition_id SET NOT NULL;

ALTER TABLE competition ADD COLUMN department_id INTEGER;

ALTER TABLE competition ADD COLUMN round_number INTEGER DEFAULT 1 NOT NULL;

ALTER TABLE competition ALTER COLUMN round_number DROP DEFAULT;

ALTER TABLE competition ADD CONSTRAINT a_competition_opens_before_it_closes CHECK (closes_on >= opens_on);

ALTER TABLE competition ADD CONSTRAINT competition_department_id_exists FOREIGN KEY(department_id) REFERENCES department (id);

ALTER TABLE competition ADD CONSTRAINT competition_edition_id_exists FOREIGN KEY(edition_id) REFERENCES criteria_edition (id);

ALTER TABLE cycle ADD COLUMN opens_drafts BOOLEAN DEFAULT false NOT NULL;

ALTER TABLE cycle ALTER COLUMN opens_drafts DROP DEFAULT;

ALTER TABLE cycle ADD COLUMN drafts_opened_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE cycle ADD COLUMN drafts_reached_id INTEGER DEFAULT 0 NOT NULL;

ALTER TABLE cycle ALTER COLUMN drafts_reached_id DROP DEFAULT;

ALTER TABLE cycle ADD COLUMN draft_counts JSON DEFAULT '{}' NOT NULL;

ALTER TABLE cycle ALTER COLUMN draft_counts DROP DEFAULT;

ALTER TABLE delivery ADD COLUMN request_id INTEGER;

ALTER TABLE delivery DROP CONSTRAINT a_mail_has_a_person_and_a_webhook_a_subscription;

ALTER TABLE delivery ADD CONSTRAINT a_mail_has_a_reader_and_a_webhook_a_subscription CHECK ((channel = 'mail' AND subscription_id IS NULL AND (person_id IS NULL) <> (request_id IS NULL)) OR (channel = 'webhook' AND subscription_id IS NOT NULL AND person_id IS NULL AND request_id IS NULL));

ALTER TABLE delivery ADD CONSTRAINT delivery_request_id_exists FOREIGN KEY(request_id) REFERENCES review_request (id);

CREATE INDEX delivery_by_request ON delivery (request_id, kind);

ALTER TABLE entry ADD COLUMN panel INTEGER;

ALTER TABLE entry ADD COLUMN position INTEGER;

ALTER TABLE entry ADD COLUMN rounds JSON DEFAULT '{}' NOT NULL;

ALTER TABLE entry ALTER COLUMN rounds DROP DEFAULT;

ALTER TABLE entry ADD COLUMN shortlisted VARCHAR(64);

ALTER TABLE entry ADD COLUMN variance DOUBLE PRECISION;

ALTER TABLE entry ADD COLUMN is_tied BOOLEAN DEFAULT false NOT NULL;

ALTER TABLE entry ALTER COLUMN is_tied DROP DEFAULT;

ALTER TABLE entry ADD COLUMN proposed_place INTEGER;

ALTER TABLE entry ADD COLUMN separated_by VARCHAR(32);

ALTER TABLE entry ADD COLUMN tie_reason TEXT;

ALTER TABLE judge ADD COLUMN panel INTEGER DEFAULT 1 NOT NULL;

ALTER TABLE judge ALTER COLUMN panel DROP DEFAULT;

ALTER TABLE judge ADD COLUMN is_seated BOOLEAN DEFAULT true NOT NULL;

ALTER TABLE judge ALTER COLUMN is_seated DROP DEFAULT;

ALTER TABLE judge ADD COLUMN successor_until TIMESTAMP WITH TIME ZONE;

ALTER TABLE mentorship ALTER COLUMN mentor_id DROP NOT NULL;

ALTER TABLE mentorship ADD COLUMN conclusion TEXT;

ALTER TABLE mentorship ADD COLUMN concluded_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE mentorship ADD COLUMN concluded_by_id INTEGER;

ALTER TABLE mentorship ADD CONSTRAINT mentorship_concluded_by_id_exists FOREIGN KEY(concluded_by_id) REFERENCES employee (id);

ALTER TABLE promotion_case ALTER COLUMN nominated_by_id DROP NOT NULL;

ALTER TABLE promotion_case ADD COLUMN target_department_id INTEGER;

ALTER TABLE promotion_case ADD COLUMN target_manager_id INTEGER;

ALTER TABLE promotion_case ADD COLUMN consented_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE promotion_case ADD COLUMN effect_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE promotion_case ADD COLUMN released_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE promotion_case ADD COLUMN pending VARCHAR(32);

ALTER TABLE promotion_case ADD COLUMN duties_acknowledged_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE promotion_case ADD CONSTRAINT only_a_committees_decision_waits_for_release CHECK (pending IS NULL OR stage = 'committee');

ALTER TABLE promotion_case ADD CONSTRAINT what_waits_for_release_is_known CHECK (pending IS NULL OR pending IN ('carry', 'reject', 'place_in_reserve'));

ALTER TABLE promotion_case ADD CONSTRAINT promotion_case_target_department_id_exists FOREIGN KEY(target_department_id) REFERENCES department (id);

ALTER TABLE promotion_case ADD CONSTRAINT promotion_case_target_manager_id_exists FOREIGN KEY(target_manager_id) REFERENCES employee (id);

CREATE UNIQUE INDEX one_case_per_person_cycle_and_target ON promotion_case (candidate_id, cycle_id, target_track, target_level) WHERE cycle_id IS NOT NULL AND stage <> 'withdrawn';

CREATE UNIQUE INDEX one_draft_per_person_and_cycle ON promotion_case (candidate_id, cycle_id) WHERE nominated_as = 'cycle';

CREATE INDEX promotion_case_by_effect_at ON promotion_case (effect_at);

ALTER TABLE review_outcome ADD COLUMN named JSON DEFAULT '[]' NOT NULL;

ALTER TABLE review_outcome ALTER COLUMN named DROP DEFAULT;

ALTER TABLE review_request ALTER COLUMN rater_id DROP NOT NULL;

ALTER TABLE review_request ADD COLUMN contact_id INTEGER;

ALTER TABLE review_request ADD COLUMN link VARCHAR(32);

ALTER TABLE review_request ADD COLUMN declined_because TEXT;

ALTER TABLE review_request ADD CONSTRAINT a_form_is_asked_of_a_colleague_or_a_customer CHECK ((rater_id IS NULL) <> (contact_id IS NULL));

ALTER TABLE review_request ADD CONSTRAINT only_customers_answer_by_link CHECK ((contact_id IS NULL) = (link IS NULL));

ALTER TABLE review_request ADD CONSTRAINT a_link_opens_one_form UNIQUE (link);

ALTER TABLE review_request ADD CONSTRAINT one_form_per_customer_and_round UNIQUE (round_id, contact_id);

ALTER TABLE review_request ADD CONSTRAINT review_request_contact_id_exists FOREIGN KEY(contact_id) REFERENCES review_contact (id);

CREATE INDEX review_request_by_contact ON review_request (contact_id);

ALTER TABLE score ADD COLUMN round_number INTEGER DEFAULT 1 NOT NULL;

ALTER TABLE score ALTER COLUMN round_number DROP DEFAULT;

ALTER TABLE score DROP CONSTRAINT score_key;

ALTER TABLE score ADD CONSTRAINT score_key PRIMARY KEY (entry_id, judge_id, round_number, criterion);

ALTER TABLE sealed_form ALTER COLUMN sealed DROP NOT NULL;

ALTER TABLE sealed_form ADD COLUMN draft BYTEA;

ALTER TABLE sealed_form ADD CONSTRAINT a_form_says_something CHECK (sealed IS NOT NULL OR draft IS NOT NULL);

ALTER TABLE sealed_score ADD COLUMN is_doubted BOOLEAN DEFAULT false NOT NULL;

ALTER TABLE sealed_score ALTER COLUMN is_doubted DROP DEFAULT;

ALTER TABLE seat ADD COLUMN is_alternate BOOLEAN DEFAULT false NOT NULL;

ALTER TABLE seat ALTER COLUMN is_alternate DROP DEFAULT;

CREATE UNIQUE INDEX one_open_task_per_fact_and_department ON task (subject_id, detail) WHERE kind = 'fix_data' AND state = 'open';

ALTER TABLE vote ADD COLUMN is_deviation BOOLEAN DEFAULT false NOT NULL;

ALTER TABLE vote ALTER COLUMN is_deviation DROP DEFAULT;
