from django.db import migrations

# One statement, however many there are; the background sees to them.
MARK = """
INSERT INTO blog_searchstale (kind, "key") SELECT 'comment', id FROM comments_comment WHERE status = 'approved';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0030_search"),
        ("comments", "0019_decisions_by_email"),
    ]

    operations = [
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
