"""Local items, audiences and replacements of adoptions; keepers of models; edited drafts."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_treasurer"),
        ("models_catalog", "0002_frozen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="adoption",
            name="audience",
            field=models.CharField(
                choices=[
                    ("all", "All staff"),
                    ("front_desk", "Staff who serve citizens"),
                    ("categories", "Some staff categories"),
                ],
                default="all",
                max_length=10,
                verbose_name="for which staff",
            ),
        ),
        migrations.AddField(
            model_name="adoption",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("can_bo", "Elected official (cán bộ)"),
                        ("cong_chuc", "Civil servant (công chức)"),
                        ("vien_chuc", "Public employee (viên chức)"),
                        ("hop_dong", "Contract worker"),
                    ],
                    max_length=12,
                ),
                blank=True,
                default=list,
            ),
        ),
        migrations.AddField(
            model_name="adoption",
            name="keeps_signatures",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="adoption",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="models_catalog.adoption",
            ),
        ),
        migrations.AddField(
            model_name="conductmodel",
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
            model_name="itemgroup",
            name="adoption",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="local_groups",
                to="models_catalog.adoption",
            ),
        ),
        migrations.AddField(
            model_name="modelversion",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="modelversion",
            name="revision",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="itemgroup",
            name="version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="groups",
                to="models_catalog.modelversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience", "categories"), ("categories", []), _connector="XOR"),
                name="adoption_names_categories_where_it_is_for_some",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemgroup",
            constraint=models.UniqueConstraint(
                fields=("adoption", "position"), name="local_group_has_its_own_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="itemgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__isnull", True), ("adoption__isnull", True), _connector="XOR"),
                name="group_is_of_a_version_or_of_an_adoption",
            ),
        ),
    ]
