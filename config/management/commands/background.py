"""Run the background worker alone; `serve` runs it beside the web server."""

from django.core.management.base import BaseCommand
from django.utils.autoreload import run_with_reloader

from config.background import run_worker


class Command(BaseCommand):
    help = "Run enqueued tasks until told to stop."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--reload", action="store_true", help="begin again when code changes")

    def handle(self, *, reload: bool, **options) -> None:
        if reload:
            run_with_reloader(run_worker)
        else:
            run_worker()
