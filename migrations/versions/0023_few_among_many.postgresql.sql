CREATE INDEX promotion_case_by_post ON promotion_case (target_post, target_level, target_track) WHERE ended_at IS NULL;

CREATE INDEX promotion_case_by_new_stuck_reason ON promotion_case (stuck_reason) WHERE stuck_reason IS NOT NULL;

CREATE INDEX promotion_case_by_pending ON promotion_case (cycle_id) WHERE pending IS NOT NULL;

CREATE INDEX approval_step_by_asked_for_id ON approval_step (asked_for_id) WHERE asked_for_id IS NOT NULL;

CREATE INDEX task_by_role ON task (role) WHERE role IS NOT NULL;

CREATE INDEX inbox_by_substitute ON inbox (on_behalf_of_id) WHERE on_behalf_of_id IS NOT NULL;

DROP INDEX promotion_case_by_stuck_reason;

ALTER INDEX promotion_case_by_new_stuck_reason RENAME TO promotion_case_by_stuck_reason;
