"""What `make quality` measures: every page in a real browser, over a demo served for the purpose."""

import os

AS_STARTED = dict(os.environ)  # before anything told this process of settings and a database
