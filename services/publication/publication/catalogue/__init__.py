"""主动公开基本目录: the tree of columns, its revisions, and which columns are blank or idle. Pure."""
