CREATE TABLE certificate_record (
    id INTEGER NOT NULL,
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
    at DATETIME NOT NULL,
    CONSTRAINT case_copy_key PRIMARY KEY (case_id, person_id),
    CONSTRAINT case_copy_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT case_copy_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id),
    CONSTRAINT case_copy_by_id_exists FOREIGN KEY(by_id) REFERENCES employee (id)
);

CREATE INDEX case_copy_by_person_id ON case_copy (person_id);

ALTER TABLE task ADD COLUMN nudged_at DATETIME;

CREATE TABLE kept_apart (
    id INTEGER NOT NULL,
    one_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    because VARCHAR(32) NOT NULL,
    declared_at DATETIME NOT NULL,
    CONSTRAINT kept_apart_key PRIMARY KEY (id),
    CONSTRAINT a_pair_is_kept_apart_once_for_a_reason UNIQUE (one_id, other_id, because),
    CONSTRAINT a_pair_is_written_in_one_order CHECK (one_id < other_id),
    CONSTRAINT kept_apart_one_id_exists FOREIGN KEY(one_id) REFERENCES employee (id),
    CONSTRAINT kept_apart_other_id_exists FOREIGN KEY(other_id) REFERENCES employee (id)
);

CREATE INDEX kept_apart_by_other_id ON kept_apart (other_id);

CREATE TABLE assignment_record (
    id INTEGER NOT NULL,
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
    id INTEGER NOT NULL,
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
    id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    filed_at DATETIME NOT NULL,
    state VARCHAR(32) NOT NULL,
    decision_reason TEXT,
    decided_by_id INTEGER,
    decided_at DATETIME,
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
    id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    locale VARCHAR(16) NOT NULL,
    text TEXT NOT NULL,
    written_at DATETIME NOT NULL,
    acknowledged_at DATETIME,
    CONSTRAINT letter_key PRIMARY KEY (id),
    CONSTRAINT one_letter_per_round_and_kind UNIQUE (round_id, kind),
    CONSTRAINT letter_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT letter_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id)
);

CREATE INDEX letter_by_case_id ON letter (case_id);

CREATE TABLE objection (
    id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    objector_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    raised_at DATETIME NOT NULL,
    state VARCHAR(32) NOT NULL,
    step VARCHAR(32),
    reason TEXT,
    decided_at DATETIME,
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
    id INTEGER NOT NULL,
    mentorship_id INTEGER NOT NULL,
    week INTEGER NOT NULL,
    due_on DATE NOT NULL,
    rating INTEGER,
    note TEXT,
    written_at DATETIME,
    written_by_id INTEGER,
    CONSTRAINT performance_check_key PRIMARY KEY (id),
    CONSTRAINT one_performance_check_per_week UNIQUE (mentorship_id, week),
    CONSTRAINT a_check_rates_from_one_to_five CHECK (rating IS NULL OR rating BETWEEN 1 AND 5),
    CONSTRAINT performance_check_mentorship_id_exists FOREIGN KEY(mentorship_id) REFERENCES mentorship (id),
    CONSTRAINT performance_check_written_by_id_exists FOREIGN KEY(written_by_id) REFERENCES employee (id)
);

CREATE TABLE plan_item (
    id INTEGER NOT NULL,
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
    sealed BLOB NOT NULL,
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

CREATE TABLE new_approval_step (
    id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    group_number INTEGER NOT NULL,
    seat VARCHAR(32) NOT NULL,
    state VARCHAR(32) NOT NULL,
    approver_id INTEGER,
    decided_at DATETIME,
    reason TEXT,
    resolved VARCHAR(200),
    named_id INTEGER,
    asked_for_id INTEGER,
    CONSTRAINT approval_step_key PRIMARY KEY (id),
    CONSTRAINT one_approver_per_position UNIQUE (round_id, position),
    CONSTRAINT approval_step_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT approval_step_approver_id_exists FOREIGN KEY(approver_id) REFERENCES employee (id),
    CONSTRAINT approval_step_named_id_exists FOREIGN KEY(named_id) REFERENCES employee (id),
    CONSTRAINT approval_step_asked_for_id_exists FOREIGN KEY(asked_for_id) REFERENCES approval_step (id)
);

INSERT INTO new_approval_step (id, round_id, position, seat, state, approver_id, decided_at, reason, resolved, attempt, group_number) SELECT id, round_id, position, seat, state, approver_id, decided_at, reason, resolved, 1, 1 FROM approval_step;

DROP TABLE approval_step;

ALTER TABLE new_approval_step RENAME TO approval_step;

CREATE TABLE new_ballot_paper (
    vote_id INTEGER NOT NULL,
    pseudonym VARCHAR(64) NOT NULL,
    choice VARCHAR(32) NOT NULL,
    sealed_reason BLOB,
    CONSTRAINT ballot_paper_key PRIMARY KEY (vote_id, pseudonym),
    CONSTRAINT a_ballot_is_one_of_four CHECK (choice IN ('yes', 'no', 'defer', 'abstain')),
    CONSTRAINT ballot_paper_vote_id_exists FOREIGN KEY(vote_id) REFERENCES vote (id)
);

INSERT INTO new_ballot_paper (vote_id, pseudonym, choice) SELECT vote_id, pseudonym, choice FROM ballot_paper;

DROP TABLE ballot_paper;

ALTER TABLE new_ballot_paper RENAME TO ballot_paper;

CREATE TABLE new_career_step (
    id INTEGER NOT NULL,
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
    from_department_id INTEGER,
    from_manager_id INTEGER,
    to_department_id INTEGER,
    to_manager_id INTEGER,
    CONSTRAINT career_step_key PRIMARY KEY (id),
    CONSTRAINT a_case_takes_effect_once UNIQUE (case_id, is_reversal),
    CONSTRAINT a_step_names_both_levels CHECK (from_level <> '' AND to_level <> ''),
    CONSTRAINT career_step_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id),
    CONSTRAINT career_step_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT career_step_from_department_id_exists FOREIGN KEY(from_department_id) REFERENCES department (id),
    CONSTRAINT career_step_from_manager_id_exists FOREIGN KEY(from_manager_id) REFERENCES employee (id),
    CONSTRAINT career_step_to_department_id_exists FOREIGN KEY(to_department_id) REFERENCES department (id),
    CONSTRAINT career_step_to_manager_id_exists FOREIGN KEY(to_manager_id) REFERENCES employee (id)
);

INSERT INTO new_career_step (id, employee_id, case_id, effective_on, from_track, from_level, from_post, from_level_since, to_track, to_level, to_post, is_reversal) SELECT id, employee_id, case_id, effective_on, from_track, from_level, from_post, from_level_since, to_track, to_level, to_post, is_reversal FROM career_step;

DROP TABLE career_step;

ALTER TABLE new_career_step RENAME TO career_step;

CREATE INDEX career_step_by_employee_id ON career_step (employee_id);

CREATE TABLE new_committee (
    id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    chair_id INTEGER NOT NULL,
    size INTEGER NOT NULL,
    is_standing BOOLEAN NOT NULL,
    CONSTRAINT committee_key PRIMARY KEY (id),
    CONSTRAINT a_committee_has_an_odd_size CHECK (size % 2 = 1),
    CONSTRAINT committee_name_unique UNIQUE (name),
    CONSTRAINT committee_chair_id_exists FOREIGN KEY(chair_id) REFERENCES employee (id)
);

INSERT INTO new_committee (id, name, chair_id, is_standing, size) SELECT id, name, chair_id, is_standing, (SELECT count(*) FROM seat WHERE seat.committee_id = committee.id) FROM committee;

DROP TABLE committee;

ALTER TABLE new_committee RENAME TO committee;

CREATE TABLE new_competition (
    id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    target_track VARCHAR(32) NOT NULL,
    target_level VARCHAR(32) NOT NULL,
    target_post VARCHAR(200) NOT NULL,
    seats INTEGER NOT NULL,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    opens_at DATETIME NOT NULL,
    closes_at DATETIME NOT NULL,
    opened_by_id INTEGER NOT NULL,
    edition_id INTEGER NOT NULL,
    department_id INTEGER,
    cycle_id INTEGER,
    state VARCHAR(32) NOT NULL,
    round_number INTEGER NOT NULL,
    scores_due_at DATETIME,
    decided_at DATETIME,
    CONSTRAINT competition_key PRIMARY KEY (id),
    CONSTRAINT a_competition_fills_a_seat CHECK (seats >= 1),
    CONSTRAINT a_competition_opens_before_it_closes CHECK (closes_on >= opens_on),
    CONSTRAINT competition_opened_by_id_exists FOREIGN KEY(opened_by_id) REFERENCES employee (id),
    CONSTRAINT competition_edition_id_exists FOREIGN KEY(edition_id) REFERENCES criteria_edition (id),
    CONSTRAINT competition_department_id_exists FOREIGN KEY(department_id) REFERENCES department (id),
    CONSTRAINT competition_cycle_id_exists FOREIGN KEY(cycle_id) REFERENCES cycle (id)
);

INSERT INTO new_competition (id, name, target_track, target_level, target_post, seats, opens_on, closes_on, opened_by_id, cycle_id, state, scores_due_at, decided_at, opens_at, closes_at, edition_id, round_number) SELECT id, name, target_track, target_level, target_post, seats, opens_on, closes_on, opened_by_id, cycle_id, state, scores_due_at, decided_at, opens_on || ' 00:00:00.000000', closes_on || ' 00:00:00.000000', COALESCE((SELECT edition_id FROM cycle WHERE cycle.id = competition.cycle_id), (SELECT max(promotion_case.edition_id) FROM entry JOIN promotion_case ON promotion_case.id = entry.case_id WHERE entry.competition_id = competition.id), (SELECT max(id) FROM criteria_edition)), 1 FROM competition;

DROP TABLE competition;

ALTER TABLE new_competition RENAME TO competition;

CREATE TABLE new_cycle (
    id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    edition_id INTEGER NOT NULL,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    quota INTEGER,
    opens_drafts BOOLEAN NOT NULL,
    drafts_opened_at DATETIME,
    drafts_reached_id INTEGER NOT NULL,
    draft_counts JSON NOT NULL,
    CONSTRAINT cycle_key PRIMARY KEY (id),
    CONSTRAINT a_cycle_opens_before_it_closes CHECK (opens_on <= closes_on),
    CONSTRAINT cycle_name_unique UNIQUE (name),
    CONSTRAINT cycle_edition_id_exists FOREIGN KEY(edition_id) REFERENCES criteria_edition (id)
);

INSERT INTO new_cycle (id, name, edition_id, opens_on, closes_on, quota, opens_drafts, drafts_reached_id, draft_counts) SELECT id, name, edition_id, opens_on, closes_on, quota, false, 0, '{}' FROM cycle;

DROP TABLE cycle;

ALTER TABLE new_cycle RENAME TO cycle;

CREATE TABLE new_delivery (
    id INTEGER NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    next_at DATETIME NOT NULL,
    person_id INTEGER,
    request_id INTEGER,
    subscription_id INTEGER,
    entry_id INTEGER,
    payload JSON NOT NULL,
    state VARCHAR(32) NOT NULL,
    attempts INTEGER NOT NULL,
    lease_until DATETIME,
    leased_by VARCHAR(64),
    sent_at DATETIME,
    error VARCHAR(200),
    CONSTRAINT delivery_key PRIMARY KEY (id),
    CONSTRAINT one_delivery_per_event_and_recipient UNIQUE ("key"),
    CONSTRAINT a_mail_has_a_reader_and_a_webhook_a_subscription CHECK ((channel = 'mail' AND subscription_id IS NULL AND (person_id IS NULL) <> (request_id IS NULL)) OR (channel = 'webhook' AND subscription_id IS NOT NULL AND person_id IS NULL AND request_id IS NULL)),
    CONSTRAINT a_lease_has_a_holder CHECK ((lease_until IS NULL) = (leased_by IS NULL)),
    CONSTRAINT delivery_person_id_exists FOREIGN KEY(person_id) REFERENCES employee (id),
    CONSTRAINT delivery_request_id_exists FOREIGN KEY(request_id) REFERENCES review_request (id),
    CONSTRAINT delivery_subscription_id_exists FOREIGN KEY(subscription_id) REFERENCES webhook_subscription (id),
    CONSTRAINT delivery_entry_id_exists FOREIGN KEY(entry_id) REFERENCES journal_entry (id)
);

INSERT INTO new_delivery (id, key, channel, kind, created_at, next_at, person_id, subscription_id, entry_id, payload, state, attempts, lease_until, leased_by, sent_at, error) SELECT id, key, channel, kind, created_at, next_at, person_id, subscription_id, entry_id, payload, state, attempts, lease_until, leased_by, sent_at, error FROM delivery;

DROP TABLE delivery;

ALTER TABLE new_delivery RENAME TO delivery;

CREATE INDEX delivery_by_request ON delivery (request_id, kind);

CREATE INDEX delivery_by_person ON delivery (person_id, kind);

CREATE INDEX delivery_by_state ON delivery (state, next_at);

CREATE TABLE new_entry (
    id INTEGER NOT NULL,
    competition_id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    panel INTEGER,
    position INTEGER,
    rounds JSON NOT NULL,
    shortlisted VARCHAR(64),
    score DOUBLE,
    composite DOUBLE,
    variance DOUBLE,
    place INTEGER,
    is_tied BOOLEAN NOT NULL,
    proposed_place INTEGER,
    separated_by VARCHAR(32),
    tie_reason TEXT,
    build_up JSON NOT NULL,
    CONSTRAINT entry_key PRIMARY KEY (id),
    CONSTRAINT one_entry_per_round UNIQUE (round_id),
    CONSTRAINT entry_competition_id_exists FOREIGN KEY(competition_id) REFERENCES competition (id),
    CONSTRAINT entry_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT entry_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id)
);

INSERT INTO new_entry (id, competition_id, case_id, round_id, score, composite, place, build_up, rounds, is_tied) SELECT id, competition_id, case_id, round_id, score, composite, place, build_up, '{}', false FROM entry;

DROP TABLE entry;

ALTER TABLE new_entry RENAME TO entry;

CREATE INDEX entry_by_competition_id ON entry (competition_id);

CREATE INDEX entry_by_case_id ON entry (case_id);

CREATE TABLE new_judge (
    id INTEGER NOT NULL,
    competition_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    panel INTEGER NOT NULL,
    is_seated BOOLEAN NOT NULL,
    successor_until DATETIME,
    CONSTRAINT judge_key PRIMARY KEY (id),
    CONSTRAINT one_seat_per_judge UNIQUE (competition_id, employee_id),
    CONSTRAINT judge_competition_id_exists FOREIGN KEY(competition_id) REFERENCES competition (id),
    CONSTRAINT judge_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

INSERT INTO new_judge (id, competition_id, employee_id, panel, is_seated) SELECT id, competition_id, employee_id, 1, true FROM judge;

DROP TABLE judge;

ALTER TABLE new_judge RENAME TO judge;

CREATE TABLE new_mentorship (
    id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    mentee_id INTEGER NOT NULL,
    mentor_id INTEGER,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    is_extended BOOLEAN NOT NULL,
    "plan" TEXT NOT NULL,
    agreed_by_mentor_at DATETIME,
    agreed_by_mentee_at DATETIME,
    conclusion TEXT,
    concluded_at DATETIME,
    concluded_by_id INTEGER,
    CONSTRAINT mentorship_key PRIMARY KEY (id),
    CONSTRAINT one_mentorship_per_case UNIQUE (case_id),
    CONSTRAINT nobody_mentors_oneself CHECK (mentor_id <> mentee_id),
    CONSTRAINT mentorship_case_id_exists FOREIGN KEY(case_id) REFERENCES promotion_case (id),
    CONSTRAINT mentorship_mentee_id_exists FOREIGN KEY(mentee_id) REFERENCES employee (id),
    CONSTRAINT mentorship_mentor_id_exists FOREIGN KEY(mentor_id) REFERENCES employee (id),
    CONSTRAINT mentorship_concluded_by_id_exists FOREIGN KEY(concluded_by_id) REFERENCES employee (id)
);

INSERT INTO new_mentorship (id, case_id, mentee_id, mentor_id, starts_on, ends_on, is_extended, plan, agreed_by_mentor_at, agreed_by_mentee_at) SELECT id, case_id, mentee_id, mentor_id, starts_on, ends_on, is_extended, plan, agreed_by_mentor_at, agreed_by_mentee_at FROM mentorship;

DROP TABLE mentorship;

ALTER TABLE new_mentorship RENAME TO mentorship;

CREATE INDEX mentorship_by_mentor_id ON mentorship (mentor_id);

CREATE TABLE new_promotion_case (
    id INTEGER NOT NULL,
    candidate_id INTEGER NOT NULL,
    target_track VARCHAR(32) NOT NULL,
    target_level VARCHAR(32) NOT NULL,
    target_post VARCHAR(200) NOT NULL,
    edition_id INTEGER NOT NULL,
    nominated_as VARCHAR(32) NOT NULL,
    opened_at DATETIME NOT NULL,
    nominated_by_id INTEGER,
    cycle_id INTEGER,
    is_contested BOOLEAN NOT NULL,
    statement TEXT NOT NULL,
    evidence JSON NOT NULL,
    target_department_id INTEGER,
    target_manager_id INTEGER,
    consented_at DATETIME,
    stage VARCHAR(32) NOT NULL,
    version INTEGER NOT NULL,
    round_id INTEGER,
    committee_id INTEGER,
    journal_sequence INTEGER NOT NULL,
    journal_head VARCHAR(64) NOT NULL,
    effective_on DATE,
    effect_at DATETIME,
    decided_at DATETIME,
    decided_by_id INTEGER,
    outcome_text TEXT,
    internal_reason TEXT,
    released_at DATETIME,
    pending VARCHAR(32),
    duties_acknowledged_at DATETIME,
    stuck_reason VARCHAR(64),
    ended_at DATETIME,
    CONSTRAINT promotion_case_key PRIMARY KEY (id),
    CONSTRAINT stage_is_known CHECK (stage IN ('draft', 'nominated', 'review', 'competition', 'committee', 'notice', 'mentoring', 'reserve', 'completed', 'declined', 'withdrawn', 'reverted')),
    CONSTRAINT version_counts_from_one CHECK (version >= 1),
    CONSTRAINT what_waits_for_release_is_known CHECK (pending IS NULL OR pending IN ('carry', 'reject', 'place_in_reserve')),
    CONSTRAINT only_a_committees_decision_waits_for_release CHECK (pending IS NULL OR stage = 'committee'),
    CONSTRAINT promotion_case_candidate_id_exists FOREIGN KEY(candidate_id) REFERENCES employee (id),
    CONSTRAINT promotion_case_edition_id_exists FOREIGN KEY(edition_id) REFERENCES criteria_edition (id),
    CONSTRAINT promotion_case_nominated_by_id_exists FOREIGN KEY(nominated_by_id) REFERENCES employee (id),
    CONSTRAINT promotion_case_cycle_id_exists FOREIGN KEY(cycle_id) REFERENCES cycle (id),
    CONSTRAINT promotion_case_target_department_id_exists FOREIGN KEY(target_department_id) REFERENCES department (id),
    CONSTRAINT promotion_case_target_manager_id_exists FOREIGN KEY(target_manager_id) REFERENCES employee (id),
    CONSTRAINT promotion_case_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT promotion_case_committee_id_exists FOREIGN KEY(committee_id) REFERENCES committee (id),
    CONSTRAINT promotion_case_decided_by_id_exists FOREIGN KEY(decided_by_id) REFERENCES employee (id)
);

INSERT INTO new_promotion_case (id, candidate_id, target_track, target_level, target_post, edition_id, nominated_by_id, nominated_as, opened_at, cycle_id, is_contested, statement, evidence, stage, version, round_id, committee_id, journal_sequence, journal_head, effective_on, decided_at, decided_by_id, outcome_text, internal_reason, stuck_reason, ended_at) SELECT id, candidate_id, target_track, target_level, target_post, edition_id, nominated_by_id, nominated_as, opened_at, cycle_id, is_contested, statement, evidence, stage, version, round_id, committee_id, journal_sequence, journal_head, effective_on, decided_at, decided_by_id, outcome_text, internal_reason, stuck_reason, ended_at FROM promotion_case;

DROP TABLE promotion_case;

ALTER TABLE new_promotion_case RENAME TO promotion_case;

CREATE UNIQUE INDEX one_open_case_per_person_and_target ON promotion_case (candidate_id, target_track, target_level) WHERE stage IN ('committee', 'competition', 'draft', 'mentoring', 'nominated', 'notice', 'review');

CREATE UNIQUE INDEX one_case_per_person_cycle_and_target ON promotion_case (candidate_id, cycle_id, target_track, target_level) WHERE cycle_id IS NOT NULL AND stage <> 'withdrawn';

CREATE INDEX promotion_case_by_effect_at ON promotion_case (effect_at);

CREATE UNIQUE INDEX one_draft_per_person_and_cycle ON promotion_case (candidate_id, cycle_id) WHERE nominated_as = 'cycle';

CREATE INDEX promotion_case_by_stuck_reason ON promotion_case (stuck_reason);

CREATE INDEX promotion_case_by_cycle_id ON promotion_case (cycle_id);

CREATE INDEX promotion_case_by_stage ON promotion_case (stage, id);

CREATE INDEX promotion_case_by_candidate_id ON promotion_case (candidate_id);

CREATE TABLE new_review_outcome (
    round_id INTEGER NOT NULL,
    published_at DATETIME NOT NULL,
    score DOUBLE,
    exact JSON NOT NULL,
    shown JSON NOT NULL,
    named JSON NOT NULL,
    CONSTRAINT review_outcome_key PRIMARY KEY (round_id),
    CONSTRAINT review_outcome_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id)
);

INSERT INTO new_review_outcome (round_id, published_at, score, exact, shown, named) SELECT round_id, published_at, score, exact, shown, '[]' FROM review_outcome;

DROP TABLE review_outcome;

ALTER TABLE new_review_outcome RENAME TO review_outcome;

CREATE TABLE new_review_request (
    id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    source VARCHAR(32) NOT NULL,
    rater_id INTEGER,
    contact_id INTEGER,
    link VARCHAR(32),
    state VARCHAR(32) NOT NULL,
    is_other_team BOOLEAN NOT NULL,
    declined_because TEXT,
    CONSTRAINT review_request_key PRIMARY KEY (id),
    CONSTRAINT one_form_per_rater_and_round UNIQUE (round_id, rater_id),
    CONSTRAINT one_form_per_customer_and_round UNIQUE (round_id, contact_id),
    CONSTRAINT a_link_opens_one_form UNIQUE (link),
    CONSTRAINT a_form_is_asked_of_a_colleague_or_a_customer CHECK ((rater_id IS NULL) <> (contact_id IS NULL)),
    CONSTRAINT only_customers_answer_by_link CHECK ((contact_id IS NULL) = (link IS NULL)),
    CONSTRAINT review_request_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT review_request_rater_id_exists FOREIGN KEY(rater_id) REFERENCES employee (id),
    CONSTRAINT review_request_contact_id_exists FOREIGN KEY(contact_id) REFERENCES review_contact (id)
);

INSERT INTO new_review_request (id, round_id, rater_id, source, state, is_other_team) SELECT id, round_id, rater_id, source, state, is_other_team FROM review_request;

DROP TABLE review_request;

ALTER TABLE new_review_request RENAME TO review_request;

CREATE INDEX review_request_by_rater_id ON review_request (rater_id);

CREATE INDEX review_request_by_contact ON review_request (contact_id);

CREATE TABLE new_score (
    entry_id INTEGER NOT NULL,
    judge_id INTEGER NOT NULL,
    round_number INTEGER NOT NULL,
    criterion VARCHAR(64) NOT NULL,
    value DOUBLE NOT NULL,
    CONSTRAINT score_key PRIMARY KEY (entry_id, judge_id, round_number, criterion),
    CONSTRAINT a_score_is_one_to_five CHECK (value BETWEEN 1 AND 5),
    CONSTRAINT score_entry_id_exists FOREIGN KEY(entry_id) REFERENCES entry (id),
    CONSTRAINT score_judge_id_exists FOREIGN KEY(judge_id) REFERENCES judge (id)
);

INSERT INTO new_score (entry_id, judge_id, criterion, value, round_number) SELECT entry_id, judge_id, criterion, value, 1 FROM score;

DROP TABLE score;

ALTER TABLE new_score RENAME TO score;

CREATE TABLE new_sealed_form (
    request_id INTEGER NOT NULL,
    sealed BLOB,
    draft BLOB,
    CONSTRAINT sealed_form_key PRIMARY KEY (request_id),
    CONSTRAINT a_form_says_something CHECK (sealed IS NOT NULL OR draft IS NOT NULL),
    CONSTRAINT sealed_form_request_id_exists FOREIGN KEY(request_id) REFERENCES review_request (id)
);

INSERT INTO new_sealed_form (request_id, sealed) SELECT request_id, sealed FROM sealed_form;

DROP TABLE sealed_form;

ALTER TABLE new_sealed_form RENAME TO sealed_form;

CREATE TABLE new_sealed_score (
    entry_id INTEGER NOT NULL,
    judge_id INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    is_doubted BOOLEAN NOT NULL,
    CONSTRAINT sealed_score_key PRIMARY KEY (entry_id, judge_id),
    CONSTRAINT sealed_score_entry_id_exists FOREIGN KEY(entry_id) REFERENCES entry (id),
    CONSTRAINT sealed_score_judge_id_exists FOREIGN KEY(judge_id) REFERENCES judge (id)
);

INSERT INTO new_sealed_score (entry_id, judge_id, sealed, is_doubted) SELECT entry_id, judge_id, sealed, false FROM sealed_score;

DROP TABLE sealed_score;

ALTER TABLE new_sealed_score RENAME TO sealed_score;

CREATE TABLE new_seat (
    id INTEGER NOT NULL,
    committee_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    is_alternate BOOLEAN NOT NULL,
    CONSTRAINT seat_key PRIMARY KEY (id),
    CONSTRAINT one_seat_per_member UNIQUE (committee_id, employee_id),
    CONSTRAINT seat_committee_id_exists FOREIGN KEY(committee_id) REFERENCES committee (id),
    CONSTRAINT seat_employee_id_exists FOREIGN KEY(employee_id) REFERENCES employee (id)
);

INSERT INTO new_seat (id, committee_id, employee_id, from_on, until_on, is_alternate) SELECT id, committee_id, employee_id, from_on, until_on, false FROM seat;

DROP TABLE seat;

ALTER TABLE new_seat RENAME TO seat;

CREATE UNIQUE INDEX one_open_task_per_fact_and_department ON task (subject_id, detail) WHERE kind = 'fix_data' AND state = 'open';

CREATE TABLE new_vote (
    id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    committee_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    seats INTEGER NOT NULL,
    recused INTEGER NOT NULL,
    entitled INTEGER NOT NULL,
    opened_at DATETIME NOT NULL,
    closes_at DATETIME NOT NULL,
    is_deviation BOOLEAN NOT NULL,
    is_extended BOOLEAN NOT NULL,
    closed_at DATETIME,
    result VARCHAR(32),
    tally JSON NOT NULL,
    CONSTRAINT vote_key PRIMARY KEY (id),
    CONSTRAINT votes_of_a_round_are_counted UNIQUE (round_id, number),
    CONSTRAINT vote_round_id_exists FOREIGN KEY(round_id) REFERENCES stage_round (id),
    CONSTRAINT vote_committee_id_exists FOREIGN KEY(committee_id) REFERENCES committee (id)
);

INSERT INTO new_vote (id, round_id, committee_id, number, seats, recused, entitled, opened_at, closes_at, is_extended, closed_at, result, tally, is_deviation) SELECT id, round_id, committee_id, number, seats, recused, entitled, opened_at, closes_at, is_extended, closed_at, result, tally, false FROM vote;

DROP TABLE vote;

ALTER TABLE new_vote RENAME TO vote;

CREATE UNIQUE INDEX one_open_vote_per_round ON vote (round_id) WHERE closed_at IS NULL;
