# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes cat.rgb: pip install pillow scikit-image, then python3 make_cat.py."""

from pathlib import Path

import skimage
from PIL import Image

FACE = (110, 10, 370, 270)  # left, top, right, bottom in chelsea.png, 451x300

picture = Image.open(Path(skimage.__file__).parent / "data" / "chelsea.png").convert("RGB")
small = picture.crop(FACE).resize((32, 32), Image.Resampling.LANCZOS)
Path(__file__).with_name("cat.rgb").write_bytes(small.tobytes())
