"""Web push: notifications of a browser, carried by the service of whoever made the browser."""
