#!/usr/bin/env python
"""Django's command line for Muster."""

import sys

from config.start import read_settings

if __name__ == "__main__":
    read_settings()
    from config.commands import Commands

    Commands(sys.argv).execute()
