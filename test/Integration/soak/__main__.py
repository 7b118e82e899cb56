# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command: `tools/soak.sh --minutes N --seed S`, which sets the paths."""

import sys

from .command import main

sys.exit(main())
