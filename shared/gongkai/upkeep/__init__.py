"""What operators need: a backup that was compared, a check of everything, a bundle for whoever helps."""
