// A mirror: the camera after a tap, face or hand found here in the browser, the piece drawn over it. Nothing is sent or kept.

const glass = document.querySelector(".glass");
const [canvas, video] = [glass.querySelector("canvas"), glass.querySelector("video")];
const [open, shut, other, says] = ["open", "shut", "other", "says"].map((name) => document.querySelector(`[data-${name}]`));
const { finder, models, way, worn } = glass.dataset;
const say = (what) => (says.textContent = what ? says.dataset[what] : "");

let stream = null;

function close() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  canvas.hidden = shut.hidden = true;
  if (other) other.hidden = true;
  open.hidden = false;
  say("");
}

async function look() {
  open.disabled = true;
  say("waiting");
  const { Way } = await import(way);
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: Way.facing, width: { ideal: 960 } }, audio: false });
  } catch {
    say("refused");
    open.disabled = false;
    return;
  }
  open.disabled = false;
  try {
    video.srcObject = stream;
    const [{ Human }] = await Promise.all([import(finder), video.play()]);
    const off = { enabled: false };
    const human = new Human({
      backend: "humangl", modelBasePath: new URL(models, location).href, debug: false, filter: off, gesture: off,
      body: off, object: off, segmentation: off, face: off, hand: off, ...Way.models(off),
    });
    await human.load();
    const picture = Way.drawn(worn) ? null : Object.assign(new Image(), { src: worn });
    await picture?.decode();
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const wearer = new Way({ canvas, human, piece: picture ?? worn, other });
    const pen = canvas.getContext("2d");
    open.hidden = true;
    shut.hidden = false;
    if (other) other.hidden = false;
    while (stream) {
      const found = await wearer.find(video);
      if (!stream) break;
      pen.setTransform(...(Way.turned ? [-1, 0, 0, 1, canvas.width, 0] : [1, 0, 0, 1, 0, 0]));
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      wearer.put(pen, found);
      say(found ? "" : "nobody");
      canvas.hidden = false;
      canvas.dataset.seen = found ? Way.name : "nobody";
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
