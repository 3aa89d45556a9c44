"""Everything that is said to other blogs, or heard from them.

Every request to an address that somebody gave goes through ``fetching.fetch()``; nothing else here opens a connection.
"""
