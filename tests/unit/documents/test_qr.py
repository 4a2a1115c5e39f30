"""QR codes of our addresses."""

import pytest
import segno

from conduct.documents.qr import qr_png, qr_svg

ADDRESS = "https://chuanmuc.example/r/at2k/"


def test_code_is_svg_with_quiet_zone_and_black_on_white() -> None:
    svg = qr_svg(ADDRESS, scale=1)
    side = segno.make(ADDRESS, error="q", micro=False, boost_error=False).symbol_size(border=4)[0]
    assert svg.startswith("<svg")
    assert f'width="{side}"' in svg
    assert 'stroke="#000"' in svg
    assert 'fill="#fff"' in svg


def test_code_is_png() -> None:
    assert qr_png(ADDRESS).startswith(b"\x89PNG")


def test_same_address_gives_the_same_code() -> None:
    assert qr_svg(ADDRESS) == qr_svg(ADDRESS) != qr_svg(ADDRESS + "x")


def test_empty_address_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        qr_svg("")
