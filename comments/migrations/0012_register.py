import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0011_by_age")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="comment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="decisions",
                to="comments.comment",
                verbose_name="comment",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="comment_key",
            field=models.PositiveBigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="post_key",
            field=models.PositiveBigIntegerField(editable=False, null=True),
        ),
    ]
