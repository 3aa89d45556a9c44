from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0012_register")]

    operations = [
        migrations.AddField(
            model_name="following",
            name="seen_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="following",
            name="seen_number",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
    ]
