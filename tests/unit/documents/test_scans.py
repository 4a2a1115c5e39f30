"""Uploaded scans are judged by what they hold."""

import contextlib
import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from conduct.documents.scans import MAX_BYTES, MAX_PAGES, BadScan, Scan, ScanProblem, read_scan


def pdf(n_pages: int = 1, arrange: Callable[[PdfWriter], object] | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(n_pages):
        writer.add_blank_page(595, 842)
    if arrange:
        arrange(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind: str, size: tuple[int, int] = (320, 440)) -> bytes:
    image = Image.effect_noise(size, 40).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose head promises any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scan.pdf", content)
    return out.getvalue()


def refused(content: bytes) -> ScanProblem:
    with pytest.raises(BadScan) as caught:
        read_scan(content)
    return caught.value.problem


@pytest.mark.parametrize(
    ("kind", "media_type", "ending"),
    [("JPEG", "image/jpeg", ".jpg"), ("PNG", "image/png", ".png"), ("WEBP", "image/webp", ".webp")],
)
def test_picture_is_one_page(kind: str, media_type: str, ending: str) -> None:
    found = read_scan(picture(kind))
    assert (found.media_type, found.ending, found.n_pages) == (media_type, ending, 1)


@pytest.mark.parametrize("n_pages", [1, 7, MAX_PAGES])
def test_pages_of_a_pdf_are_counted(n_pages: int) -> None:
    found = read_scan(pdf(n_pages))
    assert (found.media_type, found.ending, found.n_pages) == ("application/pdf", ".pdf", n_pages)


def test_pdf_with_packed_objects_is_read() -> None:
    def pack(writer: PdfWriter) -> None:
        writer.compress_identical_objects()
        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://example.gov.vn"))

    assert read_scan(pdf(2, pack)).n_pages == 2


def test_same_bytes_have_the_same_hash() -> None:
    content = pdf()
    assert read_scan(content).sha256 == read_scan(bytes(content)).sha256
    assert len(read_scan(content).sha256) == 64


def test_nothing_is_no_scan() -> None:
    assert refused(b"") == ScanProblem.EMPTY


def test_eleven_megabytes_are_too_much() -> None:
    assert refused(b"%PDF-1.7\n" + bytes(11 * 1024 * 1024)) == ScanProblem.TOO_BIG


def test_ten_megabytes_are_not() -> None:
    content = pdf(1, lambda writer: writer.add_metadata({"/Subject": "x" * (MAX_BYTES - 2000)}))
    assert len(content) < MAX_BYTES
    assert read_scan(content + b"\n" * (MAX_BYTES - len(content))).n_pages == 1


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03\x00\x00\x00" + bytes(500),  # a program, whatever its name says
        b"\x7fELF" + bytes(500),
        zipped(b"%PDF-1.7"),
        zipped(bytes(50_000_000)),  # a bomb: 50 kB that unpack to 50 MB; nobody unpacks it
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b" %PDF-1.7",
        b"GIF89a" + bytes(100),
        b"BM" + bytes(100),
        b"II*\x00" + bytes(100),
        b"RIFF\x00\x00\x00\x00AVI " + bytes(100),
        bytes(100),
    ],
    ids=["exe", "elf", "zip", "zip bomb", "html", "svg", "late head", "gif", "bmp", "tiff", "avi", "zeros"],
)
def test_other_kinds_are_refused(content: bytes) -> None:
    assert refused(content) == ScanProblem.OTHER_KIND


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(kind: str) -> None:
    content = picture(kind)
    assert refused(content[: len(content) // 2]) == ScanProblem.BROKEN


HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP", b"%PDF-1.7")


@pytest.mark.parametrize("head", HEADS)
def test_head_alone_is_no_scan(head: bytes) -> None:
    assert refused(head + b"not what it says" * 50) == ScanProblem.BROKEN


@pytest.mark.parametrize("size", [(60_000, 60_000), (7_000, 7_000), (2_000_000, 30)])
def test_picture_bomb_is_refused_before_it_grows(size: tuple[int, int]) -> None:
    content = png_that_says(*size)
    tracemalloc.start()
    problem = refused(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem == ScanProblem.TOO_MANY_PIXELS
    assert peak < 20_000_000


def test_pdf_without_pages_is_refused() -> None:
    assert refused(pdf(0)) == ScanProblem.BROKEN


def test_book_is_refused() -> None:
    assert refused(pdf(MAX_PAGES + 1)) == ScanProblem.TOO_MANY_PAGES


def test_page_tree_that_doubles_itself_is_refused() -> None:
    """Twenty nodes, each with the next one twice: a million pages in a kilobyte."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    objects += [f"<</Type/Pages/Count 2/Kids[{n} 0 R {n} 0 R]>>".encode() for n in range(3, 23)]
    objects += [b"<</Type/Page/MediaBox[0 0 9 9]>>"]
    assert refused(by_hand(objects)) == ScanProblem.TOO_MANY_PAGES


def by_hand(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(out))
    )


def test_locked_pdf_is_refused() -> None:
    assert refused(pdf(1, lambda writer: writer.encrypt("bí mật"))) == ScanProblem.ENCRYPTED


def running(writer: PdfWriter) -> None:
    action = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def launching(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("a.exe")}
    )
    writer.root_object[NameObject("/OpenAction")] = action


def clicking(writer: PdfWriter) -> None:
    link = Link(rect=(0, 0, 9, 9), url="https://example.gov.vn")
    link[NameObject("/A")] = DictionaryObject(
        {NameObject("/S"): writer._add_object(NameObject("/JavaScript"))}
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


@pytest.mark.parametrize(
    "arrange",
    [
        running,
        lambda writer: writer.add_attachment("a.exe", b"MZ"),
        launching,
        clicking,
    ],
    ids=["script", "attachment", "launch", "script behind a link"],
)
def test_pdf_that_does_something_is_refused(arrange: Callable[[PdfWriter], object]) -> None:
    assert refused(pdf(1, arrange)) == ScanProblem.ACTIVE


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300), st.sampled_from((b"", *HEADS)))
def test_no_bytes_upset_the_reader(noise: bytes, head: bytes) -> None:
    try:
        found = read_scan(head + noise)
    except BadScan:
        return
    assert isinstance(found, Scan)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_damaged_pdf_upsets_the_reader(data: st.DataObject) -> None:
    content = bytearray(pdf(2))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadScan):
        assert read_scan(bytes(content)).n_pages in range(1, MAX_PAGES)
