"""Roles: granted to a person for an agency and everything below it, and ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conduct.kernel.pages import render_page

from ..forms import EndForm, GrantForm
from ..models import Agency, Role, RoleGrant, User
from ..permissions import Refused, check_can_grant_role, offered_roles, signed_in, visible_people
from ..services import end_role as finish_role
from ..services import grant_role as give_role
from .people import managed_agencies, status_of, visible_person
from .postings import ASK, is_done


@require_http_methods(ASK)
def grant_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role in an agency and everything below it."""
    user, person, now = signed_in(request), visible_person(request, pk), timezone.now()
    today = timezone.localdate(now)
    roles = offered_roles(user, today)
    if not roles:
        raise Refused(_("Only an office administrator gives roles."))
    if person.pk == user.pk:
        raise Refused(_("Nobody changes their own roles; ask another administrator."))
    posting = person.postings.in_force(today).order_by("-is_main", "pk").first()
    form = GrantForm(
        request.POST or None,
        agencies=managed_agencies(user),
        roles=roles,
        initial={"starts_on": today, "agency": posting.agency_id if posting else None},
    )
    if request.method == "POST" and form.is_valid():
        role = Role(form.cleaned_data["role"])
        agency = form.cleaned_data["agency"]
        days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on")}
        if _is_allowed(form, user, person, agency, role) and is_done(
            form, lambda: give_role(person=person, agency=agency, role=role, **days, by=user, now=now)
        ):
            said = _("%(name)s holds the role %(role)s in %(agency)s.")
            names = {"name": person.full_name, "role": role.label, "agency": agency.name}
            messages.success(request, said % names)
            return redirect("agencies:person", pk=person.pk)
    context = {"form": form, "person": person}
    return render_page(request, "agencies/grant_role.html", context, status=status_of(request))


def _is_allowed(form: GrantForm, user: User, person: User, agency: Agency, role: Role) -> bool:
    """Whether the role may be given there; the reason against it stands in the form."""
    try:
        check_can_grant_role(user, person, agency, role, timezone.localdate())
    except Refused as refused:
        form.add_error("role", str(refused))
        return False
    return True


@require_http_methods(ASK)
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a role end."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    seen = visible_people(user, today)
    grant = get_object_or_404(RoleGrant.objects.select_related("agency", "person"), pk=pk, person__in=seen)
    check_can_grant_role(user, grant.person, grant.agency, Role(grant.role), today)
    form = EndForm(request.POST or None, initial={"ends_on": today})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["ends_on"]
        if is_done(form, lambda: finish_role(grant=grant, ends_on=day, by=user, now=now)):
            said = _("The role %(role)s of %(name)s ends on %(day)s.")
            names = {
                "role": grant.get_role_display(),
                "name": grant.person.full_name,
                "day": f"{day:%d/%m/%Y}",
            }
            messages.success(request, said % names)
            return redirect("agencies:person", pk=grant.person_id)
    return render_page(
        request, "agencies/end_role.html", {"form": form, "grant": grant}, status=status_of(request)
    )
