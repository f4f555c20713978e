CREATE INDEX task_by_kind ON task (kind) WHERE state = 'open';
