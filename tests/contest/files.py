"""Small files to sync, the same in every run."""

import filecmp
import os
import pathlib
import random


def lay_out(directory, files, folders, total):
    """Writes `files` files of `total` bytes in all, of half to one and a half of the mean size, in folders."""
    dice, left = random.Random(19), total
    for number in range(files):
        folder = directory / f"folder {number % folders:04}"
        if number < folders:
            folder.mkdir(parents=True)
        mean = left // (files - number)
        size = left if number == files - 1 else dice.randint(mean // 2, mean + mean // 2)
        (folder / f"file {number:06}.bin").write_bytes(dice.randbytes(size))
        left -= size


def differences(source, copy):
    """Returns how many files of `source` are missing or different in `copy`, or are in `copy` alone."""
    names = [set(below(directory)) for directory in (source, copy)]
    _, different, unread = filecmp.cmpfiles(source, copy, names[0] & names[1], shallow=False)
    return len(names[0] ^ names[1]) + len(different) + len(unread)


def below(directory):
    """Lists the files below a directory."""
    for folder, _, files in os.walk(directory):
        for name in files:
            yield str((pathlib.Path(folder) / name).relative_to(directory))
