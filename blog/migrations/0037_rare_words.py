from django.db import migrations

# By its hundred, PostgreSQL counts the thousand most common words, and thinks every other about as common as the last
# of them: it then looks for a word of ten texts among half a million rows instead of in the index.
COUNTED, AS_BEFORE = 500, -1


def count_words(editor, target: int) -> None:
    if editor.connection.vendor != "postgresql":
        return
    for column in ("words", "heads"):
        editor.execute(f"ALTER TABLE blog_searchentry ALTER COLUMN {column} SET STATISTICS {target}")
    # A second and a half for half a million rows, which are read and written meanwhile.
    editor.execute("ANALYZE blog_searchentry")


def forwards(apps, editor) -> None:
    count_words(editor, COUNTED)


def backwards(apps, editor) -> None:
    count_words(editor, AS_BEFORE)


class Migration(migrations.Migration):
    """How well PostgreSQL knows which words are rare."""

    dependencies = [
        ("blog", "0036_few_among_many"),
    ]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
