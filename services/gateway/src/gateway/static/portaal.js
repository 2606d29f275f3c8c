// The few things HTML cannot do yet. Every page works without this file.

// The progress of an upload, as told by htmx.
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.closest("form")?.querySelector("progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.closest("[data-voortgang]").hidden = false;
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
  const text = bar.closest("[data-voortgang]").querySelector("[data-voortgang-tekst]");
  const done = Math.floor((100 * event.detail.loaded) / event.detail.total);
  text.textContent = done < 100 ? `${done}% verstuurd` : "Verstuurd, even geduld …";
});

// After an answer with faults, a reader starts at what is wrong; on a whole page autofocus sees to that.
document.addEventListener("htmx:afterSettle", (event) => {
  event.target.querySelector?.('[role="alert"][tabindex]')?.focus();
});

// A button that was pressed once is not pressed twice; the server takes a second press for the first one anyway.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector('button[type="submit"]');
  if (button) setTimeout(() => { button.disabled = true; }, 0);
  setTimeout(() => { if (button) button.disabled = false; }, 5000);
});
addEventListener("pageshow", () => document.querySelectorAll("button[disabled]").forEach((button) => { button.disabled = false; }));
