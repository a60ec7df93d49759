// A mirror: the camera after a tap, the face found here in the browser, the piece drawn over it. Nothing is sent or kept.

const glass = document.querySelector(".glass");
const [canvas, video] = [glass.querySelector("canvas"), glass.querySelector("video")];
const [open, shut, says] = ["open", "shut", "says"].map((name) => document.querySelector(`[data-${name}]`));
const { faces, models, lips, worn } = glass.dataset;
const say = (what) => (says.textContent = what ? says.dataset[what] : "");
// Where the outline of the lips runs through the 468 points of the face: outside, then the mouth between them.
const OUTER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146];
const INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95];
// The outer corners of the eyes, and the bridge of the nose between them.
const [RIGHT, LEFT, BRIDGE] = [33, 263, 168];
// A frame is this much wider than the eyes are apart.
const FRAME_WIDTH = 1.62;

let stream = null;

function paintLips(pen, mesh) {
  const path = new Path2D();
  for (const outline of [OUTER, INNER]) {
    outline.forEach((point, number) => path[number ? "lineTo" : "moveTo"](mesh[point][0], mesh[point][1]));
    path.closePath();
  }
  pen.save();
  pen.filter = `blur(${Math.max(1, canvas.width / 400)}px)`;
  pen.globalCompositeOperation = "multiply";
  pen.globalAlpha = 0.55;
  pen.fillStyle = lips;
  pen.fill(path, "evenodd");
  pen.globalCompositeOperation = "soft-light";
  pen.globalAlpha = 0.5;
  pen.fill(path, "evenodd");
  pen.restore();
}

function putOn(pen, mesh, picture) {
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

function close() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  canvas.hidden = shut.hidden = true;
  open.hidden = false;
  say("");
}

async function look() {
  open.disabled = true;
  say("waiting");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 960 } }, audio: false });
  } catch {
    say("refused");
    open.disabled = false;
    return;
  }
  open.disabled = false;
  try {
    video.srcObject = stream;
    const [{ Human }] = await Promise.all([import(faces), video.play()]);
    const off = { enabled: false };
    const human = new Human({
      backend: "humangl", modelBasePath: new URL(models, location).href, debug: false, filter: off, gesture: off,
      body: off, hand: off, object: off, segmentation: off,
      face: {
        enabled: true, detector: { modelPath: "blazeface.json", rotation: false, maxDetected: 1 },
        mesh: { enabled: true, modelPath: "facemesh.json" },
        iris: off, attention: off, description: off, emotion: off, antispoof: off, liveness: off,
      },
    });
    await human.load();
    const picture = worn ? Object.assign(new Image(), { src: worn }) : null;
    await picture?.decode();
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const pen = canvas.getContext("2d");
    open.hidden = true;
    shut.hidden = false;
    while (stream) {
      const found = (await human.detect(video)).face[0];
      if (!stream) break;
      // A mirror turns left and right around.
      pen.setTransform(-1, 0, 0, 1, canvas.width, 0);
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      if (found?.mesh?.length >= 468) (picture ? putOn : paintLips)(pen, found.mesh, picture);
      say(found ? "" : "nobody");
      canvas.hidden = false;
      canvas.dataset.seen = found ? "face" : "nobody";
      await new Promise(requestAnimationFrame);
    }
  } catch {
    close();
    say("unable");
  }
}

if (navigator.mediaDevices?.getUserMedia) open.hidden = false;
open.addEventListener("click", look);
shut.addEventListener("click", close);
document.addEventListener("visibilitychange", () => document.hidden && close());
