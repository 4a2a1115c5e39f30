"""What is told or written to the office, entered by who receives it, with the consents given by word."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import Refused
from surveys.models import ServicePoint

from ..models import Case, ConsentText
from ..permissions.cases import entering_ids
from .consent_texts import texts_in_force
from .contacts import WORD, keep_contact
from .receiving import receive_case


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the citizen agreed to by word, and how to be reached."""

    name: str = ""
    phone: str = ""
    email: str = ""
    is_child: bool = False
    parent: str = ""
    agrees_contact: bool = False
    shares_words: bool = False
    agrees_public: bool = False

    def purposes(self) -> list[str]:
        """The purposes of the consents."""
        purpose = ConsentText.Purpose
        said = {
            purpose.REPLY: self.agrees_contact,
            purpose.WORDS: self.shares_words,
            purpose.PUBLISH: self.agrees_public,
        }
        return [str(one) for one, agrees in said.items() if agrees]


@transaction.atomic
def enter_case(
    *,
    agency: Agency,
    point: ServicePoint | None,
    source: str,
    respondent: str,
    text: str,
    about_heads: bool,
    spoken: Spoken,
    code: str,
    by: User,
    now: datetime,
) -> tuple[Case, str]:
    """Take in what was told to somebody who receives feedback; returns the case and its follow code.

    Raises Refused outside the reach of the receiving roles, ValidationError when a consent has no text in
    force: what nobody could read out was not agreed to.
    """
    on = timezone.localdate(now)
    if agency.pk not in entering_ids(by, on):
        raise Refused(_("You do not receive remarks for this agency."))
    known = texts_in_force(on)
    if missing := [purpose for purpose in spoken.purposes() if purpose not in known]:
        raise ValidationError(
            _("No consent text is in force for: %(what)s. Nothing has been stored.")
            % {"what": ", ".join(missing)}
        )
    case, code = receive_case(
        agency=agency, point=point, source=source, respondent=respondent, language="vi", text=text,
        about_heads=about_heads, shares_words=spoken.shares_words, agrees_public=spoken.agrees_public,
        code=code, by=by, now=now,
    )  # fmt: skip
    if texts := [known[purpose] for purpose in spoken.purposes()]:
        given = (spoken.name, spoken.phone, spoken.email) if spoken.agrees_contact else ("", "", "")
        name, phone, email = given
        keep_contact(
            case=case, name=name, phone=phone, email=email, consent_texts=texts, language="vi",
            through=WORD, is_child=spoken.is_child, parent=spoken.parent, by=by, now=now,
        )  # fmt: skip
    return case, code
