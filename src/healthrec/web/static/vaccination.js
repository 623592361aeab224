/* A vaccine's code by the camera, where the browser itself can read codes; and the minutes that are left of the half hour.
   Nothing leaves the machine, and without all this the pages do the same by scanner, typing and reloading. */
(() => {
  "use strict";

  const LOOK_EVERY = 200; // ms between two looks at the picture
  const COUNT_EVERY = 10000; // ms
  const FORMATS = ["data_matrix", "code_128", "qr_code"];

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
    const look = async (detector) => {
      if (!stream) return;
      const [found] = await detector.detect(view).catch(() => []);
      if (found) {
        end();
        field.value = found.rawValue;
        field.form.requestSubmit(field.form.querySelector("[value=scan]"));
      } else {
        setTimeout(look, LOOK_EVERY, detector);
      }
    };
    const begin = async () => {
      refused.hidden = true;
      try {
        const known = await window.BarcodeDetector.getSupportedFormats();
        const detector = new window.BarcodeDetector({ formats: FORMATS.filter((one) => known.includes(one)) });
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        view.srcObject = stream;
        await view.play();
        show(true);
        look(detector);
      } catch {
        end();
        refused.hidden = false;
      }
    };

    const able = "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia;
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
