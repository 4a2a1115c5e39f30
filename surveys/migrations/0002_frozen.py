"""A citizen's response is never edited."""

from django.db import migrations

FROZEN = """
CREATE TRIGGER response_frozen BEFORE UPDATE ON surveys_response
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER response_kept BEFORE TRUNCATE ON surveys_response
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
"""

THAWED = """
DROP TRIGGER response_frozen ON surveys_response;
DROP TRIGGER response_kept ON surveys_response;
"""


class Migration(migrations.Migration):
    dependencies = (("surveys", "0001_initial"), ("audit", "0001_initial"))

    operations = (migrations.RunSQL(FROZEN, THAWED),)
