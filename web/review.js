// Keys of the review page: 1–9 score, a accept, f flag, s skip, e edit, u undo. A verdict is sent
// once: the form is locked while it is under way, and its key makes a repeat harmless.
import { typing } from "/assets/keys.js";

const form = document.querySelector(".verdict-form");
let sent = false;
form?.addEventListener("submit", event => {
  if (sent) event.preventDefault();
  sent = true;
});

document.addEventListener("keydown", event => {
  if (typing(event)) return;
  if (event.key >= "1" && event.key <= "9") {
    const choice = form?.querySelector(`input[name=score][value="${event.key}"]`);
    if (choice) choice.checked = true;
  } else if (event.key === "e" && form) {
    event.preventDefault();
    document.getElementById("more").open = true;
    document.getElementById("corrected").focus();
  } else {
    const button = document.querySelector(`button[data-press="${CSS.escape(event.key)}"]`);
    if (button) { event.preventDefault(); button.click(); }
  }
});
