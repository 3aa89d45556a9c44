import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Let a mail to a moderator be about no comment; the table holds a month of them."""

    dependencies = [("comments", "0016_who_entrusted_what")]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="comment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="comments.comment",
                verbose_name="comment",
            ),
        ),
    ]
