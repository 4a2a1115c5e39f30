"""Comments of citizens: reading, searching, tags, frequent phrases, the list as a file, blackening words."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import signed_in
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.pages import render_page

from ..forms.comments import REASONS, CommentsForm, RedactForm, TagForm
from ..models import CommentTag, Response
from ..permissions.comments import commented_agencies, may_blacken
from ..rules.minimum import ENOUGH
from ..rules.phrases import Phrase, frequent_phrases
from ..rules.redaction import state_of, words_of
from ..services import comments as services
from ..services.comments import CommentChanged, Span
from ..tallies.comments import Comment

ROWS_A_PAGE = 30
MOST_PHRASES = 15
MOST_READ = 5000  # comments that the search for phrases reads


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asked for: the form, the agency, the months and the comments that may be read."""

    user: User
    today: date
    form: CommentsForm
    agency: Agency
    tags: list[CommentTag]
    span: Span
    comments: list[Comment]

    @property
    def is_filtered(self) -> bool:
        """Whether something narrows the list."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        return any(asked.get(name) for name in ("q", "mark", "channel", "tag"))


def _asked(request: HttpRequest) -> Asked:
    """The list as asked for; the first agency and its last closed month when nothing is. 404 without any."""
    user, today = signed_in(request), timezone.localdate()
    agencies = list(commented_agencies(user, today))
    code = request.GET.get("unit")
    agency = next((one for one in agencies if code is None or one.code == code), None)
    if agency is None:
        raise Http404
    office = services.office_at(agency, today)
    months = services.closed_span(office)
    last = str(months[0]) if months else ""
    said = {"since": last, "until": last, **request.GET.dict(), "unit": agency.code}
    tags = list(CommentTag.objects.filter(agency=office).order_by("name"))
    form = CommentsForm(said, agencies=agencies, months=months, tags=tags)
    if not form.is_valid():
        return Asked(user, today, form, agency, tags, Span([], []), [])
    first, last_asked = sorted((form.cleaned_data["since"], form.cleaned_data["until"]))
    span = services.months_with_comments(agency, (one for one in months if first <= one <= last_asked))
    found = services.read_comments(agency, span.readable, form.wanted(), user)
    return Asked(user, today, form, agency, tags, span, found)


@require_safe
def comments(request: HttpRequest) -> HttpResponse:
    """What citizens wrote at an agency in closed months, in an order that tells nothing."""
    asked = _asked(request)
    page = Paginator(asked.comments, ROWS_A_PAGE).get_page(request.GET.get("page"))
    is_valid = asked.form.is_valid()
    context = {
        "form": asked.form,
        "agency": asked.agency,
        "span": asked.span,
        "page": page,
        "rows": [(comment, [REASONS[one] for one in comment.redactions]) for comment in page.object_list],
        "tags": asked.tags,
        "phrases": _phrases(asked),
        "filtered": asked.is_filtered,
        "has_months": bool(asked.form.fields["since"].choices),  # type: ignore[attr-defined]
        "enough": ENOUGH,
        "may_blacken": may_blacken(asked.user, asked.agency, asked.today),
        "channels": dict(Response.Channel.choices),
        "query": _query(request),
    }
    status = 200 if is_valid or not context["has_months"] else 422
    return render_page(request, "surveys/comments.html", context, partials=("comments",), status=status)


def _query(request: HttpRequest) -> str:
    """The filters as they stand, without the page."""
    return urlencode([(name, value) for name, value in request.GET.items() if name != "page"])


def _phrases(asked: Asked) -> list[tuple[Phrase, str]]:
    """The phrases that most of these comments have, each with the search for it."""
    texts = [comment.text for comment in asked.comments[:MOST_READ]]
    return [(phrase, f'"{phrase.text}"') for phrase in frequent_phrases(texts, MOST_PHRASES)]


@require_safe
def comments_xlsx(request: HttpRequest) -> HttpResponse:
    """The list as filtered, in the same order."""
    asked = _asked(request)
    if not asked.form.is_valid():
        raise Http404
    channels = dict(Response.Channel.choices)
    columns = [
        Column(_("Month"), width=12),
        Column(_("Channel"), width=22),
        Column(_("Mark"), "integer", 8),
        Column(_("Comment"), width=80),
        Column(_("Tags"), width=30),
    ]
    rows = (
        (
            f"{comment.month:%m/%Y}",
            str(channels[comment.channel]),
            comment.mark,
            comment.text,
            ", ".join(comment.tags),
        )
        for comment in asked.comments
    )
    lines = [asked.agency.name, _("In an order that does not tell when they came.")]
    return xlsx_response("comments", make_xlsx(_("Comments of citizens"), lines, columns, rows))


@require_POST
def tag_comment(request: HttpRequest, code: str) -> HttpResponse:
    """Put the chosen comments under a tag, or take it off them; then back to the list as it was."""
    user, now = signed_in(request), timezone.now()
    agency = get_object_or_404(commented_agencies(user, timezone.localdate(now)), code=code)
    back = f"{reverse('surveys:comments')}?{request.POST.get('back', '') or urlencode({'unit': code})}"
    form = TagForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a tag, and at least one comment."))
        return redirect(back)
    asked = form.cleaned_data
    if asked["act"] == "add":
        try:
            tag, n_new = services.tag_comments(
                agency=agency, keys=asked["key"], name=asked["tag"], by=user, now=now
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            said = _("%(n)d comments are new under “%(tag)s”.") % {"n": n_new, "tag": tag.name}
            messages.success(request, said)
        return redirect(back)
    office = services.office_at(agency, timezone.localdate(now))
    known = get_object_or_404(CommentTag, agency=office, name__iexact=asked["tag"])
    n_removed = services.untag_comments(agency=agency, keys=asked["key"], tag=known, by=user, now=now)
    messages.success(
        request, _("“%(tag)s” was taken off %(n)d comments.") % {"n": n_removed, "tag": known.name}
    )
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def redact_comment(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """Choose words of a comment to blacken for ever."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    agency = get_object_or_404(commented_agencies(user, today), code=code)
    comment = services.find_comment(agency, key, user, today)
    if comment is None:
        raise Http404
    services.check_redaction(comment, user, today)
    words = words_of(comment.text)
    first = {"state": state_of(comment.text)}
    is_sent = request.method == "POST"
    form = RedactForm(request.POST if is_sent else None, words=words, initial=first)
    clash = False
    if is_sent and request.POST.get("state") != first["state"]:
        clash = True
        form = RedactForm(None, words=words, initial=first)
    elif is_sent and form.is_valid():
        asked = form.cleaned_data
        try:
            services.redact_comment(
                agency=agency, key=key, numbers=asked["word"], reason=asked["reason"], state=asked["state"],
                by=user, now=now,
            )  # fmt: skip
        except CommentChanged:
            clash = True
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The words are black now, here and in every list."))
            return redirect(f"{reverse('surveys:comments')}?{_where(agency, comment)}")
    chosen = {str(number) for number in form["word"].value() or []}
    context = {
        "agency": agency,
        "comment": comment,
        "form": form,
        "words": [(word, str(word.number) in chosen) for word in words],
        "clash": clash,
        "query": _where(agency, comment),
    }
    status = 409 if clash else 422 if is_sent else 200
    return render_page(request, "surveys/redact_comment.html", context, status=status)


def _where(agency: Agency, comment: Comment) -> str:
    month = f"{comment.month:%Y-%m}"
    return urlencode({"unit": agency.code, "since": month, "until": month})
