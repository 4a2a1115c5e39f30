"""A published version, its groups and its items never change, whoever asks: the database refuses."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION catalogue_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked models_catalog_modelversion;
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state IN (OLD.state, 'retired') THEN
        -- Retiring and naming the version it was merged into are the only later acts.
        asked := NEW;
        asked.state := OLD.state;
        asked.merged_into_id := OLD.merged_into_id;
        IF asked IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION catalogue_group_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM models_catalog_modelversion v
        WHERE v.state <> 'draft'
          AND (TG_OP <> 'INSERT' AND v.id = OLD.version_id OR TG_OP <> 'DELETE' AND v.id = NEW.version_id)
    ) THEN
        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION catalogue_item_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM models_catalog_itemgroup g
        JOIN models_catalog_modelversion v ON v.id = g.version_id
        WHERE v.state <> 'draft'
          AND (TG_OP <> 'INSERT' AND g.id = OLD.group_id OR TG_OP <> 'DELETE' AND g.id = NEW.group_id)
    ) THEN
        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER version_frozen BEFORE UPDATE OR DELETE ON models_catalog_modelversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_version_frozen();
CREATE TRIGGER group_frozen BEFORE INSERT OR UPDATE OR DELETE ON models_catalog_itemgroup
    FOR EACH ROW EXECUTE FUNCTION catalogue_group_frozen();
CREATE TRIGGER item_frozen BEFORE INSERT OR UPDATE OR DELETE ON models_catalog_item
    FOR EACH ROW EXECUTE FUNCTION catalogue_item_frozen();
CREATE TRIGGER version_kept BEFORE TRUNCATE ON models_catalog_modelversion
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER group_kept BEFORE TRUNCATE ON models_catalog_itemgroup
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER item_kept BEFORE TRUNCATE ON models_catalog_item
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();
"""

THAWED = """
DROP FUNCTION catalogue_version_frozen() CASCADE;
DROP FUNCTION catalogue_group_frozen() CASCADE;
DROP FUNCTION catalogue_item_frozen() CASCADE;
DROP TRIGGER version_kept ON models_catalog_modelversion;
DROP TRIGGER group_kept ON models_catalog_itemgroup;
DROP TRIGGER item_kept ON models_catalog_item;
"""


class Migration(migrations.Migration):
    dependencies = (("models_catalog", "0001_initial"), ("audit", "0001_initial"))

    operations = (migrations.RunSQL(FROZEN, THAWED),)
