// What is worn on a wrist: a watch as its picture from above, laid across the arm.
// The model finds a hand whose fingers point up: the camera's picture is turned with the arm before it looks.

// Of the 21 points of a hand: the wrist, and the knuckle of the middle finger. The distance between them is the measure of all else.
const [WRIST, KNUCKLE] = [0, 9];
// The watch lies this far behind the wrist's point, towards the elbow; its picture is this long from 12 to 6, once round the arm's front.
const [BEHIND, LENGTH] = [0.3, 0.68];
// How much of a new place is taken at once: what is left of a trembling hand.
const PACE = 0.4;
// The model sees a square of so many points.
const SEEN = 384;
// After so many pictures without a hand the outline is asked for again.
const PATIENCE = 6;
const SURE = 0.4;

const distance = (one, two) => Math.hypot(one.x - two.x, one.y - two.y);

export class Way {
  static name = "wrist";
  static facing = "environment";
  static turned = false;
  static drawn = () => false;
  static models = () => ({
    hand: {
      enabled: true, rotation: false, landmarks: true, maxDetected: 1, minConfidence: SURE, skipFrames: 0, skipTime: 0,
      detector: { modelPath: "handtrack.json" }, skeleton: { modelPath: "handlandmark-lite.json" },
    },
  });

  constructor({ canvas, human, piece, other }) {
    Object.assign(this, { canvas, human, piece, side: 1, missed: 0, moved: { x: 0, y: 0, size: 1 } });
    this.square = Object.assign(document.createElement("canvas"), { width: SEEN, height: SEEN });
    this.begin();
    other.onclick = () => {
      this.side = -this.side;
      this.begin();
    };
    this.#takeHold();
  }

  // The arm as the outline asks for it: level, the back of the hand up, the fingers to the right of the left arm.
  begin() {
    const { width, height } = this.canvas;
    const shown = Math.min(width, (height * 4) / 5, height);
    this.arm = { x: width / 2 - this.side * shown * 0.12, y: height / 2, angle: this.side > 0 ? 0 : Math.PI, hand: shown * 0.26 };
    this.found = false;
  }

  // The square around the arm, turned until its fingers point up.
  async find(video) {
    const { x, y, angle, hand } = this.arm;
    const [size, up] = [hand * 4.4, -Math.PI / 2 - angle];
    const middle = { x: x + Math.cos(angle) * hand * 0.7, y: y + Math.sin(angle) * hand * 0.7 };
    const pen = this.square.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, SEEN, SEEN);
    pen.translate(SEEN / 2, SEEN / 2);
    pen.scale(SEEN / size, SEEN / size);
    pen.rotate(up);
    pen.drawImage(video, -middle.x, -middle.y, this.canvas.width, this.canvas.height);
    const points = (await this.human.detect(this.square)).hand.find((one) => one.score >= SURE)?.keypoints;
    if (points?.length !== 21) {
      if (++this.missed > PATIENCE) this.begin();
      return this.found ? this.arm : null;
    }
    const back = ([u, v]) => {
      const [a, b] = [((u - SEEN / 2) * size) / SEEN, ((v - SEEN / 2) * size) / SEEN];
      return { x: middle.x + a * Math.cos(-up) - b * Math.sin(-up), y: middle.y + a * Math.sin(-up) + b * Math.cos(-up) };
    };
    const [wrist, knuckle] = [back(points[WRIST]), back(points[KNUCKLE])];
    this.#follow({ ...wrist, angle: Math.atan2(knuckle.y - wrist.y, knuckle.x - wrist.x), hand: distance(wrist, knuckle) });
    return this.arm;
  }

  #follow(seen) {
    const pace = this.found ? PACE : 1;
    const turn = Math.atan2(Math.sin(seen.angle - this.arm.angle), Math.cos(seen.angle - this.arm.angle));
    for (const measure of ["x", "y", "hand"]) this.arm[measure] += (seen[measure] - this.arm[measure]) * pace;
    this.arm.angle += turn * pace;
    [this.found, this.missed] = [true, 0];
  }

  put(pen, found) {
    const { x, y, angle, hand } = this.arm;
    if (!found) this.#outline(pen);
    const height = hand * LENGTH * this.moved.size;
    const width = (height * this.piece.naturalWidth) / this.piece.naturalHeight;
    pen.save();
    pen.translate(x + this.moved.x * hand, y + this.moved.y * hand);
    // Twelve is away from whoever wears it, on either arm.
    pen.rotate(angle + (this.side > 0 ? 0 : Math.PI));
    pen.translate(-this.side * hand * BEHIND, 0);
    pen.shadowColor = "rgb(20 12 6 / .45)";
    pen.shadowBlur = hand * 0.08;
    pen.shadowOffsetY = hand * 0.02;
    pen.globalAlpha = found ? 1 : 0.55;
    pen.drawImage(this.piece, -width / 2, -height / 2, width, height);
    pen.restore();
  }

  #outline(pen) {
    const { x, y, hand } = this.arm;
    pen.save();
    pen.translate(x, y);
    pen.scale(this.side * hand, hand);
    const half = new Path2D("M-4 .36 L-.2 .31 C.1 .32 .3 .42 .75 .46 C1.05 .47 1.2 .44 1.5 .4 C1.85 .36 2 .28 2 0");
    const path = new Path2D(half);
    path.addPath(half, new DOMMatrix([1, 0, 0, -1, 0, 0]));
    pen.setLineDash([0.09, 0.06]);
    for (const [line, colour] of [[0.03, "rgb(0 0 0 / .35)"], [0.014, "#fff"]]) {
      [pen.lineWidth, pen.strokeStyle] = [line, colour];
      pen.stroke(path);
    }
    pen.restore();
  }

  // A finger moves the watch along the arm, two make it larger or smaller.
  #takeHold() {
    const fingers = new Map();
    const spread = () => distance(...fingers.values());
    const { canvas } = this;
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    };
    canvas.onpointermove = (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const [now, wide] = [{ x: event.clientX, y: event.clientY }, fingers.size === 2 ? spread() : 0];
      fingers.set(event.pointerId, now);
      const box = canvas.getBoundingClientRect();
      const scale = Math.max(box.width / canvas.width, box.height / canvas.height) * this.arm.hand;
      if (wide) this.moved.size = Math.min(1.5, Math.max(0.6, (this.moved.size * spread()) / wide));
      else for (const along of ["x", "y"]) this.moved[along] = Math.min(1, Math.max(-1, this.moved[along] + (now[along] - before[along]) / scale));
    };
    canvas.onpointerup = canvas.onpointercancel = (event) => fingers.delete(event.pointerId);
  }
}
