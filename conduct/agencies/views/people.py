"""A person with postings and roles; entering people and giving a first login."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from conduct.kernel.pages import render_page

from ..forms import AddPersonForm, LoginForm
from ..models import Agency, AgencyQuerySet, User
from ..permissions import check_can_manage_people, reach_ids, signed_in, visible_agency_ids, visible_people
from ..services import add_person as enter_person
from ..services import give_login as give_first_login
from .agencies import ADMINISTRATORS, visible_agency


def visible_person(request: HttpRequest, pk: int) -> User:
    """The person of that number, 404 when the reader may not see them."""
    return get_object_or_404(visible_people(signed_in(request), timezone.localdate()), pk=pk)


def managed_agencies(user: User) -> AgencyQuerySet:
    """Where the person may enter people today."""
    today = timezone.localdate()
    return (
        Agency.objects.in_force(today)
        .filter(pk__in=reach_ids(user, today, *ADMINISTRATORS))
        .order_by("search")
    )


def status_of(request: HttpRequest) -> int:
    """A form shown again after a POST was invalid."""
    return 422 if request.method == "POST" else 200


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Where someone serves and served, which roles they hold."""
    user, shown, today = signed_in(request), visible_person(request, pk), timezone.localdate()
    seen = visible_agency_ids(user, today)
    managed = reach_ids(user, today, *ADMINISTRATORS)
    postings = [
        {
            "row": posting,
            "is_current": posting.ends_on is None or posting.ends_on >= today,
            "may_manage": posting.agency_id in managed,
            "is_visible": posting.agency_id in seen,
        }
        for posting in shown.postings.select_related("agency").order_by("-starts_on", "-pk")
    ]
    grants = [
        {
            "row": grant,
            "is_current": grant.ends_on is None or grant.ends_on >= today,
            "may_manage": grant.agency_id in managed and user.pk != shown.pk,
        }
        for grant in shown.grants.select_related("agency").order_by("-starts_on", "-pk")
    ]
    context = {
        "person": shown,
        "postings": postings,
        "current": next((row["row"] for row in postings if row["is_current"]), None),
        "grants": grants,
        "may_manage": any(row["may_manage"] for row in postings),
        "may_add": bool(managed),
        "may_grant": bool(managed) and user.pk != shown.pk,
    }
    return render_page(request, "agencies/person.html", context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a person with a posting in this agency or below it."""
    user, now = signed_in(request), timezone.now()
    shown, _standing = visible_agency(request, code)
    check_can_manage_people(user, shown, timezone.localdate(now))
    form = AddPersonForm(
        request.POST or None,
        agencies=managed_agencies(user),
        initial={"agency": shown, "starts_on": timezone.localdate(now)},
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            entered, created = enter_person(
                agency=asked["agency"],
                full_name=asked["full_name"],
                username=asked["username"],
                password=asked["password"],
                post=form.post(),
                by=user,
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if created:
                names = {"name": entered.full_name, "agency": asked["agency"].name}
                messages.success(request, _("%(name)s is entered in %(agency)s.") % names)
            return redirect("agencies:person", pk=entered.pk)
    context = {"form": form, "agency": shown}
    return render_page(request, "agencies/add_person.html", context, status=status_of(request))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def give_login(request: HttpRequest, pk: int) -> HttpResponse:
    """Give someone without a login a first password."""
    user, shown, now = signed_in(request), visible_person(request, pk), timezone.now()
    today = timezone.localdate(now)
    posting = get_object_or_404(
        shown.postings.in_force(today).select_related("agency").order_by("-is_main", "pk")[:1]
    )
    check_can_manage_people(user, posting.agency, today)
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = give_first_login(
                person=shown, agency=posting.agency, password=form.cleaned_data["password"], by=user, now=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = (
                _("%(name)s can sign in.")
                if given
                else _("%(name)s already has a password; nothing was changed.")
            )
            messages.add_message(
                request, messages.SUCCESS if given else messages.WARNING, said % {"name": shown.full_name}
            )
            return redirect("agencies:person", pk=shown.pk)
    context = {"form": form, "person": shown, "agency": posting.agency}
    return render_page(request, "agencies/give_login.html", context, status=status_of(request))
