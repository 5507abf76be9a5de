"""我为政府网站找错: what citizens find wrong on the site, answered within three working days."""
