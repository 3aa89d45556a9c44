from django.db import migrations

# What is new in searches, and the entries that are there already, which now know their year, those of comments also what
# their post is filed under. The background sees to all of it; until then what is narrowed by these finds less.
MARK = """
INSERT INTO blog_searchstale (kind, "key") SELECT 'event', id FROM blog_event WHERE is_public;
INSERT INTO blog_searchstale (kind, "key") SELECT 'partner', id FROM blog_partner WHERE is_listed;
INSERT INTO blog_searchstale (kind, "key") SELECT kind, "key" FROM blog_searchentry ORDER BY id DESC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0032_recordings"),
    ]

    operations = [
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
