"""Plain functions that make rows for tests. Names are invented."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from conduct.agencies.models import Agency, AgencyParent, Posting, Role, RoleGrant, User
from models_catalog.models import Adoption, ConductModel, Item, ItemGroup, ModelVersion

NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)  # 10:00 in Hà Nội
DAY = date(2026, 10, 20)
START = date(2025, 7, 1)
PASSWORD = "muc-thuoc-ngay-thang"
_serial = count(1)


def make_agency(
    name: str = "", *, kind: str = "commune", parent: Agency | None = None, **fields: Any
) -> Agency:
    number = next(_serial)
    fields.setdefault("valid_from", START)
    agency = Agency.objects.create(name=name or f"Xã {number}", code=f"T{number}", kind=kind, **fields)
    if parent:
        AgencyParent.objects.create(agency=agency, parent=parent, valid_from=agency.valid_from)
    return agency


@cache
def _hashed(password: str) -> str:
    return make_password(password)


def make_user(full_name: str = "Nguyễn Văn Thử", *, username: str = "", password: str = PASSWORD) -> User:
    user = User(username=username or f"u{next(_serial)}", full_name=full_name, password=_hashed(password))
    user.save()
    return user


def make_posting(person: User, agency: Agency, **fields: Any) -> Posting:
    values = {"title": "Chuyên viên", "category": "cong_chuc", "starts_on": START, **fields}
    return Posting.objects.create(person=person, agency=agency, **values)


def grant(person: User, agency: Agency, role: Role, **fields: Any) -> RoleGrant:
    return RoleGrant.objects.create(person=person, agency=agency, role=role, **{"starts_on": START, **fields})


def make_version(
    items: dict[str, list[dict[str, Any]]] | None = None, *, published: bool = True, **fields: Any
) -> ModelVersion:
    """A version with groups by keyword; an item is {"text": …, "sources": […], "question": …, …}."""
    number = next(_serial)
    model = ConductModel.objects.create(
        key=f"m{number}", name=fields.pop("name", f"Mô hình {number}"), owner="Đảng ủy xã Thử", year=2025
    )
    version = ModelVersion.objects.create(model=model, number=1, **fields)
    groups = items or {"không": [{"text": "Không thất hứa với dân"}, {"text": "Không vi phạm giờ giấc"}]}
    for position, (keyword, rows) in enumerate(groups.items(), 1):
        polarity = ItemGroup.Polarity.PROHIBITION if keyword == "không" else ItemGroup.Polarity.DUTY
        group = ItemGroup.objects.create(
            version=version, position=position, number=len(rows), keyword=keyword, polarity=polarity
        )
        for place, row in enumerate(rows, 1):
            Item.objects.create(group=group, position=place, **{"sources": ["supervisor", "citizen"], **row})
    if published:
        version.state, version.published_at = ModelVersion.State.PUBLISHED, NOW
        version.save()
    return version


def adopt(agency: Agency, version: ModelVersion, **fields: Any) -> Adoption:
    values = {"valid_from": START, "adopted_at": NOW - timedelta(days=300), **fields}
    return Adoption.objects.create(agency=agency, version=version, **values)


def add_local(adoption: Adoption, *texts: str, keyword: str = "phải", **fields: Any) -> list[Item]:
    """What an office adds of its own to a model: one group with these items."""
    group = ItemGroup.objects.create(
        adoption=adoption, position=1, number=len(texts), keyword=keyword, polarity=ItemGroup.Polarity.DUTY
    )
    values = {"sources": ["supervisor", "citizen"], **fields}
    return [
        Item.objects.create(group=group, position=place, text=text, **values)
        for place, text in enumerate(texts, 1)
    ]
