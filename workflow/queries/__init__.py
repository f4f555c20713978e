"""The read side: what people may look at, one file a subject; nothing here changes anything."""
