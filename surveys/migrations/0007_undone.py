"""A re-attribution can be undone, once and for good."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FROZEN = """
CREATE TRIGGER reattributionundone_frozen BEFORE UPDATE OR DELETE ON surveys_reattributionundone
    FOR EACH ROW EXECUTE FUNCTION cm_refuse_change();
"""
THAWED = "DROP TRIGGER reattributionundone_frozen ON surveys_reattributionundone;"


class Migration(migrations.Migration):
    dependencies = (
        ("surveys", "0006_month_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="ReattributionUndone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reattribution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone",
                        to="surveys.reattribution",
                    ),
                ),
            ],
            options={"verbose_name": "re-attribution undone"},
        ),
        migrations.RunSQL(FROZEN, THAWED),
    )
