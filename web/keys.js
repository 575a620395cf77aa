// Keys that work on every page: g and a letter goes to a page, / to the first field, ? for help.
const places = new Map([...document.querySelectorAll("a[data-key]")].map(a => [a.dataset.key, a]));
let waiting = false;

export function typing(event) {
  const t = event.target;
  return event.ctrlKey || event.metaKey || event.altKey ||
    t instanceof HTMLTextAreaElement || t instanceof HTMLSelectElement ||
    (t instanceof HTMLInputElement && t.type !== "range" && t.type !== "radio");
}

function help() {
  const open = document.querySelector("dialog.help");
  if (open) { open.remove(); return; }
  const d = document.createElement("dialog");
  d.className = "help";
  const title = document.createElement("strong");
  title.textContent = "Keys";
  const list = document.createElement("dl");
  const rows = [...places].map(([key, a]) => [`g ${key}`, a.textContent]);
  for (const el of document.querySelectorAll("[data-help]"))
    rows.push(el.dataset.help.split("|"));
  rows.push(["/", "first field"], ["?", "this list"]);
  for (const [key, what] of rows) {
    const dt = document.createElement("dt"), dd = document.createElement("dd"), kbd = document.createElement("kbd");
    kbd.textContent = key;
    dt.append(kbd);
    dd.textContent = what;
    list.append(dt, dd);
  }
  d.append(title, list);
  document.body.append(d);
  d.show();
}

document.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    document.querySelector("dialog.help")?.remove();
    if (typing(event)) event.target.blur();
    return;
  }
  if (typing(event)) return;
  if (waiting) {
    waiting = false;
    places.get(event.key)?.click();
  } else if (event.key === "g") {
    waiting = true;
    setTimeout(() => { waiting = false; }, 1500);
  } else if (event.key === "?") {
    help();
  } else if (event.key === "/") {
    const field = document.querySelector("main input:not([type=hidden]), main select, main textarea");
    if (field) { event.preventDefault(); field.focus(); }
  }
});
