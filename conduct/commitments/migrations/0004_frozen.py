"""Scans, steps of promises and the ledger are only ever added to."""

from django.db import migrations

FROZEN = "\n".join(
    f"""
CREATE TRIGGER {name}_frozen BEFORE UPDATE OR DELETE ON commitments_{name}
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER {name}_kept BEFORE TRUNCATE ON commitments_{name}
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
"""
    for name in ("signedsheet", "promisechange", "ledgerentry")
)

THAWED = "\n".join(
    f"DROP TRIGGER {name}_{what} ON commitments_{name};"
    for name in ("signedsheet", "promisechange", "ledgerentry")
    for what in ("frozen", "kept")
)


class Migration(migrations.Migration):
    dependencies = (("commitments", "0003_living_by_the_code"),)

    operations = (migrations.RunSQL(FROZEN, THAWED),)
