"""Templates of answers: a beginning that is still adapted, kept by an office."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..models import ReplyTemplate
from ..permissions.cases import check_can_keep_templates


@transaction.atomic
def save_template(
    *,
    agency: Agency,
    kind: str,
    title: str,
    text: str,
    template: ReplyTemplate | None = None,
    by: User,
    now: datetime,
) -> bool:
    """Add a template to an office, or change one of it; returns whether it was added."""
    check_can_keep_templates(by, agency, timezone.localdate(now))
    kept = template or ReplyTemplate(agency=agency)
    kept.kind, kept.title, kept.text = kind, title, text
    kept.save()
    record(
        act="feedback.save_template", by=by, obj=kept, agency=agency, now=now,
        data={"kind": kind, "added": template is None},
    )  # fmt: skip
    return template is None


@transaction.atomic
def delete_template(*, template: ReplyTemplate, by: User, now: datetime) -> bool:
    """Remove a template; a second click finds none. Answers written with it stay as they are."""
    check_can_keep_templates(by, template.agency, timezone.localdate(now))
    held = ReplyTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if held is None:
        return False
    record(act="feedback.delete_template", by=by, obj=held, agency=template.agency, now=now)
    held.delete()
    return True
