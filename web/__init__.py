"""The web server round the app: names it answers to, headers, sessions, sign-in and the first page."""
