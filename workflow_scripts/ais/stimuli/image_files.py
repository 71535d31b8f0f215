"""Which files are images, by their names alone, and which of a folder's are a set's."""

import os
from pathlib import Path

# All that Pillow reads, with HEIC by pillow-heif. Left out: what is no picture (.h5, .grib, .mpg), what only a program
# beside Pillow can draw (.eps, .wmf), and names that other formats bear.
EXTENSIONS = {
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".jp2", ".j2k", ".jpc", ".jpf", ".jpx", ".j2c"),
    *(".png", ".apng", ".tif", ".tiff", ".bmp", ".dib", ".gif", ".webp", ".avif", ".avifs"),
    *(".heic", ".heics", ".heif", ".heifs", ".hif"),
    *(".pbm", ".pgm", ".ppm", ".pnm", ".pfm", ".qoi", ".tga", ".icb", ".vda", ".vst"),
    *(".sgi", ".rgb", ".rgba", ".bw", ".ras", ".pcx", ".dcx", ".psd", ".dds", ".fits", ".fit"),
    *(".ico", ".cur", ".icns", ".im", ".msp", ".xbm", ".xpm", ".pcd", ".pxr", ".blp", ".ftc", ".ftu", ".gbr"),
}


def is_image(path: str | Path) -> bool:
    """Whether a file's name says that it is an image; hidden files are none."""
    path = Path(path)
    return path.suffix.lower() in EXTENSIONS and not path.name.startswith(".")


def images_in(folder: str | Path) -> list[Path]:
    """The images of a set, sorted: those that lie in its folder, or, where none does, those in the folders below.

    Sets in class folders have none beside them. Hidden folders are passed over.
    """
    own = sorted(path for path in Path(folder).iterdir() if is_image(path) and path.is_file())
    return own or sorted(path for path in below(folder) if is_image(path))


def below(folder: str | Path) -> list[Path]:
    """All files in the folders below a folder, hidden ones passed over; links that lead outside are followed, once."""
    found, whole = [], os.path.realpath(folder)
    seen = {whole}  # a link may lead to where it comes from
    for place, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [name for name in sorted(folders) if not name.startswith(".")]
        for name in folders[:]:
            real = os.path.realpath(os.path.join(place, name))
            inside = os.path.islink(os.path.join(place, name)) and real.startswith(whole + os.sep)
            if real in seen or inside:
                folders.remove(name)
            else:
                seen.add(real)
        if Path(place) != Path(folder):
            found += [Path(place) / name for name in files]
    return found
