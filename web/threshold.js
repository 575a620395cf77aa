// The slider reads the table of tested thresholds and says what accepting from there on means.
const box = document.querySelector(".slide");
if (box) {
  const slider = document.getElementById("slider"), text = document.getElementById("slide-text");
  const rows = [...document.querySelectorAll("tr[data-point]")];
  const show = () => {
    rows.forEach((r, i) => r.classList.toggle("here", i === Number(slider.value)));
    const cell = [...rows[slider.value].cells].map(c => c.textContent);
    text.textContent = `From ${cell[0]} on: ${cell[1]} of outputs skip review, ${cell[3]} of ${cell[2]} ` +
      `labels among them are wrong (${cell[4]}), at most ${cell[5]}${cell[6] ? `: ${cell[6]}` : ""}.`;
  };
  slider.addEventListener("input", show);
  box.hidden = false;
  show();
}
