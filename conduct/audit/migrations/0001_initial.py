"""The ground every other table stands on: extensions, rights of the three roles, frozen rows, the audit trail."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models

GRANTS = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cm_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO cm_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO cm_read;
GRANT SELECT ON django_migrations TO cm_app, cm_read;
"""

FROZEN = """
CREATE FUNCTION cm_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

AUDIT_TRIGGERS = """
CREATE TRIGGER audit_frozen BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER audit_kept BEFORE TRUNCATE ON audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
REVOKE UPDATE, DELETE ON audit_auditevent FROM cm_app;
"""


class Migration(migrations.Migration):
    initial = True
    # Default grants reach only tables that come later, so this migration must be the first of all.
    run_before = (("contenttypes", "0001_initial"),)
    dependencies = ()

    operations = (
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        BtreeGistExtension(),
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(FROZEN, "DROP FUNCTION cm_refuse_change()"),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("act", models.CharField(db_index=True, max_length=60)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_name", models.CharField(blank=True, max_length=200)),
                ("agency_id", models.BigIntegerField(blank=True, db_index=True, null=True)),
                ("agency_name", models.CharField(blank=True, max_length=250)),
                ("object_type", models.CharField(max_length=60)),
                ("object_id", models.CharField(max_length=60)),
                ("object_name", models.CharField(blank=True, max_length=300)),
                ("reason", models.TextField(blank=True)),
                ("data", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "audit event",
                "ordering": ("-at", "-id"),
                "indexes": [models.Index(fields=["object_type", "object_id"], name="audit_object")],
            },
        ),
        migrations.RunSQL(AUDIT_TRIGGERS, migrations.RunSQL.noop),
    )
