"""Materials, all procedural: no photograph, no downloaded texture.

Colours are sRGB hex strings. Texture scales count features per model unit.
"""

import math

import bpy

METALS = {
    "gold": ("#D8BA84", 0.16),
    "pale-gold": ("#D8C79C", 0.16),
    "rose-gold": ("#D9A78F", 0.16),
    "steel": ("#C9CBCE", 0.18),
    "palladium": ("#D8D6D2", 0.14),
    "brass": ("#C6A263", 0.24),
    "gunmetal": ("#4A4A4E", 0.22),
}


def rgb(colour):
    """Linear RGBA of an sRGB hex string."""
    colour = colour.lstrip("#")
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return (*linear, 1.0)


class _Nodes:
    """A material with its principled shader and short ways to add nodes."""

    def __init__(self, name):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.bsdf = self.tree.nodes["Principled BSDF"]

    def set(self, **values):
        for key, value in values.items():
            self.bsdf.inputs[key.replace("_", " ")].default_value = value
        return self

    def node(self, kind, **values):
        node = self.tree.nodes.new(kind)
        for key, value in values.items():
            if key in node.inputs:
                node.inputs[key].default_value = value
            else:
                setattr(node, key, value)
        return node

    def link(self, source, target):
        self.tree.links.new(source, target)

    def place(self, scale=(1, 1, 1), output="Object"):
        """Texture coordinates of the model, stretched by ``scale``."""
        coordinates = self.node("ShaderNodeTexCoord")
        mapping = self.node("ShaderNodeMapping", Scale=scale)
        self.link(coordinates.outputs[output], mapping.inputs["Vector"])
        return mapping.outputs["Vector"]

    def bump(self, height, strength, distance=0.01, after=None):
        node = self.node("ShaderNodeBump", Strength=strength, Distance=distance)
        self.link(height, node.inputs["Height"])
        if after is not None:
            self.link(after, node.inputs["Normal"])
        self.link(node.outputs["Normal"], self.bsdf.inputs["Normal"])
        return node.outputs["Normal"]

    def mix(self, factor, a, b, target="Base Color"):
        """Blend two colours by a texture's value."""
        ramp = self.node("ShaderNodeValToRGB")
        ramp.color_ramp.elements[0].color = a
        ramp.color_ramp.elements[1].color = b
        # What remains when textures are cut off for a GLB.
        self.bsdf.inputs[target].default_value = [(x + y) / 2 for x, y in zip(a, b, strict=True)]
        self.link(factor, ramp.inputs["Fac"])
        self.link(ramp.outputs["Color"], self.bsdf.inputs[target])
        return ramp


def _shade(colour, factor):
    r, g, b, _ = rgb(colour)
    return (r * factor, g * factor, b * factor, 1.0)


def leather(colour, grain=55.0, depth=0.35, roughness=0.42):
    """Grained calf: small cells with soft valleys, slightly uneven in colour."""
    n = _Nodes("leather").set(
        Roughness=roughness, Specular_IOR_Level=0.45, Coat_Weight=0.08, Coat_Roughness=0.3
    )
    at = n.place()
    warp = n.node("ShaderNodeTexNoise", Scale=grain * 0.35, Detail=2.0)
    n.link(at, warp.inputs["Vector"])
    shift = n.node("ShaderNodeMixRGB", Fac=0.012, blend_type="ADD")
    n.link(at, shift.inputs["Color1"])
    n.link(warp.outputs["Color"], shift.inputs["Color2"])
    cells = n.node("ShaderNodeTexVoronoi", Scale=grain, feature="DISTANCE_TO_EDGE")
    n.link(shift.outputs["Color"], cells.inputs["Vector"])
    soft = n.node("ShaderNodeMapRange", interpolation_type="SMOOTHSTEP")
    soft.inputs["From Max"].default_value = 0.28
    n.link(cells.outputs["Distance"], soft.inputs["Value"])
    first = n.bump(soft.outputs["Result"], depth, 0.012)
    fine = n.node("ShaderNodeTexNoise", Scale=grain * 4, Detail=3.0)
    n.link(at, fine.inputs["Vector"])
    n.bump(fine.outputs["Fac"], depth * 0.25, 0.006, after=first)
    cloud = n.node("ShaderNodeTexNoise", Scale=3.0, Detail=3.0)
    n.link(at, cloud.inputs["Vector"])
    n.mix(cloud.outputs["Fac"], _shade(colour, 0.82), _shade(colour, 1.08))
    return n.material


def smooth_leather(colour, roughness=0.32):
    """Box calf: almost no grain, a quiet polish."""
    n = _Nodes("smooth leather").set(
        Base_Color=rgb(colour), Roughness=roughness, Coat_Weight=0.25, Coat_Roughness=0.2
    )
    fine = n.node("ShaderNodeTexNoise", Scale=160.0, Detail=3.0)
    n.link(n.place(), fine.inputs["Vector"])
    n.bump(fine.outputs["Fac"], 0.08, 0.006)
    return n.material


def suede(colour):
    """Napped leather or velvet: soft edge light, no shine."""
    n = _Nodes("suede").set(Roughness=0.95, Specular_IOR_Level=0.15, Sheen_Weight=0.6, Sheen_Roughness=0.4)
    n.set(Sheen_Tint=_shade(colour, 1.6))
    noise = n.node("ShaderNodeTexNoise", Scale=90.0, Detail=4.0)
    n.link(n.place(), noise.inputs["Vector"])
    n.bump(noise.outputs["Fac"], 0.3, 0.01)
    n.mix(noise.outputs["Fac"], _shade(colour, 0.8), _shade(colour, 1.15))
    return n.material


def canvas(colour, threads=70.0):
    """Coated canvas or linen: two crossing waves of thread."""
    n = _Nodes("canvas").set(Roughness=0.55, Specular_IOR_Level=0.35)
    at = n.place()
    waves = []
    for direction in ("DIAGONAL", "Z"):
        wave = n.node("ShaderNodeTexWave", Scale=threads / 6.3, Distortion=0.6, bands_direction=direction)
        n.link(at, wave.inputs["Vector"])
        waves.append(wave.outputs["Fac"])
    both = n.node("ShaderNodeMath", operation="MULTIPLY")
    n.link(waves[0], both.inputs[0])
    n.link(waves[1], both.inputs[1])
    n.bump(both.outputs["Value"], 0.3, 0.01)
    n.mix(both.outputs["Value"], _shade(colour, 0.82), _shade(colour, 1.05))
    return n.material


def metal(name="gold", brushed=0.0, roughness=None, direction="x"):
    """Polished metal, or brushed along x, y, z or round the z axis."""
    colour, base = METALS[name]
    n = _Nodes(f"{name} metal").set(Base_Color=rgb(colour), Metallic=1.0, Roughness=roughness or base)
    if brushed:
        stretch = {"x": (3, 240, 240), "y": (240, 3, 240), "z": (240, 240, 3)}[direction]
        lines = n.node("ShaderNodeTexNoise", Scale=1.0, Detail=4.0)
        n.link(n.place(stretch), lines.inputs["Vector"])
        n.bump(lines.outputs["Fac"], 0.12 * brushed, 0.01)
        n.set(Roughness=0.3)
    return n.material


def sunburst(colour, metallic=0.75):
    """A watch dial brushed from its centre, facing -y in model axes."""
    n = _Nodes("sunburst").set(Metallic=metallic, Roughness=0.32, Coat_Weight=0.6, Coat_Roughness=0.05)
    coordinates = n.node("ShaderNodeTexCoord")
    parts = n.node("ShaderNodeSeparateXYZ")
    n.link(coordinates.outputs["Object"], parts.inputs["Vector"])
    angle = n.node("ShaderNodeMath", operation="ARCTAN2")
    n.link(parts.outputs["Z"], angle.inputs[0])
    n.link(parts.outputs["X"], angle.inputs[1])
    rays = n.node("ShaderNodeTexNoise", Scale=90.0, Detail=2.0)
    rays.noise_dimensions = "1D"
    n.link(angle.outputs["Value"], rays.inputs["W"])
    n.bump(rays.outputs["Fac"], 0.25, 0.01)
    waves = n.node("ShaderNodeMath", operation="SINE")
    twice = n.node("ShaderNodeMath", operation="MULTIPLY")
    twice.inputs[1].default_value = 2.0
    n.link(angle.outputs["Value"], twice.inputs[0])
    n.link(twice.outputs["Value"], waves.inputs[0])
    span = n.node("ShaderNodeMapRange")
    span.inputs["From Min"].default_value = -1.0
    n.link(waves.outputs["Value"], span.inputs["Value"])
    n.mix(span.outputs["Result"], _shade(colour, 0.75), _shade(colour, 1.35))
    return n.material


def _clear_shadow(n, tint, strength=0.85):
    """Let light through to the ground; caustics are not traced."""
    path = n.node("ShaderNodeLightPath")
    clear = n.node("ShaderNodeBsdfTransparent", Color=tint)
    keep = n.node("ShaderNodeMath", operation="MULTIPLY")
    keep.inputs[1].default_value = strength
    n.link(path.outputs["Is Shadow Ray"], keep.inputs[0])
    blend = n.node("ShaderNodeMixShader")
    n.link(keep.outputs["Value"], blend.inputs["Fac"])
    n.link(n.bsdf.outputs["BSDF"], blend.inputs[1])
    n.link(clear.outputs["BSDF"], blend.inputs[2])
    n.link(blend.outputs["Shader"], n.tree.nodes["Material Output"].inputs["Surface"])


def glass(colour="#FFFFFF", roughness=0.0, ior=1.48, shadow=None):
    """Clear or tinted glass."""
    n = _Nodes("glass").set(Base_Color=rgb(colour), Roughness=roughness, IOR=ior, Transmission_Weight=1.0)
    _clear_shadow(n, rgb(shadow or colour))
    return n.material


def liquid(colour, ior=1.34):
    """Perfume, wine or spirit; the tint deepens with every surface crossed."""
    n = _Nodes("liquid").set(Base_Color=rgb(colour), Roughness=0.0, IOR=ior, Transmission_Weight=1.0)
    _clear_shadow(n, rgb(colour))
    return n.material


def gem(colour="#FFFFFF", ior=2.3):
    """A cut stone."""
    n = _Nodes("gem").set(Base_Color=rgb(colour), Roughness=0.0, IOR=ior, Transmission_Weight=1.0)
    _clear_shadow(n, rgb(colour), 0.6)
    return n.material


def lacquer(colour, roughness=0.25):
    """Deep polished lacquer: colour under a clear coat."""
    n = _Nodes("lacquer").set(
        Base_Color=rgb(colour), Roughness=roughness, Coat_Weight=1.0, Coat_Roughness=0.03
    )
    return n.material


def satin(colour, roughness=0.38):
    """Pressed pigment of a lipstick: waxy with a soft sheen."""
    n = _Nodes("satin").set(Base_Color=rgb(colour), Roughness=roughness, Specular_IOR_Level=0.5)
    n.set(Subsurface_Weight=0.15, Subsurface_Scale=0.05, Coat_Weight=0.25, Coat_Roughness=0.2)
    return n.material


def wax(colour="#F3EBDD"):
    """Candle wax: light enters and spreads."""
    n = _Nodes("wax").set(Base_Color=rgb(colour), Roughness=0.4, Subsurface_Weight=0.6, Subsurface_Scale=0.12)
    n.set(Subsurface_Radius=(1.0, 0.7, 0.45))
    return n.material


def porcelain(colour):
    """Glazed or bisque ceramic."""
    return (
        _Nodes("porcelain")
        .set(Base_Color=rgb(colour), Roughness=0.35, Coat_Weight=0.5, Coat_Roughness=0.15)
        .material
    )


def paper(colour="#F4EEE2"):
    """Laid label paper with a little tooth."""
    n = _Nodes("paper").set(Base_Color=rgb(colour), Roughness=0.8, Specular_IOR_Level=0.2)
    noise = n.node("ShaderNodeTexNoise", Scale=120.0, Detail=3.0)
    n.link(n.place(), noise.inputs["Vector"])
    n.bump(noise.outputs["Fac"], 0.15, 0.005)
    return n.material


def plain(colour, roughness=0.6):
    """Thread, ink, edge paint."""
    return _Nodes("plain").set(Base_Color=rgb(colour), Roughness=roughness).material


def silk(image):
    """Twill printed with an image laid out on the cloth's own coordinates."""
    n = _Nodes("silk").set(Roughness=0.5, Specular_IOR_Level=0.35, Sheen_Weight=0.5, Sheen_Roughness=0.3)
    n.set(Anisotropic=0.4)
    uv = n.node("ShaderNodeUVMap")
    picture = n.node("ShaderNodeTexImage", image=image)
    n.link(uv.outputs["UV"], picture.inputs["Vector"])
    n.link(picture.outputs["Color"], n.bsdf.inputs["Base Color"])
    stretch = n.node("ShaderNodeMapping", Scale=(260, 260, 1), Rotation=(0, 0, math.radians(45)))
    n.link(uv.outputs["UV"], stretch.inputs["Vector"])
    twill = n.node("ShaderNodeTexWave", Scale=0.5)
    n.link(stretch.outputs["Vector"], twill.inputs["Vector"])
    n.bump(twill.outputs["Fac"], 0.06, 0.004)
    return n.material


def acetate(dark, light=None, through=0.35):
    """Cellulose acetate: one colour, or the patches of tortoiseshell."""
    n = _Nodes("acetate").set(Roughness=0.12, Coat_Weight=0.8, Coat_Roughness=0.03)
    n.set(Base_Color=rgb(dark), Transmission_Weight=through)
    if light:
        patches = n.node("ShaderNodeTexNoise", Scale=5.0, Detail=2.5, Distortion=1.2)
        n.link(n.place(), patches.inputs["Vector"])
        ramp = n.mix(patches.outputs["Fac"], rgb(dark), rgb(light))
        ramp.color_ramp.elements[0].position = 0.42
        ramp.color_ramp.elements[1].position = 0.62
    _clear_shadow(n, rgb(light or dark), 0.3)
    return n.material


def lens(colour, ior=1.5):
    """Tinted sun lens: one sheet, so no refraction, but a clear reflection."""
    tint = rgb(colour)
    # The principled shader is not rendered here; it stands in when the lens goes into a GLB.
    n = _Nodes("lens").set(Base_Color=tint, Roughness=0.02, Alpha=max(0.12, 0.95 - min(tint[:3])))
    clear = n.node("ShaderNodeBsdfTransparent", Color=tint)
    mirror = n.node("ShaderNodeBsdfGlossy", Roughness=0.02)
    fresnel = n.node("ShaderNodeFresnel", IOR=ior)
    blend = n.node("ShaderNodeMixShader")
    n.link(fresnel.outputs["Fac"], blend.inputs["Fac"])
    n.link(clear.outputs["BSDF"], blend.inputs[1])
    n.link(mirror.outputs["BSDF"], blend.inputs[2])
    n.link(blend.outputs["Shader"], n.tree.nodes["Material Output"].inputs["Surface"])
    return n.material


def pearl(colour="#F1E8DC"):
    """Nacre: soft body, clear coat, a breath of interference colour."""
    n = _Nodes("pearl").set(
        Base_Color=rgb(colour), Roughness=0.28, Metallic=0.15, Coat_Weight=0.7, Coat_Roughness=0.1
    )
    n.set(Thin_Film_Thickness=380.0, Thin_Film_IOR=1.3)
    return n.material


def wood(colour, along="x"):
    """Polished wood with long grain."""
    n = _Nodes("wood").set(Roughness=0.4, Coat_Weight=0.3, Coat_Roughness=0.2)
    stretch = {"x": (1, 14, 14), "y": (14, 1, 14), "z": (14, 14, 1)}[along]
    grain = n.node("ShaderNodeTexNoise", Scale=2.5, Detail=6.0, Distortion=0.8)
    n.link(n.place(stretch), grain.inputs["Vector"])
    n.mix(grain.outputs["Fac"], _shade(colour, 0.55), _shade(colour, 1.2))
    n.bump(grain.outputs["Fac"], 0.05, 0.01)
    return n.material


def flame(strength=18.0):
    """A candle's flame."""
    n = _Nodes("flame")
    n.set(Base_Color=(0, 0, 0, 1), Emission_Color=(1.0, 0.56, 0.17, 1), Emission_Strength=strength)
    return n.material
