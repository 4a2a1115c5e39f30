"""Entering pledges that were signed on paper, with one scan for all of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import Refused
from conduct.audit.services import record
from conduct.documents.scans import MAX_BYTES, MAX_PAGES, BadScan, Scan, ScanProblem, read_scan
from conduct.notices.services import Message, push

from ..coverage import Scope
from ..models import Campaign, Pledge, SignedSheet
from ..permissions.paper import check_can_enter_paper
from ..permissions.signing import check_is_open
from ..rules.pledges import sha256_of
from .signing import text_for, wording_of


@dataclass(frozen=True, slots=True)
class Entered:
    """How many pledges were stored, and how many of the people chosen had signed before."""

    n_new: int
    n_known: int


def enter_paper(
    *,
    campaign: Campaign,
    posting_ids: Collection[int],
    signed_on: date,
    content: bytes,
    by: User,
    now: datetime,
) -> Entered:
    """Store a pledge for each of these postings, with the scan of the paper they signed that day.

    Raises Refused without the right or for somebody whom the campaign did not ask that day, ValidationError
    for a day that cannot be, for a file that is no scan (with an audit row), and when it cannot be stored.
    Who has signed already keeps the first pledge; the same scan is kept once in a campaign.
    """
    today = timezone.localdate(now)
    if signed_on > today:
        raise ValidationError(
            {"signed_on": _("Paper is entered after it was signed: today or an earlier day.")}
        )
    check_is_open(campaign, signed_on)
    scope = Scope(campaign, signed_on)
    reach = check_can_enter_paper(by, scope.agencies, today)
    wanted = set(posting_ids)
    if set(scope.postings(reach).filter(pk__in=wanted).values_list("pk", flat=True)) != wanted:
        raise Refused(_("Somebody chosen is not asked by this campaign that day, or is not in your charge."))
    try:
        scan = read_scan(content)
    except BadScan as bad:
        refuse_scan(campaign=campaign, problem=bad.problem, n_bytes=len(content), by=by, now=now)
        raise ValidationError({"scan": ValidationError(_said(bad.problem), code=bad.problem)}) from bad
    try:
        return _enter(campaign, wanted, signed_on, scan, by, now)
    except IntegrityError:  # the same scan came in twice at once: now it is there
        return _enter(campaign, wanted, signed_on, scan, by, now)


def _enter(
    campaign: Campaign, posting_ids: Collection[int], signed_on: date, scan: Scan, by: User, now: datetime
) -> Entered:
    stored = ""
    try:
        with transaction.atomic():
            locked = Posting.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=posting_ids)
            postings = list(locked.select_related("person", "agency").order_by("pk"))
            signed = Pledge.objects.filter(campaign=campaign, posting__in=posting_ids)
            known = set(signed.values_list("posting_id", flat=True))
            new = [posting for posting in postings if posting.pk not in known]
            if not new:
                return Entered(0, len(known))
            sheet = SignedSheet.objects.filter(campaign=campaign, sha256=scan.sha256).first()
            if sheet is None:
                stored = _write(scan, now)
                sheet = _sheet(campaign, scan, stored, by, now)
            _keep(campaign, new, sheet, signed_on, by, now)
            return Entered(len(new), len(known))
    except BaseException:
        if stored:
            default_storage.delete(stored)
        raise


def _write(scan: Scan, now: datetime) -> str:
    """Put the scan into the storage under a name of ours; ValidationError when it takes no more."""
    name = f"signed-sheets/{now:%Y}/{uuid4()}{scan.ending}"
    try:
        return default_storage.save(name, ContentFile(scan.content))
    except OSError as error:
        default_storage.delete(name)
        raise ValidationError(
            {"scan": _("The file could not be stored; nothing was entered. Tell the system administrator.")}
        ) from error


def _sheet(campaign: Campaign, scan: Scan, name: str, by: User, now: datetime) -> SignedSheet:
    return SignedSheet.objects.create(
        campaign=campaign, file=name, sha256=scan.sha256, media_type=scan.media_type,
        n_bytes=len(scan.content), n_pages=scan.n_pages, uploaded_by=by, uploaded_at=now,
    )  # fmt: skip


def _keep(
    campaign: Campaign, postings: list[Posting], sheet: SignedSheet, signed_on: date, by: User, now: datetime
) -> None:
    """A pledge of each, its audit row, and a line to each person."""
    wording = wording_of(campaign.adoption)
    noon = datetime.combine(signed_on, time(12), timezone.get_default_timezone())
    texts = [text_for(campaign, posting, wording=wording) for posting in postings]
    pledges = Pledge.objects.bulk_create(
        Pledge(
            campaign=campaign, posting=posting, text=text, sha256=sha256_of(text), method=Pledge.Method.PAPER,
            signed_at=min(noon, now), sheet=sheet, entered_by=by,
        )
        for posting, text in zip(postings, texts, strict=True)
    )  # fmt: skip
    record(
        act="commitments.enter_paper", by=by, obj=sheet, agency=campaign.agency, now=now,
        data={"campaign": campaign.pk, "scan": sheet.sha256, "signed_on": signed_on.isoformat(),
              "n_pledges": len(pledges)},
    )  # fmt: skip
    for pledge in pledges:
        record(
            act="commitments.sign_pledge", by=by, obj=pledge, agency=pledge.posting.agency, now=now,
            data={"campaign": campaign.pk, "posting": pledge.posting_id, "sha256": pledge.sha256,
                  "method": pledge.method, "sheet": sheet.pk},
        )  # fmt: skip
    push(
        messages=[_told(pledge, by, signed_on) for pledge in pledges if pledge.posting.person_id != by.pk],
        now=now,
    )


def _told(pledge: Pledge, by: User, signed_on: date) -> Message:
    facts = {
        "name": by.full_name,
        "model": pledge.campaign.adoption.version.model.name,
        "year": pledge.campaign.year,
        "day": f"{signed_on:%d/%m/%Y}",
    }
    with override(settings.LANGUAGE_CODE):
        return Message(
            recipient_id=pledge.posting.person_id,
            key=f"commitments.paper:{pledge.pk}",
            title=_("My pledge signed on paper has been entered"),
            text=_(
                "“%(model)s” for %(year)s, signed on %(day)s, entered by %(name)s. "
                "Whoever did not sign tells the head or the administrator of the office."
            )
            % facts,
            url=reverse("commitments:pledge", args=(pledge.pk,)),
        )


@transaction.atomic
def refuse_scan(*, campaign: Campaign, problem: ScanProblem, n_bytes: int, by: User, now: datetime) -> None:
    """Note that somebody sent a file that is no scan. Neither the file nor its name is kept."""
    record(
        act="commitments.refuse_scan", by=by, obj=campaign, agency=campaign.agency, now=now,
        data={"problem": problem.value, "n_bytes": n_bytes},
    )  # fmt: skip


def _said(problem: ScanProblem) -> str:
    megabytes = MAX_BYTES // 1024**2
    return {
        ScanProblem.EMPTY: _("The file is empty. Scan the paper once more."),
        ScanProblem.TOO_BIG: _("The file has more than %(n)s MB. Scan at a lower resolution, or in parts.")
        % {"n": megabytes},
        ScanProblem.OTHER_KIND: _("This is not a scan: only PDF, JPEG, PNG and WebP are taken."),
        ScanProblem.BROKEN: _("The file is damaged and cannot be opened. Scan the paper once more."),
        ScanProblem.ENCRYPTED: _("The PDF is locked with a password. Save it without one."),
        ScanProblem.TOO_MANY_PAGES: _("The PDF has more than %(n)s pages or is too complicated for a scan.")
        % {"n": MAX_PAGES},
        ScanProblem.TOO_MANY_PIXELS: _("The picture is too large. Scan at no more than 600 dots an inch."),
        ScanProblem.ACTIVE: _("The PDF holds a program or an attached file. Send the plain scan."),
    }[problem]
