"""What sources share: how to read the forms in which the web tells of courses and books."""
