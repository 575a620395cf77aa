// j and k walk through rows or cards, Enter opens the one that is marked.
import { typing } from "/assets/keys.js";

const rows = [...document.querySelectorAll("[data-row]")];
let at = -1;

function go(to) {
  if (!rows.length) return;
  rows[at]?.classList.remove("here");
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at].classList.add("here");
  rows[at].scrollIntoView({ block: "nearest" });
  (rows[at].matches("[tabindex]") ? rows[at] : rows[at].querySelector("a"))?.focus({ preventScroll: true });
}

document.addEventListener("keydown", event => {
  if (typing(event)) return;
  if (event.key === "j") go(at + 1);
  else if (event.key === "k") go(at - 1);
  else if (event.key === "n") document.querySelector("a[rel=next]")?.click();
  else if (event.key === "p") document.querySelector("a[rel=prev]")?.click();
});
