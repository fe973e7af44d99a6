# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs from kernel to kernel: one Family a file. A new file is found by itself."""
