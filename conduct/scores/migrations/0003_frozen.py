"""Seals are only added to; a published scheme never changes, save for the day on which it ends."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION scores_scheme_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked scores_scheme;
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        asked := NEW;
        asked.valid_to := OLD.valid_to;
        IF asked IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a published scheme never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER scheme_frozen BEFORE UPDATE OR DELETE ON scores_scheme
    FOR EACH ROW EXECUTE FUNCTION scores_scheme_frozen();
CREATE TRIGGER scheme_kept BEFORE TRUNCATE ON scores_scheme
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER seal_frozen BEFORE UPDATE OR DELETE ON scores_seal
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER seal_kept BEFORE TRUNCATE ON scores_seal
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
"""

THAWED = """
DROP TRIGGER seal_kept ON scores_seal;
DROP TRIGGER seal_frozen ON scores_seal;
DROP TRIGGER scheme_kept ON scores_scheme;
DROP TRIGGER scheme_frozen ON scores_scheme;
DROP FUNCTION scores_scheme_frozen();
"""


class Migration(migrations.Migration):
    dependencies = (("scores", "0002_runs_seals_what_if"), ("audit", "0001_initial"))

    operations = (migrations.RunSQL(FROZEN, THAWED),)
