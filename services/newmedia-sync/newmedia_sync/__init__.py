"""新媒体矩阵: the register of accounts, renditions, release to every platform, read-back."""
