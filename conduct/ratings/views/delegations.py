"""Pages of delegations: who acts in whose place, recording one, ending one."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Delegation, Posting, Role, RoleGrant, User, on_day
from conduct.agencies.permissions import (
    LEADING,
    Refused,
    check_can_delegate,
    own_office_ids,
    reach_ids,
    signed_in,
)
from conduct.agencies.services.delegations import end_delegation as finish
from conduct.agencies.services.delegations import record_delegation as store
from conduct.agencies.tree import subtree_ids
from conduct.kernel.pages import render_page

from ..forms.delegations import DelegationForm

_KEEPING = (Role.HEAD, Role.OFFICE_ADMIN, Role.SYSTEM_ADMIN)
SHOWN = 200


def _visible(user: User, on: date) -> QuerySet[Delegation]:
    """Those the person may keep, gave, or holds."""
    kept = reach_ids(user, on, *_KEEPING)
    return Delegation.objects.filter(Q(agency_id__in=kept) | Q(absent=user) | Q(delegate=user))


def _grants(user: User, on: date) -> QuerySet[RoleGrant]:
    """The leading roles that this person may hand on: the own ones, and those in what they keep."""
    held = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), role__in=LEADING)
    mine = held.filter(Q(person=user) | Q(agency_id__in=reach_ids(user, on, *_KEEPING)))
    return mine.select_related("person", "agency").order_by("person__name_order", "pk")


def _people(user: User, on: date, grants: QuerySet[RoleGrant]) -> QuerySet[User]:
    """Who can stand in: the people of the own office, and those who lead somewhere in reach."""
    here = subtree_ids(own_office_ids(user, on), on)
    serving = Posting.objects.in_force(on).filter(agency_id__in=here).values("person")
    found = User.objects.filter(Q(pk__in=serving) | Q(pk__in=grants.order_by().values("person")))
    return found.filter(is_active=True).exclude(pk=user.pk).order_by("name_order", "pk")


def _check_may_look(user: User, on: date) -> None:
    has_role = RoleGrant.objects.filter(
        on_day(on, "starts_on", "ends_on"), person=user, role__in=(*LEADING, *_KEEPING)
    )
    if not (has_role.exists() or Delegation.objects.filter(delegate=user).exists()):
        raise Refused(_("Delegations are kept by heads and office administrators."))


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """Who acts in whose place now, soon and earlier."""
    user, today = signed_in(request), timezone.localdate()
    _check_may_look(user, today)
    rows = _visible(user, today).select_related("absent", "delegate", "agency", "made_by")
    found = list(rows.order_by("-starts_on", "-pk")[:SHOWN])
    kept = reach_ids(user, today, *_KEEPING)
    context = {
        "today": today,
        "found": [(one, one.absent_id == user.pk or one.agency_id in kept) for one in found],
        "n_now": sum(one.starts_on <= today <= one.ends_on for one in found),
        "may_add": _grants(user, today).exists(),
    }
    return render_page(request, "ratings/delegations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_delegation(request: HttpRequest) -> HttpResponse:
    """Record that somebody acts in another's place."""
    user, now = signed_in(request), timezone.now()
    today, status = timezone.localdate(now), 200
    grants = _grants(user, today)
    if not grants.exists():
        raise Refused(_("Delegations are kept by heads and office administrators."))
    initial = {"starts_on": today, "absent": grants.filter(person=user).first()}
    form = DelegationForm(
        request.POST or None, grants=grants, people=_people(user, today, grants), initial=initial
    )
    if request.method == "POST":
        status = 422
        if form.is_valid() and _is_stored(form, user):
            said = form.cleaned_data
            names = {"delegate": said["delegate"].full_name, "absent": said["absent"].person.full_name}
            messages.success(request, _("%(delegate)s acts in the place of %(absent)s.") % names)
            return redirect("ratings:delegations")
    return render_page(request, "ratings/add_delegation.html", {"form": form}, status=status)


def _is_stored(form: DelegationForm, user: User) -> bool:
    said = dict(form.cleaned_data)
    grant = said.pop("absent")
    try:
        store(absent=grant.person, agency=grant.agency, by=user, now=timezone.now(), **said)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation with today, or take one away that has not begun."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    rows = _visible(user, today).select_related("absent", "delegate", "agency")
    found = get_object_or_404(rows, pk=pk)
    check_can_delegate(user, found.absent, found.agency, today)
    if request.method == "POST":
        if finish(delegation=found, by=user, now=now):
            messages.success(request, _("The delegation has ended."))
        return redirect("ratings:delegations")
    return render_page(request, "ratings/end_delegation.html", {"one": found, "today": today})
