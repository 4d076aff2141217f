"""The pages of the site: one file an area, each with a blueprint called ``page``; being here is being served."""
