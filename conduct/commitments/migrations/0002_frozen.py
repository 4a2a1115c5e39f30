"""A pledge never changes: neither its text nor the fact that it was signed."""

from django.db import migrations

FROZEN = """
CREATE TRIGGER pledge_frozen BEFORE UPDATE OR DELETE ON commitments_pledge
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER pledge_kept BEFORE TRUNCATE ON commitments_pledge
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
"""

THAWED = """
DROP TRIGGER pledge_frozen ON commitments_pledge;
DROP TRIGGER pledge_kept ON commitments_pledge;
"""


class Migration(migrations.Migration):
    dependencies = (("commitments", "0001_initial"), ("audit", "0001_initial"))

    operations = (migrations.RunSQL(FROZEN, THAWED),)
