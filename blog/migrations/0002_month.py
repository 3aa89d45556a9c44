from datetime import UTC

from django.db import migrations, models
from django.db.models import Count
from django.db.models.functions import ExtractMonth, ExtractYear


def count_months(apps, schema_editor):
    """Count the posts that are published; one pass over an index of them."""
    database = schema_editor.connection.alias
    post, month = apps.get_model("blog", "Post"), apps.get_model("blog", "Month")
    months = (
        post.objects.using(database)
        .filter(status="published")
        .order_by()
        .values(
            "language",
            year=ExtractYear("published_at", tzinfo=UTC),
            month=ExtractMonth("published_at", tzinfo=UTC),
        )
        .annotate(posts=Count("pk"))
    )
    month.objects.using(database).bulk_create(month(**row) for row in months)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Month",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=2)),
                ("year", models.PositiveSmallIntegerField()),
                ("month", models.PositiveSmallIntegerField()),
                ("posts", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "month",
                "verbose_name_plural": "months",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("language", "year", "month"), name="month_once_a_language")
                ],
            },
        ),
        migrations.RunPython(count_months, migrations.RunPython.noop),
    ]
