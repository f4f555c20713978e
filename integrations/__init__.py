"""What other systems bring in and take out: files, feeds and directories, in the product's own words."""
