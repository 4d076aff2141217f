"""A Whoosh storage whose files are read as memory maps: no call to the system for each of the millions of reads."""

import mmap
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile


class MappedStorage(FileStorage):
    """A folder of index files that are only read. What is open stays readable when its file is deleted."""

    def open_file(self, name: str, **options: Any) -> Any:
        """A file, mapped unless it is empty."""
        if not self.file_length(name):
            return super().open_file(name, **options)
        with open(self._fpath(name), "rb") as file:  # noqa: PTH123
            return MappedFile(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), name)


class MappedFile(BufferFile):
    """A mapped file as Whoosh wants files to be; `BufferFile` alone would copy the map."""

    def __init__(self, mapped: mmap.mmap, name: str) -> None:
        super().__init__(b"", name=name)
        self._buf: Any = mapped
        self.file: Any = mapped
