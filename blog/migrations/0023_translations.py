from django.db import migrations, models
from django.db.models import F


def note_states(apps, schema_editor):
    """Say of the translations that there are how far they are: three statements, whatever their number."""
    posts = apps.get_model("blog", "Post").objects.using(schema_editor.connection.alias)
    translations = posts.filter(translation_of__isnull=False)
    behind = translations.filter(translated_revision__lt=F("translation_of__revision"))
    behind.update(translation_state="outdated")
    others = translations.filter(translation_state="")
    others.filter(status="published").update(translation_state="done")
    others.exclude(status="published").update(translation_state="work")


class Migration(migrations.Migration):
    dependencies = [
        ("authors", "0001_initial"),
        ("blog", "0021_writing"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="appears_with_original",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="At the same moment; when the original is given another, this translation follows.",
                verbose_name="appears together with its original",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="translated_version",
            field=models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name="version translated"),
        ),
        migrations.AddField(
            model_name="post",
            name="translation_state",
            field=models.CharField(
                blank=True,
                choices=[("todo", "to do"), ("work", "in work"), ("done", "done"), ("outdated", "out of date")],
                db_default="",
                default="",
                editable=False,
                max_length=8,
                verbose_name="state of the translation",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["translation_state", "-modified_at"], name="post_by_translation_state"),
        ),
        migrations.RunPython(note_states, migrations.RunPython.noop),
    ]
