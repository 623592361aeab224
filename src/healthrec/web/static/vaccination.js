/* A vaccine's code by the camera: read by the browser where it can, else by a decoder that is fetched from this server when the
   camera is first asked for. And the minutes that are left of the half hour. Nothing leaves the machine, and without all this
   the pages do the same by scanner, typing and reloading. */
(() => {
  "use strict";

  const LOOK_EVERY = 200; // ms between two looks at the picture
  const COUNT_EVERY = 10000; // ms
  const FORMATS = { data_matrix: "DataMatrix", code_128: "Code128", qr_code: "QRCode" };

  // Many browsers know the name and read nothing, or not all that stands on boxes: those have the decoder too.
  const ownReader = async () => {
    const wanted = Object.keys(FORMATS);
    const known = (await window.BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
    if (!wanted.every((one) => known.includes(one))) return null;
    const detector = new window.BarcodeDetector({ formats: wanted });
    return async (view) => (await detector.detect(view).catch(() => []))[0]?.rawValue;
  };

  const fetched = (address) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });

  const fetchedReader = async (box) => {
    if (!window.ZXingWASM) await fetched(box.dataset.decoder);
    const overrides = { locateFile: () => box.dataset.decoderWasm };
    await window.ZXingWASM.prepareZXingModule({ overrides, fireImmediately: true });
    const options = { formats: Object.values(FORMATS), maxNumberOfSymbols: 1, tryHarder: true, textMode: "Plain" };
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    return async (view) => {
      [canvas.width, canvas.height] = [view.videoWidth, view.videoHeight];
      if (!canvas.width) return undefined;
      pen.drawImage(view, 0, 0);
      const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
      return (await window.ZXingWASM.readBarcodes(picture, options))[0]?.text;
    };
  };

  const scanning = (box) => {
    const part = (name) => box.querySelector(`[data-camera-${name}]`);
    const [start, stop, view, none, refused] = ["start", "stop", "view", "none", "refused"].map(part);
    const field = document.getElementById(box.dataset.camera);
    let stream = null;

    const show = (on) => {
      start.hidden = on;
      stop.hidden = !on;
      view.hidden = !on;
    };
    const end = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
      stream = null;
      view.srcObject = null;
      show(false);
    };
    const look = async (read) => {
      if (!stream) return;
      const found = await read(view).catch(() => "");
      if (!stream) return;
      if (found) {
        end();
        field.value = found;
        field.form.requestSubmit(field.form.querySelector("[value=scan]"));
      } else {
        setTimeout(look, LOOK_EVERY, read);
      }
    };
    const begin = async () => {
      refused.hidden = true;
      try {
        const read = (await ownReader()) ?? (await fetchedReader(box));
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        view.srcObject = stream;
        await view.play();
        show(true);
        look(read);
      } catch {
        end();
        refused.hidden = false;
      }
    };

    // Browsers open the camera over TLS or on this very machine only.
    const able = navigator.mediaDevices?.getUserMedia && window.WebAssembly;
    start.hidden = !able;
    none.hidden = Boolean(able);
    start.addEventListener("click", begin);
    stop.addEventListener("click", end);
    window.addEventListener("pagehide", end);
  };
  for (const box of document.querySelectorAll("[data-camera]")) scanning(box);

  // By the time since the page was made: the clock of this machine, and a training day, may say anything.
  const countDown = () => {
    for (const tag of document.querySelectorAll("[data-left]")) {
      const left = Math.ceil((Number(tag.dataset.left) - performance.now() / 1000) / 60);
      tag.querySelector("[data-minutes]").textContent = Math.max(0, left);
      tag.querySelector("[data-running]").hidden = left <= 0;
      tag.querySelector("[data-over]").hidden = left > 0;
    }
  };
  if (document.querySelector("[data-left]")) setInterval(countDown, COUNT_EVERY);
})();
