"""Pages of the inbox."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from . import services
from .forms import MailForm, ShowForm
from .models import MailBox, Notice

LINES_A_PAGE = 50


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The own lines, the newest first; all of them or those not read yet."""
    user = signed_in(request)
    found, form = Notice.objects.filter(recipient=user), ShowForm(request.GET)
    show = form.cleaned_data["show"] if form.is_valid() else ""
    if show == "unread":
        found = found.unread()
    context = {
        "page": Paginator(found, LINES_A_PAGE).get_page(request.GET.get("page")),
        "show": show,
        "address": user.email,
        "wants_mail": not MailBox.objects.filter(person=user, wants_mail=False).exists(),
    }
    return render_page(request, "notices/inbox.html", context)


@require_http_methods(["GET", "POST"])
def open(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark an own line as read and lead to what it is about."""
    user = signed_in(request)
    found = get_object_or_404(Notice, pk=notice_id, recipient=user)
    services.read_line(notice=found, by=user, now=timezone.now())
    return redirect(found.url or "notices:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every own line as read."""
    services.read_all_lines(by=signed_in(request), now=timezone.now())
    return redirect("notices:inbox")


@require_POST
def choose_mail(request: HttpRequest) -> HttpResponse:
    """Switch the daily mail on or off."""
    form = MailForm(request.POST)
    wants_mail = form.is_valid() and form.cleaned_data["wants_mail"]
    if services.choose_mail(wants_mail=wants_mail, by=signed_in(request), now=timezone.now()):
        if wants_mail:
            messages.success(request, _("Unread lines are mailed again, at most once a day."))
        else:
            messages.success(request, _("No mail is sent any more. The inbox still holds every line."))
    return redirect("notices:inbox")
