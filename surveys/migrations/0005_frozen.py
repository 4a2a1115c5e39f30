"""Wordings by language; a published questionnaire never changes; words of a comment may be blackened."""

from django.db import migrations

WORDINGS = """
UPDATE surveys_questionnaire SET
    name = CASE WHEN code = 'sipas-2026' THEN 'Mức độ hài lòng tại quầy' ELSE code END,
    questions = (
        SELECT jsonb_agg(
            CASE WHEN question ? 'text_en' THEN question - 'text' - 'text_en' || jsonb_build_object(
                'text', jsonb_build_object('vi', question -> 'text', 'en', question -> 'text_en')
            ) ELSE question END ORDER BY place
        )
        FROM jsonb_array_elements(questions) WITH ORDINALITY AS listed (question, place)
    );
"""

FROZEN = """
CREATE FUNCTION surveys_questionnaire_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked surveys_questionnaire;
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state IN (OLD.state, 'retired') THEN
        -- Retiring is the only later act.
        asked := NEW;
        asked.state := OLD.state;
        IF asked IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a published questionnaire never changes'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER questionnaire_frozen BEFORE UPDATE OR DELETE ON surveys_questionnaire
    FOR EACH ROW EXECUTE FUNCTION surveys_questionnaire_frozen();
CREATE TRIGGER questionnaire_kept BEFORE TRUNCATE ON surveys_questionnaire
    FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse_change();

CREATE FUNCTION surveys_response_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    blackened surveys_response;
BEGIN
    -- Signs of a comment may become the black block; nothing else ever changes.
    blackened := NEW;
    blackened.comment := OLD.comment;
    IF blackened IS NOT DISTINCT FROM OLD AND char_length(NEW.comment) = char_length(OLD.comment) AND NOT EXISTS (
        SELECT FROM ROWS FROM (
            string_to_table(OLD.comment, NULL), string_to_table(NEW.comment, NULL)
        ) AS signs (old_sign, new_sign)
        WHERE new_sign <> old_sign AND new_sign <> '█'
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a response never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER response_frozen ON surveys_response;
CREATE TRIGGER response_frozen BEFORE UPDATE ON surveys_response
    FOR EACH ROW EXECUTE FUNCTION surveys_response_frozen();
CREATE TRIGGER redaction_frozen BEFORE UPDATE ON surveys_redaction
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER reattribution_frozen BEFORE UPDATE OR DELETE ON surveys_reattribution
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER deskdaymove_frozen BEFORE UPDATE ON surveys_deskdaymove
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
CREATE TRIGGER spenttoken_frozen BEFORE UPDATE ON surveys_spenttoken
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
"""

THAWED = """
DROP TRIGGER spenttoken_frozen ON surveys_spenttoken;
DROP TRIGGER deskdaymove_frozen ON surveys_deskdaymove;
DROP TRIGGER reattribution_frozen ON surveys_reattribution;
DROP TRIGGER redaction_frozen ON surveys_redaction;
DROP TRIGGER response_frozen ON surveys_response;
CREATE TRIGGER response_frozen BEFORE UPDATE ON surveys_response
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
DROP FUNCTION surveys_response_frozen();
DROP TRIGGER questionnaire_kept ON surveys_questionnaire;
DROP TRIGGER questionnaire_frozen ON surveys_questionnaire;
DROP FUNCTION surveys_questionnaire_frozen();
"""


class Migration(migrations.Migration):
    dependencies = (("surveys", "0004_asking"),)

    operations = (
        migrations.RunSQL(WORDINGS, migrations.RunSQL.noop),
        migrations.RunSQL(FROZEN, THAWED),
    )
