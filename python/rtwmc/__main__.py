# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`python -m rtwmc COMMAND` is `rtwmc COMMAND`, also where the package is not installed."""

import sys

from .cli import main

sys.exit(main())
