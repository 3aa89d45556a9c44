"""Settings of sites of this machine that are each other's partners: they may ask each other by loopback."""

import os

from config.settings import *  # noqa: F403

LOOPBACK_SERVERS = frozenset(f"localhost:{port}" for port in os.environ["NEIGHBOURS"].split())
