"""Rating schemes: the list, one with all its figures, a copy to begin a draft."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.scheme_editing import COMPONENTS, EVIDENCE, CopyForm, ExampleForm
from ..models import RatingScheme
from ..permissions.schemes import check_can_keep, keepable_offices, keeps_country, may_keep, visible_schemes
from ..rules.scheme import Criterion, Scheme, parse_scheme
from ..services.scheme_editing import copy_scheme
from ..services.scheme_example import Example, try_scheme

SCHEMES_A_PAGE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]
STATES = ("now", "later", "draft", "past")


def state_on(scheme: RatingScheme, on: date) -> str:
    """How a scheme stands that day: one of STATES."""
    if scheme.state == RatingScheme.State.DRAFT:
        return "draft"
    if scheme.state == RatingScheme.State.RETIRED or (scheme.valid_to and scheme.valid_to < on):
        return "past"
    return "later" if scheme.valid_from > on else "now"


@dataclass(frozen=True, slots=True)
class Shown:
    """A scheme with its words."""

    row: RatingScheme
    state: str

    @property
    def speaks_to(self) -> str:
        """Staff categories in words."""
        labels = dict(Posting.Category.choices)
        return ", ".join(str(labels[name]) for name in self.row.categories)

    @property
    def not_to(self) -> str:
        """Excluded kinds of agency in words."""
        labels = dict(Agency.Kind.choices)
        return ", ".join(str(labels[name]) for name in self.row.excluded_kinds)


def scheme_or_404(user: User, code: str, number: int, on: date) -> RatingScheme:
    """A scheme that this person may see."""
    return get_object_or_404(visible_schemes(user, on), code=code, number=number)


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """All schemes one may see, those in force first; ``?state=`` chooses."""
    user, today = signed_in(request), timezone.localdate()
    found = [Shown(row, state_on(row, today)) for row in visible_schemes(user, today)]
    found.sort(key=lambda one: (STATES.index(one.state), one.row.code, -one.row.number))
    asked = request.GET.get("state", "")
    listed = [one for one in found if asked not in STATES or one.state == asked]
    context = {
        "page": Paginator(listed, SCHEMES_A_PAGE).get_page(request.GET.get("page")),
        "n_now": sum(one.state == "now" for one in found),
        "asked": asked,
        "states": [(name, sum(one.state == name for one in found)) for name in STATES],
        "may_begin": keeps_country(user, today) or keepable_offices(user, today).exists(),
    }
    return render_page(request, "ratings/schemes.html", context)


@require_safe
def scheme(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One scheme: for whom, every figure, and an example to try."""
    user, today = signed_in(request), timezone.localdate()
    row = scheme_or_404(user, code, number, today)
    keeps = may_keep(user, row.keeper, today)
    keeps_all = keeps if row.keeper is None else keeps_country(user, today)
    context = {
        "shown": Shown(row, state_on(row, today)),
        "keeps": keeps,
        "may_begin": keeps or keeps_all or keepable_offices(user, today).exists(),
        **figures_of(row, request),
    }
    return render_page(request, "ratings/scheme.html", context)


def figures_of(row: RatingScheme, request: HttpRequest) -> dict[str, object]:
    """What ``_scheme_figures`` and ``_scheme_example`` show."""
    rules = parse_scheme(row.document)
    form, example = try_out(rules, request)
    return {
        "rules": rules,
        "groups": [(group, [(one, evidence_of(one)) for one in group.criteria]) for group in rules.groups],
        "components": [COMPONENTS[name] for name in rules.tasks.components] if rules.tasks else [],
        "cap_level": rules.level_named(rules.cap.level) if rules.cap else None,
        "cap_of": rules.level_named(rules.cap.of) if rules.cap else None,
        "example_form": form,
        "example": example,
        "example_shares": [(COMPONENTS[name], share) for name, share in example.shares] if example else [],
    }


def evidence_of(criterion: Criterion) -> list[str]:
    """What is laid beside a criterion, in words."""
    return [str(EVIDENCE[name]) for name in criterion.evidence]


def try_out(rules: Scheme, request: HttpRequest) -> tuple[ExampleForm, Example | None]:
    """The example that the address asks for, else 100 % with one return; None while a number is wrong."""
    usual = {"common": "0", "done": "100", "returns": "1", "delays": "0"}
    asked = {name: request.GET.get(name, value) for name, value in usual.items()}
    form = ExampleForm(asked)
    if not form.is_valid():
        return form, None
    said = form.cleaned_data
    numbers = {name: said[name] for name in ("done", "returns", "delays")}
    return form, try_scheme(rules, lost=said["common"], **numbers)


@require_http_methods(FORM_METHODS)
def scheme_copy(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Begin a draft: the next version, or a scheme of one's own office, with the figures of this one."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    row = scheme_or_404(user, code, number, today)
    offices, is_national = keepable_offices(user, today).order_by("search"), keeps_country(user, today)
    if not is_national and not offices.exists():
        check_can_keep(user, row.keeper, today)
    form = CopyForm(
        request.POST or None, offices=offices, is_national=is_national, initial={"keeper": row.keeper_id}
    )
    if request.method == "POST" and form.is_valid():
        draft = copy_scheme(scheme=row, keeper=form.cleaned_data["keeper"], by=user, now=now)
        messages.success(request, _("The draft is begun. Nobody is rated by it before it is published."))
        return redirect("ratings:scheme_edit", draft.code, draft.number)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "ratings/scheme_copy.html", {"scheme": row, "form": form}, status=status)
