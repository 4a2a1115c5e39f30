"""Finding the office to write to: with or without diacritics, few queries, nothing that is gone."""

from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Agency
from tests.cast import Cast
from tests.factories import DAY, make_agency

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("consent_texts")]


@pytest.mark.parametrize("word", ["an thuan", "An Thuận", "XÃ AN THUẬN"])
def test_an_office_is_found_by_a_part_of_its_name(client: Client, cast: Cast, word: str) -> None:
    page = client.get("/f/", {"q": word, "lang": "vi"}).content.decode()
    assert f'href="/f/office/{cast.commune.code}/?lang=vi"' in page
    assert "Tỉnh Mực Giang" in page
    assert "Bình Lâm" not in page


def test_departments_and_offices_that_are_gone_are_not_offered(client: Client, cast: Cast) -> None:
    Agency.objects.filter(pk=cast.other_commune.pk).update(valid_to=DAY.replace(month=9))
    assert "Không tìm thấy cơ quan nào" in client.get("/f/", {"q": "binh lam"}).content.decode()
    assert "Không tìm thấy cơ quan nào" in client.get("/f/", {"q": "van hoa"}).content.decode()
    assert client.get(f"/f/office/{cast.other_commune.code}/").status_code == 404


def test_many_are_counted_and_twenty_shown_in_few_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(23):
        make_agency(f"Xã Mênh Mông {number}", parent=cast.province)
    with django_assert_max_num_queries(5):
        page = client.get("/f/", {"q": "menh mong"}).content.decode()
    assert page.count("/f/office/") == 20
    assert "Còn 3 cơ quan khác" in page


def test_without_a_word_nothing_is_looked_up(client: Client, cast: Cast) -> None:
    page = client.get("/f/").content.decode()
    assert "/f/office/" not in page
    assert "Không tìm thấy" not in page
    assert 'href="/f/follow/?lang=vi"' in page
