"""Drawn pictures as files, made by several processes.

Apart from ``demo/loading.py``, since each process imports this module and needs no Django.
"""

from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context

from demo.drawings import draw


def draw_all(pictures: list[dict]) -> dict[str, bytes]:
    """Return the picture files by key, drawn by as many processes as there are cores."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return dict(zip([row["key"] for row in pictures], pool.map(draw_file, pictures), strict=True))


def draw_file(row: dict) -> bytes:
    """Return one drawn picture as the file that an editor would upload."""
    buffer = BytesIO()
    drawing = draw(row["kind"], row["motif"], row["palette"], row["key"])
    drawing.convert("RGB").save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
