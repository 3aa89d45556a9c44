"""A walk over the whole site, and what its pages, sitemaps, feeds and robots.txt say against each other."""
