"""Codes, paper, reasons for not signing; journal, promises, undertakings, savings, printed registers."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import conduct.commitments.models.campaigns

# Pledges signed before there were codes get one. What was signed stays as it is: only the owner of the table can
# rest the trigger, and only this column is written. 20 hexadecimal digits are signs of a code too.
CODES = """
ALTER TABLE commitments_pledge DISABLE TRIGGER pledge_frozen;
UPDATE commitments_pledge SET code = upper(left(replace(gen_random_uuid()::text, '-', ''), 20));
ALTER TABLE commitments_pledge ENABLE TRIGGER pledge_frozen;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_treasurer"),
        ("commitments", "0002_frozen"),
        ("models_catalog", "0003_local_items"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Beneficiary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("village", models.CharField(max_length=160, verbose_name="village or neighbourhood")),
                ("name_sealed", models.BinaryField(blank=True, default=bytes)),
                ("need", models.CharField(blank=True, max_length=400, verbose_name="what is needed")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("going_on", "Going on"),
                            ("left_poverty", "Left poverty"),
                            ("reached", "Goal reached"),
                            ("stopped", "Stopped"),
                        ],
                        default="going_on",
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("outcome_on", models.DateField(blank=True, null=True)),
                ("outcome_note", models.CharField(blank=True, max_length=400, verbose_name="note")),
            ],
            options={
                "verbose_name": "beneficiary",
                "verbose_name_plural": "beneficiaries",
            },
        ),
        migrations.CreateModel(
            name="Support",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("task", models.CharField(blank=True, max_length=400, verbose_name="what the unit does")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "support",
            },
        ),
        migrations.CreateModel(
            name="Undertaking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("village", "Villages and neighbourhoods"),
                            ("poor_household", "Poor households"),
                            ("policy_family", "Policy families"),
                        ],
                        max_length=14,
                        verbose_name="who is helped",
                    ),
                ),
                (
                    "decision_number",
                    models.CharField(blank=True, max_length=80, verbose_name="decision number"),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "undertaking",
            },
        ),
        migrations.AddField(
            model_name="pledge",
            name="code",
            field=models.CharField(max_length=20, null=True, editable=False),
        ),
        migrations.RunSQL(CODES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="pledge",
            name="code",
            field=models.CharField(
                default=conduct.commitments.models.campaigns.new_code,
                editable=False,
                max_length=20,
                unique=True,
            ),
        ),
        migrations.AddField(
            model_name="pledge",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pledge",
            name="note",
            field=models.CharField(blank=True, max_length=500, verbose_name="note"),
        ),
        migrations.AlterField(
            model_name="pledge",
            name="method",
            field=models.CharField(
                choices=[
                    ("password", "Password entered again"),
                    ("passkey", "Passkey"),
                    ("paper", "On paper"),
                    ("on_behalf", "On behalf of the person"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Help",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("what", models.CharField(max_length=400, verbose_name="what was done")),
                (
                    "value",
                    models.PositiveBigIntegerField(blank=True, null=True, verbose_name="value in đồng"),
                ),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "help",
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("was_kept", models.BooleanField(verbose_name="kept")),
                ("text", models.CharField(max_length=600, verbose_name="what happened")),
                ("remedy", models.CharField(blank=True, max_length=600, verbose_name="remedy")),
                ("remedy_by", models.DateField(blank=True, null=True, verbose_name="to be put right by")),
                ("was_remedied", models.BooleanField(blank=True, null=True, verbose_name="put right")),
                ("followed_up_on", models.DateField(blank=True, null=True)),
                ("follow_up", models.TextField(blank=True, verbose_name="how it went")),
                ("written_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="models_catalog.item",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.posting"
                    ),
                ),
            ],
            options={
                "verbose_name": "journal entry",
            },
        ),
        migrations.CreateModel(
            name="NotSigning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("excused", "Excused"), ("declined", "Declined")], max_length=8
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("stated_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="not_signing",
                        to="commitments.campaign",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.posting"
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reason for not signing",
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=400, verbose_name="what was promised")),
                ("dossier_code", models.CharField(blank=True, max_length=60, verbose_name="dossier code")),
                ("name_sealed", models.BinaryField(blank=True, default=bytes)),
                ("contact_sealed", models.BinaryField(blank=True, default=bytes)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(verbose_name="due")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("kept", "Kept"),
                            ("kept_late", "Kept late"),
                            ("broken", "Broken, with an apology"),
                            ("withdrawn", "Withdrawn by the citizen"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="outcome",
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("apology", models.CharField(blank=True, max_length=600, verbose_name="apology")),
                ("withdrawal_code", models.CharField(blank=True, max_length=64)),
                ("withdrawal_asked_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawal_reason", models.CharField(blank=True, max_length=500)),
                ("was_broken", models.BooleanField(default=False, help_text="ended as broken at some time")),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.posting"
                    ),
                ),
            ],
            options={
                "verbose_name": "promise",
            },
        ),
        migrations.CreateModel(
            name="PromiseChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("kept", "Kept"),
                            ("kept_late", "Kept late"),
                            ("broken", "Broken, with an apology"),
                            ("withdrawn", "Withdrawn by the citizen"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("kept", "Kept"),
                            ("kept_late", "Kept late"),
                            ("broken", "Broken, with an apology"),
                            ("withdrawn", "Withdrawn by the citizen"),
                        ],
                        max_length=9,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_code", models.BooleanField(default=False, help_text="the citizen's code was given")),
                ("reason", models.CharField(blank=True, max_length=600)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "promise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="commitments.promise",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a promise",
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="RegisterPrint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Being made"),
                            ("done", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("n_done", models.PositiveIntegerField(default=0)),
                ("n_all", models.PositiveIntegerField(default=0)),
                ("worker", models.CharField(blank=True, max_length=60)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("n_tries", models.PositiveSmallIntegerField(default=0)),
                ("file", models.FileField(blank=True, upload_to="registers/%Y/")),
                ("n_bytes", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prints",
                        to="commitments.campaign",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "printed register",
            },
        ),
        migrations.CreateModel(
            name="SavingsPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("purpose", models.CharField(max_length=400, verbose_name="purpose")),
                (
                    "decision_number",
                    models.CharField(blank=True, max_length=80, verbose_name="decision number"),
                ),
                ("opened_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "savings plan",
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contribution", "Contribution"),
                            ("spending", "Spending"),
                            ("reversal", "Reversal"),
                        ],
                        max_length=12,
                    ),
                ),
                ("month", models.DateField(help_text="first day of the month it belongs to")),
                (
                    "amount",
                    models.BigIntegerField(
                        help_text="money in is positive, money out negative", verbose_name="đồng"
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="what for")),
                ("batch", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="commitments.ledgerentry",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="commitments.savingsplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger entry",
            },
        ),
        migrations.CreateModel(
            name="SavingsRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("can_bo", "Elected official (cán bộ)"),
                            ("cong_chuc", "Civil servant (công chức)"),
                            ("vien_chuc", "Public employee (viên chức)"),
                            ("hop_dong", "Contract worker"),
                        ],
                        max_length=12,
                        verbose_name="staff category",
                    ),
                ),
                ("amount", models.PositiveIntegerField(verbose_name="đồng a month")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="commitments.savingsplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "monthly amount",
            },
        ),
        migrations.CreateModel(
            name="SignedSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to="signed-sheets/%Y/")),
                ("sha256", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=40)),
                ("n_bytes", models.PositiveIntegerField()),
                ("n_pages", models.PositiveSmallIntegerField()),
                ("uploaded_at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="commitments.campaign",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "signed sheet",
            },
        ),
        migrations.AddField(
            model_name="pledge",
            name="sheet",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pledges",
                to="commitments.signedsheet",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method", "paper"), ("sheet__isnull", False)),
                    models.Q(models.Q(("method", "paper"), _negated=True), ("sheet__isnull", True)),
                    _connector="OR",
                ),
                name="paper_pledge_has_its_scan",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method", "on_behalf"), _negated=True),
                    models.Q(("entered_by__isnull", False), models.Q(("note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="pledge_on_behalf_says_who_and_why",
            ),
        ),
        migrations.AddField(
            model_name="support",
            name="beneficiary",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supports",
                to="commitments.beneficiary",
            ),
        ),
        migrations.AddField(
            model_name="support",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="help",
            name="support",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="helps", to="commitments.support"
            ),
        ),
        migrations.AddField(
            model_name="undertaking",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="undertaking",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="beneficiary",
            name="undertaking",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="beneficiaries",
                to="commitments.undertaking",
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["posting", "on"], name="journal_by_day"),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                condition=models.Q(
                    ("was_kept", False),
                    models.Q(("was_remedied__isnull", True), ("was_remedied", False), _connector="OR"),
                ),
                fields=["remedy_by"],
                name="remedies_to_follow_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("remedy", ""), ("remedy_by__isnull", True), ("was_kept", True)),
                    models.Q(
                        ("remedy_by__isnull", False),
                        ("was_kept", False),
                        models.Q(("remedy", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="slip_names_its_remedy",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("was_remedied__isnull", True),
                    models.Q(("followed_up_on__isnull", False), ("was_kept", False)),
                    _connector="OR",
                ),
                name="follow_up_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("submitted_at__isnull", True), ("was_kept", False), _connector="OR"),
                name="only_slips_are_submitted",
            ),
        ),
        migrations.AddConstraint(
            model_name="notsigning",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("campaign", "posting"),
                name="posting_gives_one_reason_for_not_signing",
            ),
        ),
        migrations.AddConstraint(
            model_name="notsigning",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="not_signing_says_why"
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["posting", "due_at"], name="promise_by_due_time"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("outcome", "open")), fields=["due_at"], name="open_promise_by_due_time"
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("withdrawal_asked_at__isnull", False)),
                fields=["posting"],
                name="promise_with_withdrawal_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawal_code", ""), _negated=True),
                fields=("posting", "withdrawal_code"),
                name="promise_is_made_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("made_at"))), name="promise_is_due_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("outcome", "open")),
                    models.Q(models.Q(("outcome", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="ended_promise_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "broken"), _negated=True),
                    models.Q(("apology", ""), _negated=True),
                    _connector="OR",
                ),
                name="broken_promise_has_an_apology",
            ),
        ),
        migrations.AddIndex(
            model_name="registerprint",
            index=models.Index(fields=["state", "lease_until"], name="register_to_print"),
        ),
        migrations.AddConstraint(
            model_name="savingsplan",
            constraint=models.UniqueConstraint(
                fields=("agency", "year"), name="agency_has_one_savings_plan_a_year"
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["plan", "month"], name="ledger_by_month"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                fields=("batch", "person"), name="batch_is_entered_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="ledger_month_is_its_first_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gt", 0),
                        ("kind", "contribution"),
                        ("person__isnull", False),
                        ("reverses__isnull", True),
                    ),
                    models.Q(
                        ("amount__lt", 0),
                        ("kind", "spending"),
                        ("person__isnull", True),
                        ("reverses__isnull", True),
                    ),
                    models.Q(
                        ("kind", "reversal"),
                        ("reverses__isnull", False),
                        models.Q(("amount", 0), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="ledger_entry_fits_its_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="savingsrate",
            constraint=models.UniqueConstraint(
                fields=("plan", "category"), name="plan_has_one_amount_a_category"
            ),
        ),
        migrations.AddConstraint(
            model_name="savingsrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="monthly_amount_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="signedsheet",
            constraint=models.UniqueConstraint(
                fields=("campaign", "sha256"), name="campaign_keeps_a_scan_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.UniqueConstraint(
                fields=("beneficiary", "unit"), name="unit_helps_a_beneficiary_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="support_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="undertaking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="undertaking_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="undertaking",
            constraint=models.UniqueConstraint(
                fields=("agency", "name", "starts_on"), name="agency_opens_an_undertaking_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="beneficiary",
            constraint=models.UniqueConstraint(
                fields=("undertaking", "code"), name="undertaking_names_a_beneficiary_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="beneficiary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "going_on"), ("outcome_on__isnull", True)),
                    models.Q(models.Q(("outcome", "going_on"), _negated=True), ("outcome_on__isnull", False)),
                    _connector="OR",
                ),
                name="outcome_says_when",
            ),
        ),
    ]
