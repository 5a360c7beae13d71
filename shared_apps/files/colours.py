"""The colours of a picture as the browser of a page shows them, whatever profile says what its numbers mean.

Telephones write Display P3, cameras often Adobe RGB. We keep no profiles; without one, numbers are read as sRGB.
"""

import io

from PIL import Image, ImageCms

KNOWN = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # spaces of profiles that say how the modes of pictures are meant


def in_srgb(picture: Image.Image) -> Image.Image:
    """`picture` with the colours that its profile means, in sRGB, and what is see-through as it was.

    A profile that can't be read, or is of another kind of colours, changes nothing.
    """
    content = picture.info.get("icc_profile")
    mode = picture.mode.removesuffix("A")
    if not content:
        return picture
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(content))
        if KNOWN.get(profile.profile.xcolor_space) != mode or "sRGB" in ImageCms.getProfileDescription(profile):
            return picture
        plain = picture.convert(mode) if picture.mode != mode else picture
        made = ImageCms.profileToProfile(plain, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    if made is None:
        return picture
    if picture.mode != mode:
        made.putalpha(picture.getchannel("A"))
    made.info = {name: value for name, value in picture.info.items() if name != "icc_profile"}
    return made
