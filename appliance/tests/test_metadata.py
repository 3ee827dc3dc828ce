"""The metadata service finds a caller's own files and nobody else's."""

import os
import tempfile
import unittest

from metadata import listing, locate


class LocateTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name
        for address in ("10.0.0.5", "10.0.0.6"):
            os.makedirs(f"{self.folder}/{address}/latest/meta-data/placement")
            with open(f"{self.folder}/{address}/latest/meta-data/hostname", "w", encoding="ascii") as file:
                file.write(address)

    def test_a_caller_gets_the_file_of_its_address(self) -> None:
        for url in ("/latest/meta-data/hostname", "//latest/meta-data/hostname?x=1", "/latest/meta%2ddata/hostname"):
            self.assertEqual(locate(self.folder, "10.0.0.5", url), f"{self.folder}/10.0.0.5/latest/meta-data/hostname")

    def test_no_path_leads_to_another_callers_files(self) -> None:
        for url in ("/../10.0.0.6/latest", "/%2e%2e/10.0.0.6/latest", "/latest/%00", "/nothing", "/latest/..%2f..%2f10.0.0.6"):
            self.assertIsNone(locate(self.folder, "10.0.0.5", url), url)
        self.assertIsNone(locate(self.folder, "10.0.0.7", "/latest"))

    def test_a_folder_is_listed_with_its_folders_marked(self) -> None:
        self.assertEqual(listing(f"{self.folder}/10.0.0.5/latest/meta-data"), b"hostname\nplacement/")
