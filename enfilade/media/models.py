"""A piece in three dimensions, as somebody uploaded it: one file that holds everything and needs nothing from elsewhere."""

import struct
from typing import Any, cast

import msgspec

BYTES_MAX = 20_000_000
JSON_BYTES_MAX = 4_000_000
MAGIC, VERSION, JSON_CHUNK = b"glTF", 2, b"JSON"
#: What a viewer would fetch a decoder for, from elsewhere.
COMPRESSED = {
    "KHR_draco_mesh_compression": "Draco",
    "EXT_meshopt_compression": "meshopt",
    "KHR_texture_basisu": "KTX2",
}
#: What a file may ask of its viewer, beside materials (`KHR_materials_…`): each only says how what is inside is drawn.
REQUIRED = {"KHR_mesh_quantization", "KHR_texture_transform", "EXT_texture_webp", "KHR_lights_punctual"}
MATERIALS = "KHR_materials_"


class ModelRefused(Exception):
    """The bytes are no model that can be shown; the message says why and what to do."""


def checked(content: bytes) -> None:
    """Whether it is a glTF 2.0 file in its binary form that stands by itself. Raises ModelRefused."""
    if len(content) > BYTES_MAX:
        raise ModelRefused(
            f"It has {len(content) // 1_000_000} MB; up to {BYTES_MAX // 1_000_000} are taken: phones fetch it, too."
        )
    if content[:4] != MAGIC or len(content) < 20:
        raise ModelRefused("This is not a GLB file: export the model as glTF 2.0, binary.")
    version, length = struct.unpack_from("<II", content, 4)
    if version != VERSION:
        raise ModelRefused(f"This is glTF {version}; glTF 2.0 is taken.")
    size, kind = struct.unpack_from("<I4s", content, 12)
    if length != len(content) or kind != JSON_CHUNK or 20 + size > len(content):
        raise ModelRefused("The file is damaged or was cut off: export it once more.")
    if size > JSON_BYTES_MAX:
        raise ModelRefused("It describes more parts than a page can show: make the model simpler.")
    try:
        told: Any = msgspec.json.decode(content[20 : 20 + size])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ModelRefused("The file is damaged or was cut off: export it once more.") from None
    if not isinstance(told, dict):
        raise ModelRefused("The file is damaged or was cut off: export it once more.")
    _described(cast("dict[str, Any]", told))


def _described(told: dict[str, Any]) -> None:
    if (address := _address(told)) is not None:
        raise ModelRefused(
            f"It fetches “{address[:80]}” from elsewhere: export it with its textures and everything else inside."
        )
    used, required = (_names(told.get(field)) for field in ("extensionsUsed", "extensionsRequired"))
    for name, known_as in COMPRESSED.items():
        if name in used | required:
            raise ModelRefused(
                f"It is compressed by {known_as}, which our pages do not unpack: export it without."
            )
    for name in sorted(required - REQUIRED):
        if not name.startswith(MATERIALS):
            raise ModelRefused(f"It asks for “{name[:80]}”, which our pages do not have: export it without.")
    if not told.get("meshes"):
        raise ModelRefused("There is nothing in it to be seen.")


def _names(written: Any) -> set[str]:
    return (
        {one for one in cast("list[Any]", written) if isinstance(one, str)}
        if isinstance(written, list)
        else set()
    )


def _address(told: dict[str, Any]) -> str | None:
    """The first address in it, wherever it stands; notes of its makers (`extras`) are read by nobody."""
    waiting: list[Any] = [told]
    while waiting:
        at = waiting.pop()
        if isinstance(at, dict):
            for name, value in cast("dict[str, Any]", at).items():
                if name.lower() in ("uri", "url") and isinstance(value, str):
                    return value
                if name != "extras":
                    waiting.append(value)
        elif isinstance(at, list):
            waiting.extend(cast("list[Any]", at))
    return None
