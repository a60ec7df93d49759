// Scans a code into a field and sends its form, where the browser can (BarcodeDetector); elsewhere one types.
const FORMATS = ["qr_code", "ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "data_matrix"];

function prepare() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  for (const box of document.querySelectorAll("[data-scanner][hidden]")) {
    box.hidden = false;
    const [start, stop, view, says] = ["start", "stop", "view", "says"].map((part) => box.querySelector(`[data-scan-${part}]`));
    const video = box.querySelector("video");
    let stream = null;
    const end = () => {
      stream?.getTracks().forEach((track) => track.stop());
      stream = null;
      view.hidden = true;
      start.hidden = false;
    };
    stop.addEventListener("click", end);
    start.addEventListener("click", async () => {
      const field = document.getElementById(box.dataset.scanner);
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        says.textContent = "The camera is not available here. Please type the code.";
        field.focus();
        return;
      }
      start.hidden = true;
      view.hidden = false;
      video.srcObject = stream;
      await video.play();
      const known = await BarcodeDetector.getSupportedFormats();
      const detector = new BarcodeDetector({ formats: FORMATS.filter((format) => known.includes(format)) });
      while (stream && box.isConnected) {
        const found = await detector.detect(video).catch(() => []);
        if (found.length && stream) {
          end();
          navigator.vibrate?.(60);
          field.value = found[0].rawValue;
          field.form.requestSubmit();
          return;
        }
        await new Promise((done) => setTimeout(done, 150));
      }
      end();
    });
  }
}

prepare();
document.addEventListener("renewed", prepare);
