from django.db import migrations

from blog.search.stemming import stems_of

AT_ONCE = 2000


def learn_anew(apps, editor) -> None:
    """Give the words that can be found the stems that they have by now: others would not be found any more."""
    SearchWord = apps.get_model("blog", "SearchWord")
    # By key, so that no row is written while all are read.
    last = 0
    while rows := list(SearchWord.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        changed = []
        for row in rows:
            (stem,) = stems_of(row.word, [row.stem.partition(":")[0]])
            if stem != row.stem:
                row.stem = stem
                changed.append(row)
        SearchWord.objects.bulk_update(changed, ["stem"], batch_size=500)


class Migration(migrations.Migration):
    """The stems of ‘publique’, ‘grecque’, ‘longue’, ‘used’ and their like are those of ‘public’, ‘grec’, ‘long’, ‘use’."""

    dependencies = [("blog", "0037_rare_words")]

    operations = [migrations.RunPython(learn_anew, migrations.RunPython.noop, elidable=True)]
