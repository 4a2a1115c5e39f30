"""Proofs of consent, their texts and the steps of a case are only added to; a signed letter stays as it is."""

from django.db import migrations

ADDED_TO = ("consent", "consenttext", "caseevent")

FROZEN = (
    "\n".join(
        f"""
CREATE TRIGGER {name}_frozen BEFORE UPDATE OR DELETE ON feedback_{name}
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER {name}_kept BEFORE TRUNCATE ON feedback_{name}
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
"""
        for name in ADDED_TO
    )
    + """
CREATE FUNCTION feedback_apology_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked feedback_apology;
BEGIN
    IF OLD.signed_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state IN ('signed', 'delivered') THEN
        -- How it reached the citizen is the only later fact. A change of keys seals the letter anew; its hash
        -- proves that it says the same.
        asked := NEW;
        asked.state := OLD.state;
        asked.sealed_letter := OLD.sealed_letter;
        asked.way := OLD.way;
        asked.delivered_on := OLD.delivered_on;
        asked.revision := OLD.revision;
        IF asked IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a signed letter never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER apology_frozen BEFORE UPDATE OR DELETE ON feedback_apology
    FOR EACH ROW EXECUTE FUNCTION feedback_apology_frozen();
CREATE TRIGGER apology_kept BEFORE TRUNCATE ON feedback_apology
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
"""
)

THAWED = """
DROP TRIGGER apology_kept ON feedback_apology;
DROP TRIGGER apology_frozen ON feedback_apology;
DROP FUNCTION feedback_apology_frozen();
""" + "\n".join(
    f"DROP TRIGGER {name}_{what} ON feedback_{name};" for name in ADDED_TO for what in ("kept", "frozen")
)


class Migration(migrations.Migration):
    dependencies = (("feedback", "0001_initial"), ("audit", "0001_initial"))

    operations = (migrations.RunSQL(FROZEN, THAWED),)
