"""What an operator is told who has the demo publication crawled."""

import subprocess
import sys

from tests.site.crawling import Reader
from tests.site.kinds import find_requests
from tests.stack import ROOT, site_environment


def test_the_demo_contradicts_itself_nowhere(site):
    with Reader(site.url) as reader:
        # Waits for the worker, which changes pages until it has come to an end.
        find_requests(site, reader)
    done = subprocess.run(
        [sys.executable, "manage.py", "crawl", "--url", site.url],
        cwd=ROOT,
        env=site_environment(site.data_dir, SITE_URL=site.url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 findings" in done.stdout
