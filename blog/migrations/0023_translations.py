from django.db import migrations, models
from django.db.models import F


def note_states(apps, schema_editor):
    """Say of the translations that there are how far they are: three statements, whatever their number."""
    posts = apps.get_model("blog", "Post").objects.using(schema_editor.connection.alias)
    translations = posts.filter(translation_of__isnull=False)
    behind = translations.filter(translated_revision__lt=F("translation_of__revision"))
    behind.update(translation_state="outdated")
    others = translations.filter(translation_state="")
    others.filter(status__in=["published", "withdrawn"]).update(translation_state="done")
    others.exclude(status__in=["published", "withdrawn"]).update(translation_state="work")


def put_english_apart(apps, schema_editor):
    """Put the words of English events into the columns of English: until now they had one for both languages."""
    events = apps.get_model("blog", "Event").objects.using(schema_editor.connection.alias).filter(language="en")
    events.update(title_en=F("title_fr"), description_en=F("description_fr"))
    events.update(title_fr="", description_fr="")


def put_together(apps, schema_editor):
    """Let the one column hold the words in the language of the event again."""
    events = apps.get_model("blog", "Event").objects.using(schema_editor.connection.alias)
    events.filter(language="en").exclude(title_en="").update(title_fr=F("title_en"), description_fr=F("description_en"))
    events.filter(title_fr="").update(title_fr=F("title_en"))


class Migration(migrations.Migration):
    dependencies = [
        ("authors", "0001_initial"),
        ("blog", "0022_reviews"),
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
        migrations.RenameField(model_name="event", old_name="title", new_name="title_fr"),
        migrations.RenameField(model_name="event", old_name="description", new_name="description_fr"),
        migrations.AlterField(
            model_name="event",
            name="title_fr",
            field=models.CharField(blank=True, max_length=200, verbose_name="title, in French"),
        ),
        migrations.AlterField(
            model_name="event",
            name="description_fr",
            field=models.TextField(blank=True, verbose_name="description, in French"),
        ),
        migrations.AddField(
            model_name="event",
            name="title_en",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="title, in English"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="event",
            name="description_en",
            field=models.TextField(blank=True, default="", verbose_name="description, in English"),
            preserve_default=False,
        ),
        migrations.RunPython(put_english_apart, put_together),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("title_en", ""), ("title_fr", ""), _negated=True),
                name="event_has_a_title",
                violation_error_message="Give the event a title, in French or in English.",
            ),
        ),
    ]
