"""A model stands by itself: what it is not, or fetches from elsewhere, is refused in words that say what to do."""

import json
import struct
from typing import Any

import pytest

from enfilade.media.models import ModelRefused, checked


def glb(told: dict[str, Any] | None = None, version: int = 2, magic: bytes = b"glTF") -> bytes:
    """A small file in the binary form, with this in its description."""
    text = json.dumps({"asset": {"version": "2.0"}, "meshes": [{"primitives": []}], **(told or {})}).encode()
    text += b" " * (-len(text) % 4)
    rest = struct.pack("<I4s", len(text), b"JSON") + text
    return magic + struct.pack("<II", version, 12 + len(rest)) + rest


def test_a_model_stands_by_itself() -> None:
    checked(glb({"extensionsUsed": ["KHR_materials_ior"], "extras": {"uri": "notes of its makers"}}))
    outside = {"images": [{"uri": "https://elsewhere.example/leather.png"}]}
    hidden = {"extensions": {"ANY_sound": {"sources": [{"URI": "bell.mp3"}]}}}
    for content, words in (
        (b"%PDF-1.7" + b" " * 40, "export the model as glTF 2.0, binary"),
        (glb(version=1), "glTF 2.0 is taken"),
        (glb()[:-4], "cut off"),
        (glb()[:12] + b"\xff\xff\xff\x7f" + glb()[16:], "cut off"),
        (glb(outside), "“https://elsewhere.example/leather.png” from elsewhere: export it with its textures"),
        (glb(hidden), "“bell.mp3” from elsewhere"),
        (glb({"extensionsUsed": ["KHR_draco_mesh_compression"]}), "compressed by Draco"),
        (glb({"extensionsRequired": ["ANY_script"]}), "asks for “ANY_script”"),
        (glb({"meshes": []}), "nothing in it to be seen"),
        (glb()[:20] + b"[" * (len(glb()) - 20), "damaged"),
    ):
        with pytest.raises(ModelRefused, match=words):
            checked(content)
