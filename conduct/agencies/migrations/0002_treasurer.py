"""The role of the treasurer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("staff", "Staff"),
                    ("supervisor", "Supervisor"),
                    ("head", "Head"),
                    ("inspector", "Inspector"),
                    ("office_admin", "Office administrator"),
                    ("treasurer", "Treasurer"),
                    ("catalogue_editor", "Catalogue editor"),
                    ("auditor", "Auditor"),
                    ("system_admin", "System administrator"),
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
    ]
