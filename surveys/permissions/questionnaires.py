"""Who changes a questionnaire: catalogue editors of the highest agency the common ones, an agency its own."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import Refused, holds, reach_ids, visible_agency_ids
from models_catalog.permissions.editing import rights_of

from ..models import Questionnaire, QuestionnaireQuerySet

ASKING = (Role.HEAD, Role.OFFICE_ADMIN, Role.SYSTEM_ADMIN)
# A desk belongs to an office or to its one-stop centre; departments ask what their office asks.
ASKING_KINDS = (*Agency.OFFICE_KINDS, Agency.Kind.ONE_STOP)


def visible_questionnaires(user: User, on: date) -> QuestionnaireQuerySet:
    """What is published for everybody, and what an agency keeps that the person may see; common drafts for
    those who write them."""
    ids = visible_agency_ids(user, on)
    common = Q(keeper__isnull=True)
    if not rights_of(user, on).keeps_library:
        common &= ~Q(state=Questionnaire.State.DRAFT)
    return Questionnaire.objects.filter(common | Q(keeper_id__in=ids)).select_related("keeper")


def may_edit_questionnaire(user: User, questionnaire: Questionnaire, on: date) -> bool:
    """Whether the person may change what this questionnaire's keeper asks."""
    if questionnaire.keeper is not None:
        return holds(user, questionnaire.keeper, on, *ASKING)
    return rights_of(user, on).keeps_library


def check_can_edit_questionnaire(user: User, questionnaire: Questionnaire, on: date) -> None:
    """Raise with who could."""
    if may_edit_questionnaire(user, questionnaire, on):
        return
    if questionnaire.keeper is not None:
        raise Refused(
            _("“%(name)s” is changed by the head or the office administrator of %(agency)s.")
            % {"name": questionnaire.name, "agency": questionnaire.keeper.name}
        )
    raise Refused(
        _("“%(name)s” is asked everywhere; the catalogue editors of the highest agency change it.")
        % {"name": questionnaire.name}
    )


def check_can_edit_draft(user: User, questionnaire: Questionnaire, on: date) -> None:
    """A published version never changes, whoever asks."""
    check_can_edit_questionnaire(user, questionnaire, on)
    if questionnaire.state != Questionnaire.State.DRAFT:
        raise Refused(
            _("Version %(number)s of “%(name)s” is published and never changes; begin a new version.")
            % {"number": questionnaire.number, "name": questionnaire.name}
        )


def asking_agencies(user: User, on: date) -> AgencyQuerySet:
    """The agencies for which the person may begin a questionnaire of their own."""
    reached = reach_ids(user, on, *ASKING)
    return Agency.objects.in_force(on).filter(pk__in=reached, kind__in=ASKING_KINDS).order_by("search")


def keeps_common(user: User, on: date) -> bool:
    """Whether the person may begin a questionnaire that is asked everywhere."""
    return rights_of(user, on).keeps_library


def check_can_ask(user: User, keeper: Agency | None, on: date) -> None:
    """Raise when the person may not begin a questionnaire for this agency, or (None) for all."""
    if keeper is None:
        if not keeps_common(user, on):
            raise Refused(_("Only catalogue editors of the highest agency add to the common questionnaires."))
    elif not asking_agencies(user, on).filter(pk=keeper.pk).exists():
        raise Refused(
            _("Only the head or the office administrator begins a questionnaire for %(agency)s.")
            % {"agency": keeper.name}
        )
