"""Where an invitation can be sent. Pure."""

import re
from dataclasses import dataclass

# One plain address: no list, no name, no comment, no sign that could end a header line.
_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_MOBILE = re.compile(r"(?:0|\+?84)([35789]\d{8})", re.ASCII)
_SPACING = str.maketrans("", "", " .-()\u00a0")


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address, or a number that takes text messages."""

    value: str
    is_phone: bool = False


def read_address(
    email: str, phone: str, *, with_mail: bool = True, with_phone: bool = True
) -> Address | None:
    """The e-mail address in small letters, else the mobile number as +84…; None when neither is usable."""
    mail = email.strip()
    if with_mail and len(mail) <= 254 and _MAIL.fullmatch(mail):
        return Address(mail.lower())
    mobile = _MOBILE.fullmatch(phone.strip().translate(_SPACING)) if with_phone else None
    return Address(f"+84{mobile[1]}", is_phone=True) if mobile else None
