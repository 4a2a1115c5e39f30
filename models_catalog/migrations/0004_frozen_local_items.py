"""What an office added to a model stays as it was decided: another wording is another adoption."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION catalogue_local_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    local_group bigint;
BEGIN
    IF TG_TABLE_NAME = 'models_catalog_itemgroup' THEN
        local_group := CASE WHEN OLD.adoption_id IS NULL THEN NULL ELSE OLD.id END;
    ELSE
        SELECT id INTO local_group FROM models_catalog_itemgroup
        WHERE id = OLD.group_id AND adoption_id IS NOT NULL;
    END IF;
    IF local_group IS NOT NULL THEN
        RAISE EXCEPTION 'local items never change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER local_group_frozen BEFORE UPDATE OR DELETE ON models_catalog_itemgroup
    FOR EACH ROW EXECUTE FUNCTION catalogue_local_frozen();
CREATE TRIGGER local_item_frozen BEFORE UPDATE OR DELETE ON models_catalog_item
    FOR EACH ROW EXECUTE FUNCTION catalogue_local_frozen();
"""


class Migration(migrations.Migration):
    dependencies = (("models_catalog", "0003_local_items"),)

    operations = (migrations.RunSQL(FROZEN, "DROP FUNCTION catalogue_local_frozen() CASCADE"),)
