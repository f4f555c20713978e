CREATE TRIGGER mail_text_is_append_only_update BEFORE UPDATE ON mail_text BEGIN SELECT RAISE(ABORT, 'mail_text is append-only'); END;

CREATE TRIGGER mail_text_is_append_only_delete BEFORE DELETE ON mail_text BEGIN SELECT RAISE(ABORT, 'mail_text is append-only'); END;
