"""Runs and lanes of the roll-up, seals of closed months, draft schemes and what they would change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_delegations"),
        ("scores", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RollUpRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("night", "Every night"),
                            ("asked", "Asked for on the page"),
                            ("command", "From the command line"),
                            ("closing", "Closing of a month"),
                            ("reopening", "Reopening of a month"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "lane",
                    models.CharField(choices=[("prompt", "At once"), ("bulk", "In bulk")], max_length=6),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("cancelled", "Cancelled"),
                            ("finished", "Finished"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("first_month", models.DateField()),
                ("last_month", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("n_chunks", models.PositiveIntegerField(default=0)),
                ("n_done", models.PositiveIntegerField(default=0)),
                ("n_failed", models.PositiveIntegerField(default=0)),
                ("n_rows", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("month", models.DateField()),
                ("sealed_at", models.DateTimeField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("rows_sha256", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("n_persons", models.PositiveIntegerField()),
                ("n_counts", models.PositiveIntegerField()),
                ("n_agencies", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="WhatIf",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.JSONField()),
                ("first_month", models.DateField()),
                ("last_month", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("worker", models.CharField(blank=True, max_length=60)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("n_tries", models.PositiveSmallIntegerField(default=0)),
                ("n_all", models.PositiveIntegerField(default=0)),
                ("n_done", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=100)),
                ("result", models.JSONField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="rollupchunk",
            name="is_prompt",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="scheme",
            name="based_on",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="scores.scheme",
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="scheme",
            name="keeper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="revision",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="scheme",
            name="state",
            field=models.CharField(
                choices=[("draft", "Draft"), ("published", "Published")], default="published", max_length=10
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "published"),
                    models.Q(("based_on__isnull", False), ("keeper__isnull", False)),
                    _connector="OR",
                ),
                name="draft_scheme_has_a_keeper",
            ),
        ),
        migrations.AddField(
            model_name="rolluprun",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rolluprun",
            name="root",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="rollupchunk",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="scores.rolluprun",
            ),
        ),
        migrations.AddIndex(
            model_name="rollupchunk",
            index=models.Index(
                condition=models.Q(
                    ("finished_from__isnull", True),
                    ("requested_at__gt", models.F("finished_from")),
                    _connector="OR",
                ),
                fields=["run"],
                name="chunk_still_due_in_a_run",
            ),
        ),
        migrations.AddField(
            model_name="seal",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="whatif",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="whatif",
            name="root",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="whatif",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="scores.scheme"
            ),
        ),
        migrations.AddIndex(
            model_name="rolluprun",
            index=models.Index(fields=["-asked_at"], name="roll_up_run_newest"),
        ),
        migrations.AddConstraint(
            model_name="rolluprun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_month__day", 1),
                    ("last_month__day", 1),
                    ("last_month__gte", models.F("first_month")),
                ),
                name="run_spans_whole_months",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolluprun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state__in", ("running", "paused"))),
                    models.Q(("finished_at__isnull", False), ("state__in", ("cancelled", "finished"))),
                    _connector="OR",
                ),
                name="ended_run_says_when",
            ),
        ),
        migrations.AddIndex(
            model_name="seal",
            index=models.Index(fields=["office", "month"], name="seal_by_month"),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.UniqueConstraint(
                fields=("office", "number"), name="office_has_one_seal_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 1), ("previous", "")),
                    models.Q(("number__gt", 1), models.Q(("previous", ""), _negated=True)),
                    _connector="OR",
                ),
                name="only_the_first_seal_has_none_before_it",
            ),
        ),
        migrations.AddIndex(
            model_name="whatif",
            index=models.Index(fields=["expires_at"], name="what_if_by_expiry"),
        ),
    ]
