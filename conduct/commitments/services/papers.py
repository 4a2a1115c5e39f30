"""The pledge as an official paper: its frozen text, how it was signed, and how anybody can check it."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from conduct.agencies.models import Agency
from conduct.agencies.tree import agencies_above
from conduct.documents.official import Head, day_in_words, place_in_name
from conduct.documents.qr import qr_svg
from conduct.documents.typst import compile_pdf
from conduct.kernel.codes import code_in_fours

from ..models import Pledge
from ..rules.pledges import BlockKind, blocks_of, in_fours

# As it stands on paper, in Vietnamese whatever the language of the screens.
METHODS = {
    Pledge.Method.PASSWORD: "Ký trên phần mềm, xác nhận bằng mật khẩu",
    Pledge.Method.PASSKEY: "Ký trên phần mềm, xác nhận bằng khóa truy cập",
    Pledge.Method.PAPER: "Ký trên giấy",
    Pledge.Method.ON_BEHALF: "Ký thay",
}


def letterhead(agency: Agency, on: date) -> Head:
    """The head of a paper of this agency: the office above it that day, its place. One query."""
    above = agencies_above([agency.pk], on)[agency.pk][1:]
    superior = next((one.name for one in above if one.is_office), "")
    places = (one.place or place_in_name(one.name) for one in (agency, *above))
    return Head(superior, agency.name, next(filter(None, places), ""), on)


def verify_url(pledge: Pledge) -> str:
    """The public page that says whether and when this pledge was signed."""
    return f"{settings.SITE_URL}{reverse('commitments:verify', args=[pledge.code])}"


def pledge_pdf(pledge: Pledge) -> bytes:
    """The paper. The same pledge gives the same bytes as long as the names of its offices stay.

    Two queries beside ``posting__agency`` and ``entered_by``.
    """
    signed_at = timezone.localtime(pledge.signed_at)
    blocks = blocks_of(pledge.text)
    address = verify_url(pledge)
    signature = next((one.lines for one in blocks if one.kind is BlockKind.SIGNATURE), ("", ""))
    title = next((one.lines for one in blocks if one.kind is BlockKind.TITLE), ("",))
    data = {
        "head": letterhead(pledge.posting.agency, signed_at.date()).as_data(),
        "title": " ".join(title),
        "blocks": [
            {"kind": one.kind.value, "heading": one.heading, "lines": list(one.lines)} for one in blocks
        ],
        "signature": list(signature),
        "signed": _signed(pledge),
        "method": METHODS[Pledge.Method(pledge.method)],
        "recorded": _recorded(pledge),
        "digest": in_fours(pledge.sha256),
        "code": code_in_fours(pledge.code),
        "address": address,
        "short": settings.SITE_URL.partition("://")[2] + reverse("commitments:verify"),
        "qr": qr_svg(address),
    }
    return compile_pdf("pledge.typ", data, at=pledge.signed_at)


def _signed(pledge: Pledge) -> list[str]:
    """What stands where a hand would sign."""
    at = timezone.localtime(pledge.signed_at)
    if pledge.method == Pledge.Method.PAPER:
        return ["(Đã ký trên giấy)", day_in_words(at.date()).capitalize()]
    said = "(Đã ký thay)" if pledge.method == Pledge.Method.ON_BEHALF else "(Đã ký)"
    return [said, f"{at:%H:%M} {day_in_words(at.date())}"]


def _recorded(pledge: Pledge) -> str:
    """By whom a pledge was entered that its person did not sign in the application, and why."""
    if pledge.entered_by is None:
        return ""
    said = f"Người ghi nhận: {pledge.entered_by.full_name}"
    return f"{said}. Ghi chú: {pledge.note}" if pledge.note else said
