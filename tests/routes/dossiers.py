"""Visits of dossiers, of lists brought in, and of letters of apology."""

from django.utils import timezone

from conduct.dossiers.models import Dossier, DossierImport
from conduct.feedback.models import Apology, Case
from tests.routes.objects import A_FILE, LEADS_ON, Visit, lan, office


def dossier() -> tuple[int]:
    """The newest dossier of Lan's agency."""
    return (Dossier.objects.filter(agency=lan().agency).order_by("-received_on", "-pk")[0].pk,)


def brought_in(*states: str) -> tuple[int]:
    """The newest list of Lan's office that stands so; any where there is none."""
    here = DossierImport.objects.filter(agency__in=(lan().agency, office())).order_by("-asked_at", "-pk")
    found = here.filter(state__in=states).first() or here[0]
    return (found.pk,)


def refused() -> tuple[int]:
    return brought_in("refused")


def uploaded() -> tuple[int]:
    return brought_in("uploaded")


def letter(*states: str) -> tuple[int]:
    """A letter of Lan's office for a dossier that stands so; any where there is none."""
    here = Apology.objects.filter(office=office(), kind=Apology.Kind.OVERDUE).order_by("-owed_on", "-pk")
    found = here.filter(state__in=states).first() or here[0]
    return (found.pk,)


def unsigned() -> tuple[int]:
    return letter("ready", "owed")


def ready() -> tuple[int]:
    return letter("ready")


def signed() -> tuple[int]:
    return letter("signed")


def in_time() -> tuple[int]:
    """A letter for a dossier that is not late yet; any where there is none."""
    here = Apology.objects.filter(office=office(), state__in=("owed", "ready"))
    found = here.filter(dossier__due_on__gte=timezone.localdate()).order_by("-pk").first()
    return (found.pk,) if found else unsigned()


def upheld() -> tuple[int]:
    """A remark that was right; one without a letter where there is one."""
    here = Case.objects.filter(agency=office(), is_upheld=True, erased_at=None, subjects=None).order_by("-pk")
    written = Apology.objects.filter(case__isnull=False).values("case_id")
    found = here.exclude(pk__in=written).first() or here[0]
    return (found.pk,)


def target() -> tuple[str, int]:
    return office().code, timezone.localdate().year


VISITS: dict[tuple[str, int], Visit] = {
    ("dossiers:dossiers", 0): Visit("lan", also=("tam",)),
    ("dossiers:dossiers_xlsx", 0): Visit("lan", no_picture=A_FILE),
    ("dossiers:dossier", 1): Visit("lan", dossier),
    ("dossiers:imports", 0): Visit("quan"),
    ("dossiers:new_import", 0): Visit("quan"),
    ("dossiers:map_columns", 1): Visit("quan", uploaded),
    ("dossiers:import_result", 1): Visit("quan", refused),
    ("dossiers:import_problems", 1): Visit("quan", refused, no_picture=A_FILE),
    ("dossiers:report", 0): Visit("tam", also=("lan",)),
    ("dossiers:report_xlsx", 0): Visit("tam", no_picture=A_FILE),
    ("dossiers:set_target", 2): Visit("quan", target),
    ("feedback:apologies", 0): Visit("tam", also=("lan",)),
    ("feedback:apologies_report", 0): Visit("tam"),
    ("feedback:apologies_report_xlsx", 0): Visit("tam", no_picture=A_FILE),
    ("feedback:apology", 1): Visit("tam", ready, also=("lan",)),
    ("feedback:apology_pdf", 1): Visit("tam", ready, no_picture=A_FILE),
    ("feedback:write_apology", 1): Visit("minh", unsigned),
    ("feedback:sign_apology", 1): Visit("tam", ready),
    ("feedback:deliver_apology", 1): Visit("tam", signed),
    ("feedback:drop_apology", 1): Visit("tam", in_time),
    ("feedback:raise_conduct_apology", 1): Visit("tam", upheld, no_picture=LEADS_ON),
}
