"""The editions of the criteria that come with the product, and how the text of one becomes checked values."""
