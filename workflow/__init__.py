"""What a promotion case is and how it moves; knows no web, no mail and no clock."""
