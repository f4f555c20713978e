"""What goes over the wire, one file a subject, named as the resources that use it."""
