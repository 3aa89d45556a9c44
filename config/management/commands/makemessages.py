"""Collect the texts of the interface, also those of readers’ templates: these are Jinja’s, which Django cannot read."""

from pathlib import Path

from django.core.management.commands import makemessages
from django.template import engines


class BuildFile(makemessages.BuildFile):
    """A file of which xgettext reads the texts."""

    def preprocess(self) -> None:
        """Write what xgettext, told that all is Python, reads in place of a template."""
        if "readers" not in Path(self.path).parts:
            super().preprocess()
            return
        lines = []
        found = engines["readers"].env.extract_translations(Path(self.path).read_text("utf-8"))
        for number, function, texts in found:
            # Each on the line of the template, so that comments and messages of xgettext name it.
            lines += [""] * (number - len(lines))
            given = texts if isinstance(texts, tuple) else (texts,)
            lines[number - 1] += f"{function}({', '.join(repr(text) for text in given if text is not None)});"
        Path(self.work_path).write_text("\n".join(lines), "utf-8")


class Command(makemessages.Command):
    """Django's command, for templates of both engines, those of XML among them."""

    build_file_class = BuildFile

    def handle(self, *args, **options) -> None:
        options["extensions"] = options["extensions"] or ["html", "txt", "xml", "py"]
        super().handle(*args, **options)
