"""Posters on the wall."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_treasurer"),
        ("models_catalog", "0003_local_items"),
        ("surveys", "0002_frozen"),
    ]

    operations = [
        migrations.CreateModel(
            name="Poster",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(max_length=200, verbose_name="where it hangs")),
                (
                    "paper",
                    models.CharField(
                        choices=[("a3", "A3"), ("a4", "A4")], default="a3", max_length=2, verbose_name="paper"
                    ),
                ),
                ("hung_on", models.DateField(verbose_name="hung on")),
                ("check_by", models.DateField(verbose_name="to be checked by")),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="checked on")),
                (
                    "condition",
                    models.CharField(
                        choices=[("good", "Good"), ("damaged", "Damaged"), ("missing", "Missing")],
                        default="good",
                        max_length=7,
                        verbose_name="condition",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("removed_on", models.DateField(blank=True, null=True, verbose_name="taken down on")),
                (
                    "adoption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="models_catalog.adoption",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.servicepoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "poster",
                "indexes": [models.Index(fields=["agency", "check_by"], name="posters_to_check")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removed_on__isnull", True),
                            ("removed_on__gte", models.F("hung_on")),
                            _connector="OR",
                        ),
                        name="poster_is_taken_down_after_it_was_hung",
                    )
                ],
            },
        ),
    ]
