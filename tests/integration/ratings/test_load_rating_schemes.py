"""``manage.py load_rating_schemes``, and which scheme speaks to whom."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from conduct.agencies.models import Posting
from conduct.ratings.models import RatingScheme
from conduct.ratings.permissions.authority import authority_of
from conduct.ratings.services.reading import total_of
from conduct.ratings.services.schemes import NoScheme, load_schemes, scheme_for
from tests.cast import make_cast
from tests.factories import make_agency, make_posting, make_user
from tests.integration.ratings.arrange import OCTOBER, add_task, give_points, make_sheet

pytestmark = [pytest.mark.django_db]


def test_every_file_is_loaded_once_and_published() -> None:
    assert load_schemes() == 4
    assert load_schemes() == 0
    assert set(RatingScheme.objects.values_list("state", flat=True)) == {"published"}


def test_a_published_scheme_never_changes(rating_schemes: None) -> None:
    scheme = RatingScheme.objects.get(code="nd335")
    scheme.document["levels"][0]["lower"] = 80
    with pytest.raises(IntegrityError, match="never changes"):
        scheme.save()


def test_category_and_post_choose_the_scheme(rating_schemes: None) -> None:
    cast = make_cast()
    on = OCTOBER.last
    assert scheme_for(cast.lan_posting, on).code == "nd335"
    assert scheme_for(cast.minh_posting, on).code == "nd335-lanh-dao"
    Posting.objects.filter(pk=cast.lan_posting.pk).update(category="hop_dong")
    cast.lan_posting.refresh_from_db()
    assert scheme_for(cast.lan_posting, on).code == "hop-dong"


def test_the_police_are_rated_by_rules_of_their_own(rating_schemes: None) -> None:
    police = make_agency("Công an xã An Thuận", kind="police")
    posting = make_posting(make_user(), police)
    with pytest.raises(NoScheme):
        scheme_for(posting, OCTOBER.last)


def test_the_direct_head_rates_and_the_head_of_the_office_confirms() -> None:
    cast = make_cast()
    lan = authority_of(cast.lan_posting, OCTOBER.last)
    assert (set(lan.reviewers), set(lan.approvers)) == ({cast.minh.pk}, {cast.tam.pk})
    minh = authority_of(cast.minh_posting, OCTOBER.last)
    assert (set(minh.reviewers), set(minh.approvers)) == ({cast.tam.pk}, {cast.tam.pk})
    tam = authority_of(cast.tam_posting, OCTOBER.last)
    assert (set(tam.reviewers), set(tam.approvers)) == ({cast.phuong.pk}, {cast.phuong.pk})


def test_a_full_sheet_has_a_hundred_points(rating_schemes: None) -> None:
    cast = make_cast()
    sheet = make_sheet(cast.lan_posting)
    give_points(sheet, "self")
    assert total_of(sheet, "self").total is None
    add_task(sheet)
    assert total_of(sheet, "self").total == Decimal(100)
