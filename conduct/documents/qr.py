"""QR codes of our addresses: level Q (a quarter may be dirty), four modules of quiet zone, black on white."""

import io

import segno


def qr_svg(address: str, *, scale: int = 8) -> str:
    """The code as SVG text that grows to any size. ValueError for an address no QR code can hold."""
    out = io.BytesIO()
    _make(address).save(out, kind="svg", scale=scale, border=4, xmldecl=False, dark="#000", light="#fff")
    return out.getvalue().decode()


def qr_png(address: str, *, scale: int = 16) -> bytes:
    """The code as PNG, `scale` pixels a module."""
    out = io.BytesIO()
    _make(address).save(out, kind="png", scale=scale, border=4, dark="#000", light="#fff")
    return out.getvalue()


def _make(address: str) -> segno.QRCode:
    if not address:
        raise ValueError("an empty address has no QR code")
    return segno.make(address, error="q", micro=False, boost_error=False)
