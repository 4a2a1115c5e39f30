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

CREATE FUNCTION catalogue_local_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM models_catalog_itemgroup g
        WHERE g.id = NEW.group_id AND g.adoption_id IS NOT NULL
          AND g.number <= (SELECT count(*) FROM models_catalog_item i WHERE i.group_id = g.id)
    ) THEN
        RAISE EXCEPTION 'local items never change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER local_group_frozen BEFORE UPDATE OR DELETE ON models_catalog_itemgroup
    FOR EACH ROW EXECUTE FUNCTION catalogue_local_frozen();
CREATE TRIGGER local_item_frozen BEFORE UPDATE OR DELETE ON models_catalog_item
    FOR EACH ROW EXECUTE FUNCTION catalogue_local_frozen();
-- A group takes as many items as its number says, when it is written, and none afterwards.
CREATE TRIGGER local_item_full BEFORE INSERT OR UPDATE OF group_id ON models_catalog_item
    FOR EACH ROW EXECUTE FUNCTION catalogue_local_full();
"""

THAWED = """
DROP FUNCTION catalogue_local_frozen() CASCADE;
DROP FUNCTION catalogue_local_full() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = (("models_catalog", "0003_local_items"),)

    operations = (migrations.RunSQL(FROZEN, THAWED),)
