/* Small conveniences. Every page does its work without them. */
(() => {
  "use strict";

  const search = () => document.querySelector("[data-search]");
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  // "/" goes to the search box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !search()) return;
    event.preventDefault();
    search().focus();
    search().select();
  });

  // Ask before what is hard to take back, then let a form go only once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (form.dataset.sent || (question && !window.confirm(question))) {
      event.preventDefault();
      return;
    }
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-busy", "true");
  });

  // Coming back by the browser's own button must find the form usable.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    }
  });

  // Full-width digits and the usual slips become what they mean; the server does the same.
  const plainNumber = (text) =>
    text
      .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
      .replace(/[。，．,]/g, ".")
      .replace(/\s+/g, "");

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches?.("[data-decimal]")) field.value = plainNumber(field.value);
    if (field.matches?.("[data-submit-on-change]")) field.form.requestSubmit();
  });

  // The value of last time appears only after typing: before, it would invite copying.
  document.addEventListener("input", (event) => {
    const note = event.target.id && document.querySelector(`[data-after="${CSS.escape(event.target.id)}"]`);
    if (note) note.hidden = event.target.value === "";
  });

  // One box ticks all of its list.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset?.tickAll;
    if (!name) return;
    for (const box of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]:not(:disabled)`)) {
      box.checked = event.target.checked;
    }
  });

  // An open menu closes on Escape and on a click elsewhere.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.account[open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.account")));
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(null));

  // On a narrow screen the place where one is must be in sight in the row of places.
  const here = document.querySelector(".rooms [aria-current]");
  if (here) here.closest("ul").scrollLeft = here.offsetLeft - here.closest("ul").clientWidth / 2 + here.offsetWidth / 2;

  // The points of a chart are one stop of the Tab key, the latest first; arrows go from one to the next.
  const pointsOf = (svg) => [...svg.querySelectorAll("a")];
  const onePointEach = () => {
    for (const svg of document.querySelectorAll("[data-points] svg")) {
      pointsOf(svg).forEach((point, place, all) => point.setAttribute("tabindex", place === all.length - 1 ? 0 : -1));
    }
  };
  document.addEventListener("keydown", (event) => {
    const svg = event.target.closest("[data-points] svg");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!svg || !step) return;
    const points = pointsOf(svg);
    points[points.indexOf(event.target) + step]?.focus();
    event.preventDefault();
  });
  onePointEach();
  document.addEventListener("htmx:after:swap", onePointEach);

  // What works only with script shows itself, also in a part that was fetched later.
  const showScripted = () => {
    for (const hidden of document.querySelectorAll("[data-with-script]")) hidden.hidden = false;
  };
  showScripted();
  document.addEventListener("htmx:after:swap", showScripted);
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
  document.querySelector(".error-summary")?.focus();
})();
