"""What `make quality` measures: every page in a real browser, over a demo served for the purpose."""
