"""Drawn pictures as files, made by several processes.

Apart from ``demo/loading.py``, since each process imports this module and needs no Django.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from demo.drawings import draw_file
from pictures.masters import Master


def draw_all(pictures: list[dict]) -> dict[str, Master]:
    """Return the picture files by key, drawn by as many processes as there are cores."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return dict(zip([row["key"] for row in pictures], pool.map(draw_row, pictures), strict=True))


def draw_row(row: dict) -> Master:
    """Return one drawn picture as the file that the library keeps."""
    return draw_file(row["kind"], row["motif"], row["palette"], row["key"])
