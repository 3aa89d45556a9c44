"""Posts taken along as Markdown, with their pictures, from the list or from the page of one."""

from tempfile import TemporaryFile

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.exporting import export, for_export
from blog.models import Post


class ExportingMixin(admin.ModelAdmin):
    """Gives the admin of posts the action; who may read a post may take it along."""

    @admin.action(description=gettext_lazy("Export as Markdown"), permissions=["view"])
    def export_markdown(self, request: HttpRequest, queryset: QuerySet[Post]) -> FileResponse:
        """Answer with an archive of the posts that are chosen."""
        # On the disk: pictures weigh more than a process should.
        file = TemporaryFile()  # noqa: SIM115 the answer closes it
        export(for_export(queryset.order_by("pk")), file)
        file.seek(0)
        name = f"articles-{timezone.localdate():%Y-%m-%d}.zip"
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
