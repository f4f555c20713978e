"""Server-rendered pages for people, in two languages; they call what the API calls."""
