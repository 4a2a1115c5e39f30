"""What is published, confirmed, decided or sent never changes; a later row replaces it (Điều 21.3, 24)."""

from django.db import migrations

# Table: the columns that may still be written, and when a row is frozen.
FROZEN_BUT = {
    "ratingscheme": ("OLD.state <> 'draft'", ("state", "valid_to", "revision", "edited_by_id")),
    "result": ("TRUE", ("replaced_by_id",)),
    "organisationclass": ("TRUE", ("replaced_by_id",)),
    "conclusion": ("TRUE", ("withdrawn_at", "withdrawn_by_id", "withdrawn_reason")),
    "yearmeeting": ("OLD.signed_at IS NOT NULL", ()),
    "yeardecision": ("TRUE", ("published_at",)),
    "yearrating": ("OLD.state = 'decided'", ("replaced_by_id", "notified_at", "seen_at", "revision")),
    "petition": ("OLD.state = 'answered'", ()),
    "sheetevent": ("TRUE", ()),
    "resultexport": ("TRUE", ()),
    "taskimport": ("OLD.confirmed_at IS NOT NULL", ()),
}

REFUSE = """
CREATE FUNCTION ratings_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - TG_ARGV::text[] = to_jsonb(OLD) - TG_ARGV::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'this record never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON ratings_{table}
    FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION ratings_refuse_change({", ".join(repr(name) for name in but)});
CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON ratings_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
"""
    for table, (when, but) in FROZEN_BUT.items()
)
THAWED = "DROP FUNCTION ratings_refuse_change() CASCADE;" + "".join(
    f"DROP TRIGGER {table}_kept ON ratings_{table};" for table in FROZEN_BUT
)


class Migration(migrations.Migration):
    dependencies = (("ratings", "0001_initial"), ("audit", "0001_initial"))

    operations = (migrations.RunSQL(REFUSE + TRIGGERS, THAWED),)
