// What is worn on a face: lipstick as a colour, sunglasses as their picture from the front.

// Where the outline of the lips runs through the 468 points of the face: outside, then the mouth between them.
const OUTER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146];
const INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95];
// The outer corners of the eyes, and the bridge of the nose between them.
const [RIGHT, LEFT, BRIDGE] = [33, 263, 168];
// A frame is this much wider than the eyes are apart.
const FRAME_WIDTH = 1.62;

function paintLips(pen, mesh, colour) {
  const path = new Path2D();
  for (const outline of [OUTER, INNER]) {
    outline.forEach((point, number) => path[number ? "lineTo" : "moveTo"](mesh[point][0], mesh[point][1]));
    path.closePath();
  }
  pen.save();
  pen.filter = `blur(${Math.max(1, pen.canvas.width / 400)}px)`;
  pen.globalCompositeOperation = "multiply";
  pen.globalAlpha = 0.55;
  pen.fillStyle = colour;
  pen.fill(path, "evenodd");
  pen.globalCompositeOperation = "soft-light";
  pen.globalAlpha = 0.5;
  pen.fill(path, "evenodd");
  pen.restore();
}

function putOnNose(pen, mesh, picture) {
  const [right, left, bridge] = [mesh[RIGHT], mesh[LEFT], mesh[BRIDGE]];
  const apart = Math.hypot(left[0] - right[0], left[1] - right[1]);
  const width = apart * FRAME_WIDTH;
  const height = (width * picture.naturalHeight) / picture.naturalWidth;
  pen.save();
  pen.translate((right[0] + left[0]) / 2, (bridge[1] + (right[1] + left[1]) / 2) / 2);
  pen.rotate(Math.atan2(left[1] - right[1], left[0] - right[0]));
  pen.drawImage(picture, -width / 2, -height * 0.42, width, height);
  pen.restore();
}

export class Way {
  static name = "face";
  static facing = "user";
  // A mirror turns left and right around.
  static turned = true;
  static drawn = (worn) => worn.startsWith("#");
  static models = (off) => ({
    face: {
      enabled: true, detector: { modelPath: "blazeface.json", rotation: false, maxDetected: 1 },
      mesh: { enabled: true, modelPath: "facemesh.json" },
      iris: off, attention: off, description: off, emotion: off, antispoof: off, liveness: off,
    },
  });

  constructor({ human, piece }) {
    Object.assign(this, { human, piece });
  }

  async find(video) {
    const face = (await this.human.detect(video)).face[0];
    return face?.mesh?.length >= 468 ? face.mesh : null;
  }

  put(pen, mesh) {
    if (mesh) (typeof this.piece === "string" ? paintLips : putOnNose)(pen, mesh, this.piece);
  }
}
