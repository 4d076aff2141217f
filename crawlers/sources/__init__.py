"""Every place we crawl, one file each: being in this folder is being registered."""
