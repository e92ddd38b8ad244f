"""The article's pictures: light, on white ground, each as SVG and as PNG at twice its size."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from scoreboard.report.post.markdown import Markdown, picture
from scoreboard.report.untrusted import printable
from star_history.palette import INKS
from star_history.sheet import FONT

FOLDER = "pictures"
SCALE = 2
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MARGIN, TITLE, SIDE = 16, 17, 52  # pixels: around drawings, of a title's letters, of a title's own place
LETTER = 0.53  # of its size: how wide a letter is on average
MOST_SHRUNK = 11
OPENING = re.compile(r"<svg\b[^>]*>")
SIZES = re.compile(r' (?:x|y|width|height)="[^"]*"')
VIEW = re.compile(r'\bviewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class Picture:
    """A drawing, the name of its files, and what it shows in words."""

    name: str
    alt: str
    svg: str

    @property
    def shown(self) -> Markdown:
        """The picture in the article."""
        return picture(self.alt, f"{FOLDER}/{self.name}.png")


def titled(svg: str, title: str, below: str = "") -> str:
    """The drawing below its title, so that it says what it is where it stands alone."""
    (width, height), ink = _size(svg), INKS["light"]
    words = [(title, TITLE, 20, ink.text, 600), (below, 13, 39, ink.muted, 400)]
    told = "".join(_words(*each, room=width) for each in words if each[0])
    return _sheet(width, height + SIDE, told + _placed(svg, 0, SIDE))


def beside(drawings: Sequence[str]) -> str:
    """Drawings side by side, on white ground."""
    sizes = [_size(each) for each in drawings]
    places = [sum(width + MARGIN for width, _ in sizes[:count]) + MARGIN for count in range(len(sizes) + 1)]
    ground = f'<rect width="100%" height="100%" fill="{INKS["light"].background}"/>'
    placed = "".join(_placed(each, x, MARGIN) for each, x in zip(drawings, places, strict=False))
    return _sheet(places[-1], max(height for _, height in sizes) + 2 * MARGIN, ground + placed)


def _size(svg: str) -> tuple[float, float]:
    found = VIEW.search(svg)
    assert found, "a drawing says how large it is"
    return float(found[1]), float(found[2])


def _placed(svg: str, x: float, y: float) -> str:
    """The drawing in its own size at a place on a sheet."""
    (width, height), opening = _size(svg), OPENING.search(svg)
    assert opening, "a drawing is one SVG"
    bare = SIZES.sub("", opening[0])
    sized = bare.replace("<svg", f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"', 1)
    return svg.replace(opening[0], sized, 1)


def _sheet(width: float, height: float, inner: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="{FONT}">{inner}</svg>'
    )


def _words(told: str, size: float, y: float, colour: str, weight: int, room: float) -> str:
    """One line, smaller where it would not fit."""
    fitting = max(MOST_SHRUNK, min(size, room / (LETTER * len(told))))
    return (
        f'<text y="{y:g}" font-size="{fitting:.1f}" font-weight="{weight}" fill="{colour}">'
        f"{escape(printable(told))}</text>"
    )


def files(pictures: Iterable[Picture]) -> Iterator[tuple[str, bytes]]:
    """Each file with its path below the article's folder."""
    import vl_convert

    for each in pictures:
        yield f"{FOLDER}/{each.name}.svg", each.svg.encode()
        yield f"{FOLDER}/{each.name}.png", packed(vl_convert.svg_to_png(each.svg, scale=SCALE))


def packed(png: bytes) -> bytes:
    """The same pixels in a quarter of the bytes: what drew them was in a hurry."""
    chunks = list(_chunks(png))
    pixels = zlib.compress(zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT")), 9)
    around = [chunk for chunk in chunks if chunk[0] != b"IDAT"]
    return SIGNATURE + b"".join(_chunk(*each) for each in [*around[:-1], (b"IDAT", pixels), around[-1]])


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(png):
        (size,) = struct.unpack_from(">I", png, place)
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        place += size + 12


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
