CREATE TRIGGER mail_text_is_append_only BEFORE UPDATE OR DELETE ON mail_text FOR EACH ROW EXECUTE FUNCTION refuse_change();
