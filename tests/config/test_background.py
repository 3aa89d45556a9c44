from datetime import timedelta
from unittest import mock

from django.tasks import TaskResultStatus
from django.test import TestCase, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import background

QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


def make_result(status=TaskResultStatus.RUNNING, workers=("this:1",), age=timedelta(0), **fields):
    return DBTaskResult.objects.create(
        status=status,
        worker_ids=list(workers),
        started_at=timezone.now() - age,
        finished_at=timezone.now() - age if status != TaskResultStatus.RUNNING else None,
        args_kwargs={"args": [], "kwargs": {}},
        task_path=background.keep_house.module_path,
        backend_name="default",
        run_after=timezone.now(),
        **fields,
    )


@override_settings(TASKS=QUEUED)
class TakeUpAbandonedTasksTests(TestCase):
    def status_after(self, result):
        background.take_up_abandoned_tasks("this:")
        result.refresh_from_db()
        return result.status

    def test_what_a_dead_worker_of_this_name_left_is_ready_again(self):
        self.assertEqual(self.status_after(make_result()), TaskResultStatus.READY)

    def test_what_runs_elsewhere_is_left_alone(self):
        self.assertEqual(self.status_after(make_result(workers=["that:1"])), TaskResultStatus.RUNNING)

    def test_what_was_begun_elsewhere_long_ago_is_ready_again(self):
        result = make_result(workers=["that:1"], age=timedelta(hours=2))
        self.assertEqual(self.status_after(result), TaskResultStatus.READY)

    def test_what_killed_its_worker_time_and_again_has_failed(self):
        self.assertEqual(self.status_after(make_result(workers=["this:1"] * 3)), TaskResultStatus.FAILED)


@override_settings(TASKS=QUEUED)
class KeepHouseTests(TestCase):
    def waiting(self):
        return DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=background.keep_house.module_path)

    def test_it_removes_what_finished_long_ago(self):
        old = make_result(TaskResultStatus.SUCCESSFUL, age=timedelta(days=15))
        new = make_result(TaskResultStatus.SUCCESSFUL, age=timedelta(days=1))
        background.keep_house.call()
        self.assertFalse(DBTaskResult.objects.filter(pk=old.pk).exists())
        self.assertTrue(DBTaskResult.objects.filter(pk=new.pk).exists())

    def test_it_comes_again_in_an_hour(self):
        background.keep_house.call()
        self.assertAlmostEqual(
            self.waiting().get().run_after, timezone.now() + timedelta(hours=1), delta=timedelta(minutes=1)
        )

    def test_it_comes_again_even_when_it_fails(self):
        with mock.patch("config.background.call_command", side_effect=OSError), self.assertRaises(OSError):
            background.keep_house.call()
        self.assertEqual(self.waiting().count(), 1)

    def test_it_takes_up_the_watch_over_tribunes(self):
        background.keep_house.call()
        background.keep_house.call()
        rounds = DBTaskResult.objects.filter(task_path="blog.tasks.look_at_tribunes")
        self.assertEqual(rounds.count(), 1)

    def test_it_waits_once(self):
        background.schedule_housekeeping(timezone.now())
        background.schedule_housekeeping(timezone.now())
        self.assertEqual(self.waiting().count(), 1)


class LockTests(TestCase):
    def test_the_name_stays_the_same(self):
        with background.the_only_worker() as first:
            pass
        with background.the_only_worker() as second:
            self.assertEqual(first, second)
            self.assertLess(len(second), 40)
